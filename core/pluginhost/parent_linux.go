package pluginhost

import "syscall"

// dieWithParent makes the kernel kill the plugin when the shell is killed,
// also before the plugin has begun to watch its connection.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
