package pluginhost

import (
	"os"
	"path/filepath"
	"strings"
)

// file is a plugin's file as it was found.
type file struct {
	path   string
	family string
	info   os.FileInfo
}

// findings are what the search path holds.
type findings struct {
	files    []file // one of each family
	shadowed []Shadow
	problems []Problem
}

// find goes through the search path. Of each family it takes the first file
// that can be trusted and that refuse has nothing against. A folder that does
// not exist has no plugins; one that stands in the path twice counts once.
func find(dirs []string, refuse func(file) string) *findings {
	out := &findings{}
	holders := map[string]string{} // family -> path
	seen := map[string]bool{}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil || seen[filepath.Clean(dir)] {
			continue
		}
		seen[filepath.Clean(dir)] = true
		for _, e := range entries {
			if family, ok := strings.CutPrefix(e.Name(), prefix); ok && family != "" {
				out.consider(file{path: filepath.Join(dir, e.Name()), family: family}, holders, refuse)
			}
		}
	}
	return out
}

func (o *findings) consider(f file, holders map[string]string, refuse func(file) string) {
	if by, taken := holders[f.family]; taken {
		o.shadowed = append(o.shadowed, Shadow{Path: f.path, Family: f.family, By: by})
		return
	}
	reason := f.trust()
	if reason == "" {
		reason = refuse(f)
	}
	if reason != "" {
		o.problems = append(o.problems, Problem{f.path, f.family, reason})
		return
	}
	holders[f.family] = f.path
	o.files = append(o.files, f)
}

// trust looks at the file and says why it cannot be trusted; empty if it can.
func (f *file) trust() string {
	info, err := os.Stat(f.path)
	if err != nil {
		return "it cannot be read: " + err.Error()
	}
	f.info = info
	if !info.Mode().IsRegular() {
		return "it is not a file"
	}
	if info.Mode().Perm()&0o111 == 0 {
		return "it is not executable: run chmod +x on it"
	}
	if reason := untrusted(info, "the file"); reason != "" {
		return reason
	}
	return untrustedDirs(f.path)
}

// untrustedDirs looks at the folder in which the file stands and, where the
// file is a link, at the folder to which it leads.
func untrustedDirs(path string) string {
	dirs := []string{filepath.Dir(path)}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		dirs = append(dirs, filepath.Dir(real))
	}
	for _, dir := range dirs {
		if reason := UntrustedFolder(dir); reason != "" {
			return reason
		}
	}
	return ""
}

// UntrustedFolder says why plugins in a folder would not be run; empty if they
// would.
func UntrustedFolder(dir string) string {
	info, err := os.Stat(dir)
	if err != nil {
		return "its folder cannot be read: " + err.Error()
	}
	return untrusted(info, "the folder "+dir)
}
