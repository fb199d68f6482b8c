package pluginhost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// installed makes a data folder in which a plugin was installed.
func installed(t *testing.T, family string) (o Options, path string) {
	t.Helper()
	data := t.TempDir()
	dir := filepath.Join(data, "plugins")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, prefix+family)
	// A link, so that the big test binary is not copied: its identity is the
	// test binary's until it is replaced.
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	sum, err := Checksum(path)
	if err != nil {
		t.Fatal(err)
	}
	p := Plugin{Path: path}
	p.Manifest.Family, p.Manifest.Version = family, "1.2.3"
	r, err := NewReceipt(p, sum, "/somewhere")
	if err != nil {
		t.Fatal(err)
	}
	o = Options{Dirs: []string{dir}, CacheFile: filepath.Join(data, "cache.json"), Receipts: ReceiptsFile(dir)}
	if err := UpdateReceipts(o.Receipts, func([]Receipt) []Receipt { return []Receipt{r} }); err != nil {
		t.Fatal(err)
	}
	return o, path
}

func TestInstalledPluginIsKnown(t *testing.T) {
	t.Parallel()
	o, path := installed(t, "good")
	cat := New(o).Catalog(t.Context())
	if len(cat.Plugins) != 1 || cat.Plugins[0].Receipt == nil || cat.Plugins[0].Receipt.Path != path {
		t.Errorf("%+v", cat)
	}
	info, err := os.Stat(o.Receipts)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("receipts: %v, %v", info.Mode(), err)
	}
}

func TestChangedPluginIsRefused(t *testing.T) {
	t.Parallel()
	o, path := installed(t, "good")
	New(o).Catalog(t.Context())
	started := filepath.Join(t.TempDir(), "started")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\ntouch "+started+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"first", "again, from the cache"} {
		cat := New(o).Catalog(t.Context())
		if len(cat.Plugins) != 0 || len(cat.Problems) != 1 || !strings.HasPrefix(cat.Problems[0].Reason, "its content has changed") {
			t.Errorf("%s: %+v", when, cat)
		}
	}
	if _, err := os.Stat(started); err == nil {
		t.Error("the changed plugin was started")
	}
	// The next folder of the search path may have the family still.
	o.Dirs = append(o.Dirs, folder(t, "good"))
	if cat := New(o).Catalog(t.Context()); len(cat.Plugins) != 1 || len(cat.Problems) != 1 {
		t.Errorf("with another good in the path: %+v", cat)
	}
}

// A console keeps its catalogue while the files under it may change.
func TestPluginThatChangesLaterIsRefused(t *testing.T) {
	t.Parallel()
	o, path := installed(t, "good")
	h := New(o)
	p := h.Catalog(t.Context()).Plugins[0]
	p.Receipt.seen.Mtime++ // as if it had been touched since
	c := Call{Command: []string{"thing", "chatter"}, Sink: &sink{}}
	if err := h.Run(t.Context(), p, c); err != nil {
		t.Errorf("with the same content: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := h.Run(t.Context(), p, c); err == nil || !strings.Contains(err.Error(), "its content has changed") {
		t.Errorf("with another content: %v", err)
	}
}

// A file that is the same again after it was moved about is hashed once.
func TestMovedPluginIsHashedOnce(t *testing.T) {
	t.Parallel()
	o, path := installed(t, "good")
	err := UpdateReceipts(o.Receipts, func(rs []Receipt) []Receipt {
		rs[0].Mtime++
		return rs
	})
	if err != nil {
		t.Fatal(err)
	}
	if cat := New(o).Catalog(t.Context()); len(cat.Plugins) != 1 {
		t.Fatalf("%+v", cat)
	}
	h := readCache(o.CacheFile).Hashes[path]
	if h.SHA256 == "" {
		t.Fatal("the hash was not kept")
	}
	// The cache is believed: were it hashed again, the right sum would be found.
	known := readCache(o.CacheFile)
	known.Hashes[path] = hash{h.identity, "other"}
	if err := known.write(o.CacheFile); err != nil {
		t.Fatal(err)
	}
	if cat := New(o).Catalog(t.Context()); len(cat.Plugins) != 0 {
		t.Error("the file was hashed a second time")
	}
}

func TestBrokenReceiptsRefuseWhatTheyMayHaveRecorded(t *testing.T) {
	t.Parallel()
	o, _ := installed(t, "good")
	if err := os.WriteFile(o.Receipts, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Dirs = append(o.Dirs, folder(t, "other"))
	cat := New(o).Catalog(t.Context())
	if len(cat.Plugins) != 1 || cat.Plugins[0].Manifest.Family != "other" {
		t.Errorf("plugins: %+v", cat.Plugins)
	}
	if len(cat.Problems) == 0 || !strings.Contains(cat.Problems[0].Reason, "is broken") {
		t.Errorf("problems: %+v", cat.Problems)
	}
	if err := UpdateReceipts(o.Receipts, func(rs []Receipt) []Receipt { return rs }); err == nil {
		t.Error("broken receipts were overwritten")
	}
}

func TestUpdatesDoNotLoseOneAnother(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "receipts.json")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			r := receipt(fmt.Sprint("f", i))
			if err := UpdateReceipts(file, func(rs []Receipt) []Receipt { return append(rs, r) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if rs, err := ReadReceipts(file); err != nil || len(rs) != 20 {
		t.Errorf("%d receipts, %v", len(rs), err)
	}
}

func receipt(family string) Receipt {
	return Receipt{
		Path: "/d/" + prefix + family, Family: family, Version: "1", SHA256: strings.Repeat("0a", 32),
		identity: identity{Size: 3, Mtime: 4, Inode: 5}, Source: "/s", At: time.Unix(1e9, 0).UTC(),
	}
}

func TestReceiptsAreChecked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(*Receipt)
		want  string
	}{
		"relative":        {func(r *Receipt) { r.Path = "d/" + prefix + "x" }, "not absolute"},
		"climbing":        {func(r *Receipt) { r.Path = "/d/../" + prefix + "x" }, "not absolute"},
		"no plugin":       {func(r *Receipt) { r.Path = "/etc/passwd" }, `not that of the family "x"`},
		"nameless":        {func(r *Receipt) { r.Path, r.Family = "/d/"+prefix, "" }, "not that of the family"},
		"short sum":       {func(r *Receipt) { r.SHA256 = "0a" }, "64 hexadecimal digits"},
		"sum in capitals": {func(r *Receipt) { r.SHA256 = strings.Repeat("0A", 32) }, "64 hexadecimal digits"},
	}
	for name, tt := range tests {
		r := receipt("x")
		tt.spoil(&r)
		data, err := json.Marshal(receiptsFile{[]Receipt{receipt("y"), r}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = parseReceipts(data)
		if err == nil || !strings.HasPrefix(err.Error(), "plugins[1]: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUserDir(t *testing.T) {
	t.Parallel()
	tests := []struct{ data, home, want string }{
		{"/data", "/home/x", "/data/valence/plugins"},
		{"relative", "/home/x", "/home/x/.local/share/valence/plugins"},
		{"", "/home/x", "/home/x/.local/share/valence/plugins"},
		{"", "", ""},
	}
	for _, tt := range tests {
		got := UserDir(func(key string) string { return map[string]string{"XDG_DATA_HOME": tt.data, "HOME": tt.home}[key] })
		if got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
	if got := ReceiptsFile("/data/valence/plugins"); got != "/data/valence/plugin-receipts.json" {
		t.Error(got)
	}
}

// FuzzReceipts: whatever the file holds, reading it gives receipts that name
// plugins and that writing keeps, or an error.
func FuzzReceipts(f *testing.F) {
	good, err := json.Marshal(receiptsFile{[]Receipt{receipt("nodes")}})
	if err != nil {
		f.Fatal(errors.New("cannot make a seed"))
	}
	f.Add(good)
	f.Add([]byte(`{"plugins":[{"path":"/etc/passwd"}]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		receipts, err := parseReceipts(data)
		if err != nil {
			return
		}
		for _, r := range receipts {
			if !filepath.IsAbs(r.Path) || !strings.HasPrefix(filepath.Base(r.Path), prefix) {
				t.Fatalf("a receipt for %q", r.Path)
			}
		}
		written, err := json.Marshal(receiptsFile{receipts})
		if err != nil {
			t.Skip("a time that JSON cannot hold")
		}
		again, err := parseReceipts(written)
		if err != nil {
			t.Fatalf("%v: %s", err, bytes.TrimSpace(written))
		}
		if d := cmp.Diff(receipts, again, cmp.AllowUnexported(Receipt{}, identity{})); d != "" && len(receipts) > 0 {
			t.Error(d)
		}
	})
}
