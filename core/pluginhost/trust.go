//go:build unix

package pluginhost

import (
	"fmt"
	"os"
	"syscall"
)

// untrusted says why a file or folder is not safe to run plugins from: it must
// belong to root or the user, and nobody else may write to it. Group write is
// accepted where the group has the owner's number, because with the usual
// umask of 002 that group is the owner's own.
func untrusted(info os.FileInfo, what string) string {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "its owner cannot be told"
	}
	if owner := int(st.Uid); owner != 0 && owner != os.Getuid() {
		return fmt.Sprintf("%s belongs to user %d, neither to you nor to root", what, owner)
	}
	mode := info.Mode().Perm()
	if mode&0o002 != 0 || (mode&0o020 != 0 && st.Gid != st.Uid) {
		return fmt.Sprintf("%s can be written by others (mode %04o): run chmod go-w on it", what, mode)
	}
	return ""
}

// identity is what changes when a file is replaced or written to.
type identity struct {
	Size  int64  `json:"size"`
	Mtime int64  `json:"mtime"` // nanoseconds since 1970
	Inode uint64 `json:"inode"`
}

func identify(info os.FileInfo) identity {
	id := identity{Size: info.Size(), Mtime: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		id.Inode = st.Ino
	}
	return id
}
