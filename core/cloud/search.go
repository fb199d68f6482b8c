package cloud

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// search is where the files of one name are looked for.
type search struct {
	name  string // clouds, secure or clouds-public
	kind  Kind
	first string // a path before all others, from an option or a variable
	// of says who gave first; an option must name a file that exists.
	of Origin
}

// file is what was found, or nothing: then path is empty.
type file struct {
	path    string
	top     setting
	broken  error    // of the first file that was skipped because of what is in it
	strange []string // lines for the person
}

// find reads the first file there is; files of one name are never merged (rules
// 1, 4, 5). One that cannot be read, or is broken, is passed over (rule 8).
func (r Request) find(s search) (file, error) {
	var found file
	paths := r.candidates(s.name)
	if s.first != "" {
		named := r.local(s.first)
		paths = slices.Insert(paths, 0, named)
		if _, err := os.Stat(named); errors.Is(err, fs.ErrNotExist) {
			if s.of.Kind == FromOption {
				return file{}, fault.New(fault.Usage, "%s names %s, which does not exist", s.of, named)
			}
			found.strange = append(found.strange, s.of.String()+" names "+named+", which does not exist")
		}
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
			continue
		case err != nil:
			// openstacksdk goes on in silence; then nobody understands what
			// cloud they got.
			found.strange = append(found.strange, "cannot read "+path+": "+errors.Unwrap(err).Error())
			continue
		}
		if found.accept(path, s.kind, data) {
			break
		}
	}
	return found, nil
}

func (f *file) accept(path string, kind Kind, data []byte) bool {
	top, odd, err := read(Origin{Kind: kind, Name: path}, data)
	if err != nil {
		broken := fault.New(fault.Failed, "%s %s", path, err)
		f.strange = append(f.strange, broken.Message+"; the file is passed over")
		if f.broken == nil {
			f.broken = broken
		}
		return false
	}
	f.path, f.top = path, top
	f.strange = append(f.strange, odd...)
	return true
}

// read parses a file by its name: what ends in json is JSON, all else YAML
// (rule 7).
func read(origin Origin, data []byte) (setting, []string, error) {
	if strings.HasSuffix(origin.Name, "json") {
		top, err := readJSON(origin, data)
		return top, nil, err
	}
	return readYAML(origin, data)
}

// candidates are the files to try, in order: three names in each folder.
func (r Request) candidates(name string) []string {
	var paths []string
	for _, dir := range r.dirs() {
		for _, ending := range []string{"yaml", "yml", "json"} {
			paths = append(paths, filepath.Join(dir, name+"."+ending))
		}
	}
	return paths
}

// dirs are the folders to search, in order (rules 1, 2, 3, 11).
func (r Request) dirs() []string {
	dirs := []string{r.local(".")}
	add := func(parts ...string) {
		dir := filepath.Join(append(parts, "openstack")...)
		if parts[0] != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	home, user := r.getenv("HOME"), r.getenv("XDG_CONFIG_HOME")
	if user != "" {
		add(user)
	} else {
		add(home, ".config")
	}
	// A program in a snap has a HOME of its own, the person another.
	if snap := r.getenv("SNAP_REAL_HOME"); snap != "" {
		home = snap
	}
	add(home, ".config")
	site := filepath.SplitList(r.getenv("XDG_CONFIG_DIRS"))
	if len(site) == 0 {
		site = []string{"/etc/xdg"}
	}
	for _, dir := range site {
		add(dir)
	}
	add("/etc")
	return dirs
}

// local is a path seen from the request's current directory.
func (r Request) local(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.Dir, path)
}

// expandHome writes the home folder for a leading ~.
func (r Request) expandHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || rest[0] == '/') {
		if home := r.getenv("HOME"); home != "" {
			return filepath.Join(home, rest)
		}
	}
	return path
}
