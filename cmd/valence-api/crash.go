//go:build crashtest

package main

import (
	"os"
	"syscall"
)

// observer ends the process, as hard as a power cut would, when the compose
// work passes the point that VALENCE_CRASH_AT names. It is in binaries for the
// crash test only.
func observer() func(point string) {
	at := os.Getenv("VALENCE_CRASH_AT")
	return func(point string) {
		if at != "" && point == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // nothing more may happen until the signal lands
		}
	}
}
