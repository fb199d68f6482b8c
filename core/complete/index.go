package complete

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Index is a Tree in a file, so that a key press costs reading it and nothing
// more. It is good as long as all that it was made from is as it was.
type Index struct {
	Origin []string  `json:"origin"` // see Origin
	Files  []Stamp   `json:"files"`  // programs and folders that it depends on
	Until  time.Time `json:"until"`
	Tree   Tree      `json:"tree"`
}

// Stamp is a file or a folder as it was; one that was not there has no time.
type Stamp struct {
	Path string `json:"path"`
	Time int64  `json:"time"` // of its last change, in nanoseconds
	Size int64  `json:"size"`
}

// Origin are the settings that decide which plugins there are.
func Origin(getenv func(string) string, executable string) []string {
	return []string{executable, getenv("VALENCE_PLUGIN_PATH"), getenv("XDG_DATA_HOME"), getenv("HOME")}
}

// CacheDir is the folder for what can be made again, empty without a home.
func CacheDir(getenv func(string) string) string {
	folder := getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(folder) {
		if getenv("HOME") == "" {
			return ""
		}
		folder = filepath.Join(getenv("HOME"), ".cache")
	}
	return filepath.Join(folder, "valence")
}

// IndexFile is where the Index stands, empty without a home.
func IndexFile(getenv func(string) string) string {
	dir := CacheDir(getenv)
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "complete", "index.json")
}

// NewStamp looks at a file or folder.
func NewStamp(path string) Stamp {
	info, err := os.Stat(path)
	if err != nil {
		return Stamp{Path: path}
	}
	s := Stamp{Path: path, Time: info.ModTime().UnixNano()}
	if !info.IsDir() {
		s.Size = info.Size()
	}
	return s
}

// ReadIndex reads an index and gives its tree, or nil when there is none that
// is good for this origin now.
func ReadIndex(path string, origin []string) *Tree {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var x Index
	if json.Unmarshal(data, &x) != nil || !slices.Equal(x.Origin, origin) || !time.Now().Before(x.Until) {
		return nil
	}
	for _, f := range x.Files {
		if NewStamp(f.Path) != f {
			return nil
		}
	}
	return &x.Tree
}

// WriteIndex writes an index in one step, readable for its owner only.
func WriteIndex(path string, x Index) error {
	data, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return WriteFile(path, data)
}

// WriteFile puts data into a file of mode 0600 in one step, and makes its folder.
func WriteFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // fails after the rename, as it should
	if _, err := tmp.Write(data); err != nil {
		_ = tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
