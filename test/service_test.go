package test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// cmdServices ends, when the script has ended, what it started with "service
// start": even if the script or the command has failed.
func cmdServices(ts *testscript.TestScript, neg bool, args []string) {
	noNegation(ts, "services", neg)
	if len(args) != 0 {
		ts.Fatalf("usage: services")
	}
	state := ts.Getenv("XDG_STATE_HOME")
	ts.Defer(func() { endBelow(state) })
}

// endBelow kills the processes that run a binary of ours and were told to keep
// something below the folder.
func endBelow(folder string) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range lines {
		dir := filepath.Dir(file)
		pid, _ := strconv.Atoi(filepath.Base(dir))
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue
		}
		exe, _ := os.Readlink(filepath.Join(dir, "exe"))
		if line, err := os.ReadFile(file); err == nil && strings.HasPrefix(exe, binaries) && bytes.Contains(line, []byte(folder)) {
			_ = unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
			awaitEnd(fd)
		}
		_ = unix.Close(fd)
	}
}

// awaitEnd waits until the process of the descriptor has ended.
func awaitEnd(fd int) {
	for {
		_, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, -1)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}
