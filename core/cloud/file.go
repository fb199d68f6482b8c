package cloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/valence-rsd/valence/core/fault"
)

// file is the clouds.yaml that was found, or none.
type file struct {
	path     string // empty: no file
	searched []string
	clouds   map[string]any
	warnings []string
}

// load reads the first file there is. Files are never merged.
func (r Request) load() (*file, error) {
	f := &file{searched: r.dirs()}
	for _, path := range r.candidates(f) {
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			// openstacksdk goes on in silence; then nobody understands what
			// cloud they got.
			f.warn("cannot read %s: %v", path, errors.Unwrap(err))
			continue
		}
		f.path = path
		return f, f.parse(data)
	}
	return f, nil
}

// candidates are the files to try, in order: the one the environment names,
// then three names in each folder.
func (r Request) candidates(f *file) []string {
	var paths []string
	if named := r.Getenv("OS_CLIENT_CONFIG_FILE"); named != "" {
		path := r.local(named)
		paths = append(paths, path)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			f.warn("OS_CLIENT_CONFIG_FILE names %s, which does not exist", path)
		}
	}
	for _, dir := range f.searched {
		for _, ending := range []string{"yaml", "yml", "json"} {
			paths = append(paths, filepath.Join(dir, "clouds."+ending))
		}
	}
	return paths
}

// dirs are the folders to search, in order.
func (r Request) dirs() []string {
	dirs := []string{r.local(".")}
	add := func(parts ...string) {
		dir := filepath.Join(append(parts, "openstack")...)
		if parts[0] != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	home, user := r.Getenv("HOME"), r.Getenv("XDG_CONFIG_HOME")
	if user != "" {
		add(user)
	} else {
		add(home, ".config")
	}
	// A program in a snap has a HOME of its own, the person another.
	if snap := r.Getenv("SNAP_REAL_HOME"); snap != "" {
		home = snap
	}
	add(home, ".config")
	site := filepath.SplitList(r.Getenv("XDG_CONFIG_DIRS"))
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

func (f *file) parse(data []byte) error {
	document, err := decode(f.path, data)
	if err != nil {
		return err
	}
	if document == nil { // an empty file ends the search without any cloud
		return nil
	}
	top, ok := named(document)
	if !ok {
		return fault.New(fault.Failed, "%s holds %s, expected a mapping with the key clouds", f.path, kind(document))
	}
	clouds, ok := top["clouds"]
	if !ok {
		f.warn("%s has no key clouds", f.path)
		return nil
	}
	if f.clouds, ok = named(clouds); !ok && clouds != nil {
		return fault.New(fault.Failed, "%s: clouds is %s, expected a mapping of names to clouds", f.path, kind(clouds))
	}
	return nil
}

func decode(path string, data []byte) (any, error) {
	var document any
	if strings.HasSuffix(path, "json") {
		if err := json.Unmarshal(data, &document); err != nil && len(strings.TrimSpace(string(data))) > 0 {
			return nil, fault.New(fault.Failed, "%s is not JSON: %s", path, jsonProblem(data, err))
		}
		return document, nil
	}
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, fault.New(fault.Failed, "%s is not YAML: %s", path, yamlProblem(err))
	}
	return document, nil
}

func (f *file) names() []string {
	names := make([]string, 0, len(f.clouds))
	for name := range f.clouds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// entry is a cloud's settings with _ for - in all keys.
func (f *file) entry(name string) (map[string]any, error) {
	entry := f.clouds[name]
	if entry == nil {
		return map[string]any{}, nil
	}
	values, ok := normalize(entry).(map[string]any)
	if !ok {
		return nil, fault.New(fault.Failed, "%s: cloud %q is %s, expected a mapping", f.path, name, kind(entry))
	}
	return values, nil
}

func (f *file) warn(format string, args ...any) {
	f.warnings = append(f.warnings, fmt.Sprintf(format, args...))
}
