package seal

import (
	"io/fs"
	"syscall"
)

// owner is the user that a file belongs to, or -1 where that is not known.
func owner(info fs.FileInfo) int {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid)
	}
	return -1
}
