//go:build unix

package doctor

import (
	"os"
	"syscall"
)

// othersMay tells whether somebody else has one of the rights, which are those of
// a file's mode for others. The group counts unless it has the owner's number,
// because with the usual umask of 002 that group is the owner's own.
func othersMay(info os.FileInfo, rights os.FileMode) bool {
	mode := info.Mode().Perm()
	st, known := info.Sys().(*syscall.Stat_t)
	own := known && st.Uid == st.Gid
	return mode&rights != 0 || !own && mode&(rights<<3) != 0
}
