//go:build !linux

package main

import (
	"context"
	"os"
	"runtime"
	"syscall"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// supported says why services cannot be managed on this system: only Linux has
// descriptors of processes, without which a signal may hit the wrong one.
func supported() error {
	return plugin.Errorf(plugin.Failed, "services can be managed on Linux only, and this is %s", runtime.GOOS)
}

type process struct{}

func (process) close()                      {}
func (process) signal(syscall.Signal) error { return supported() }
func (process) ended() (bool, error)        { return false, supported() }

func identify(int) (identity, error)                   { return identity{}, supported() }
func open(identity) (process, error)                   { return process{}, supported() }
func detached() *syscall.SysProcAttr                   { return nil }
func lockFile(context.Context, *os.File, func()) error { return supported() }
func ownedByUs(os.FileInfo) bool                       { return false }
func shellFolder() string                              { return "" }
