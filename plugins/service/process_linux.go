package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// supported says why services cannot be managed on this system.
func supported() error { return nil }

// identify gives the identity of a living process; a zombie is not alive.
func identify(pid int) (identity, error) {
	id := identity{PID: pid}
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return id, err
	}
	if id.StartTime, err = startTime(string(stat)); err != nil {
		return id, err
	}
	if id.Executable, err = os.Readlink(filepath.Join(dir, "exe")); err != nil {
		return id, err
	}
	// An upgrade replaces the file of a program that goes on running.
	id.Executable = strings.TrimSuffix(id.Executable, " (deleted)")
	info, err := os.Stat(dir)
	if err != nil {
		return id, err
	}
	id.UID = info.Sys().(*syscall.Stat_t).Uid
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	id.BootID = strings.TrimSpace(string(boot))
	return id, err
}

// startTime reads the text of /proc/PID/stat. The program's name, the second
// field, stands in parentheses and may contain anything.
func startTime(stat string) (uint64, error) {
	const state, start = 0, 19 // the fields 3 and 22 of proc(5), counted after the name
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) <= start {
		return 0, fmt.Errorf("the process's stat has %d fields after the name, expected more than %d", len(fields), start)
	}
	if fields[state] == "Z" || fields[state] == "X" {
		return 0, os.ErrProcessDone
	}
	return strconv.ParseUint(fields[start], 10, 64)
}

// process holds on to one process: what is done to it can never hit another
// that has got its number.
type process struct{ fd int }

// open takes hold of the process with exactly that identity. Any other, and
// one that cannot be looked at, is os.ErrProcessDone: it is not ours.
func open(want identity) (process, error) {
	fd, err := unix.PidfdOpen(want.PID, 0)
	if errors.Is(err, unix.ESRCH) || errors.Is(err, unix.EINVAL) {
		return process{}, os.ErrProcessDone
	}
	if err != nil {
		return process{}, fmt.Errorf("taking hold of process %d: %w", want.PID, err)
	}
	// The look comes second: what has the identity now had the number before
	// the descriptor was made, so the descriptor is of this very process.
	if now, err := identify(want.PID); err != nil || now != want {
		return process{}, errors.Join(os.ErrProcessDone, unix.Close(fd))
	}
	return process{fd}, nil
}

func (p process) close() { _ = unix.Close(p.fd) }

func (p process) signal(s syscall.Signal) error {
	err := unix.PidfdSendSignal(p.fd, s, nil, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil // it has just ended
	}
	return err
}

// ended waits a little and says whether the process has ended.
func (p process) ended() (bool, error) {
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}, int(waitStep.Milliseconds()))
	if errors.Is(err, unix.EINTR) {
		return false, nil
	}
	return n > 0, err
}

// detached lets a process outlive the shell, its terminal and this plugin.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// lockFile waits until nobody else has the lock on the file, and takes it; the
// file's descriptor is the lock.
func lockFile(ctx context.Context, f *os.File, waiting func()) error {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return err
		}
		waiting()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(waitStep / 10):
		}
	}
}

// ownedByUs says whether a file belongs to the user that this process acts for.
func ownedByUs(info os.FileInfo) bool {
	return int(info.Sys().(*syscall.Stat_t).Uid) == os.Geteuid()
}

// shellFolder is the folder of the shell, which is the process that started
// this one.
func shellFolder() string {
	exe, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(os.Getppid()), "exe"))
	if err != nil {
		return ""
	}
	return filepath.Dir(exe)
}
