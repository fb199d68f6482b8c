package plugininstall

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/core/pluginhost"
)

// read unpacks an archive into memory, at most a megabyte of each plugin.
func read(data []byte, zip bool) (map[string]string, error) {
	out := map[string]string{}
	keep := func(name string, content io.Reader) error {
		all, err := io.ReadAll(io.LimitReader(content, 1<<20))
		out[name] = string(all)
		return err
	}
	if zip {
		return out, readZip(bytes.NewReader(data), int64(len(data)), keep)
	}
	return out, readTar(bytes.NewReader(data), keep)
}

func TestHostileArchives(t *testing.T) {
	t.Parallel()
	many := make([]item, maxEntries+1)
	for n := range many {
		many[n].name = fmt.Sprint(n)
	}
	p := prefix + "x"
	tests := map[string]struct {
		items []item
		want  string
		tar   bool // a zip has no such thing
	}{
		"climbs":           {[]item{{name: "../" + p}}, "leads out of it", false},
		"climbs later":     {[]item{{name: "a/../../b"}}, "leads out of it", false},
		"absolute":         {[]item{{name: "/usr/bin/" + p}}, "leads out of it", false},
		"backslashes":      {[]item{{name: `..\` + p}}, "leads out of it", false},
		"symbolic link":    {[]item{{name: p, link: "/etc/passwd"}}, "is a link or a device", false},
		"hard link":        {[]item{{name: p, hard: "/etc/passwd"}}, "is a link or a device", true},
		"too many entries": {many, "more than 10000 entries", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, zip := range []bool{false, true} {
				if zip && tt.tar {
					continue
				}
				data := tarball(tt.items...)
				if zip {
					data = zipped(tt.items...)
				}
				got, err := read(data, zip)
				if err == nil || !strings.Contains(err.Error(), tt.want) || len(got) != 0 {
					t.Errorf("zip %v: %v, %v", zip, got, err)
				}
			}
		})
	}
}

func TestCutOffArchives(t *testing.T) {
	t.Parallel()
	it := item{name: prefix + "x", data: []byte(strings.Repeat("content", 1000))}
	for n, data := range [][]byte{tarball(it), zipped(it)} {
		if _, err := read(data[:len(data)/2], n == 1); err == nil {
			t.Errorf("half an archive (%d) was taken for a whole one", n)
		}
	}
}

// A plugin must not fill the disk, however well it was packed.
func TestLargePlugins(t *testing.T) {
	t.Parallel()
	s := &stage{dir: t.TempDir(), room: 1 << 20}
	data := zipped(item{name: prefix + "x", data: make([]byte, 8<<20)})
	if len(data) > 1<<20 {
		t.Fatal("it was to be small when packed")
	}
	err := readZip(bytes.NewReader(data), int64(len(data)), s.add)
	if err == nil || !strings.Contains(err.Error(), "is larger than 1 MiB") {
		t.Error(err)
	}
	s = &stage{dir: t.TempDir(), room: 10}
	for n, want := range []error{nil, nil, errors.New("too large")} {
		err := s.add(fmt.Sprint(prefix, n), strings.NewReader("1234"))
		if (err == nil) != (want == nil) {
			t.Errorf("plugin %d: %v", n, err)
		}
	}
}

// FuzzArchive: whatever an archive holds, what comes out of it has the plain
// name of a plugin.
func FuzzArchive(f *testing.F) {
	items := []item{{name: "a/" + prefix + "x", data: []byte("program")}, {name: "b", link: "c"}, {name: "../d"}}
	f.Add(tarball(items...), false)
	f.Add(tarball(items[:2]...), false)
	f.Add(zipped(items...), true)
	f.Add(zipped(items[:1]...), true)
	f.Fuzz(func(t *testing.T, data []byte, zip bool) {
		got, _ := read(data, zip)
		for name := range got {
			if name != path.Base(name) || !filepath.IsLocal(name) || pluginhost.Family(name) == "" {
				t.Errorf("took %q out", name)
			}
		}
	})
}
