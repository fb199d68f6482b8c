package main

import "time"

// identity tells a process from every other that had or will have its number.
type identity struct {
	PID        int    `json:"pid"`
	StartTime  uint64 `json:"start_time"` // clock ticks since the boot, field 22 of /proc/PID/stat
	Executable string `json:"executable"`
	UID        uint32 `json:"uid"`
	BootID     string `json:"boot_id"`
}

// waitStep is how long one look for the end of a process may take; between two
// looks the person is told that the command is still at work.
const waitStep = 500 * time.Millisecond
