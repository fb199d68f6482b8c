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

// find lists the plugin files of the search path: of each family the first
// that can be trusted. A folder that does not exist has no plugins.
func find(dirs []string) (files []file, problems []Problem) {
	taken := map[string]bool{}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			family, ok := strings.CutPrefix(e.Name(), prefix)
			if !ok || family == "" || taken[family] {
				continue
			}
			f := file{path: filepath.Join(dir, e.Name()), family: family}
			if reason := f.trust(); reason != "" {
				problems = append(problems, Problem{f.path, family, reason})
				continue
			}
			taken[family] = true
			files = append(files, f)
		}
	}
	return files, problems
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
		info, err := os.Stat(dir)
		if err != nil {
			return "its folder cannot be read: " + err.Error()
		}
		if reason := untrusted(info, "the folder "+dir); reason != "" {
			return reason
		}
	}
	return ""
}
