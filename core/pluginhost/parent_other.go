//go:build !linux

package pluginhost

import "syscall"

// dieWithParent asks for nothing where the kernel offers nothing: the plugin
// ends by itself when its connection to the shell does.
func dieWithParent() *syscall.SysProcAttr { return nil }
