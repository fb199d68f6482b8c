package pluginhost

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCatalogWithBadNeighbours(t *testing.T) {
	t.Parallel()
	dir := folder(t, "good", "garbage", "slowstart", "dies", "newer", "liar")
	h := New(Options{Dirs: []string{dir}, StartTimeout: 10 * time.Second})
	cat := h.Catalog(t.Context())
	if len(cat.Plugins) != 1 || cat.Plugins[0].Manifest.Family != "good" {
		t.Errorf("plugins: %+v", cat.Plugins)
	}
	want := map[string]string{
		"garbage":   `printed "Hello, I am a plugin!" to stdout instead of a handshake`,
		"slowstart": `did not start within 10s`,
		"dies":      `ended before it was ready: "panic: no luck today"`,
		"newer":     `speaks protocol 2, this valence speaks 1: upgrade valence`,
		"liar":      `says that it is "honest", but its file is named valence-plugin-liar`,
	}
	got := map[string]string{}
	for _, p := range cat.Problems {
		got[p.Family] = strings.ReplaceAll(p.Reason, " [recovered]", "")
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("problems (-want +got):\n%s", d)
	}
}

func TestCatalogCache(t *testing.T) {
	t.Parallel()
	dir := folder(t, "good", "dies")
	o := Options{Dirs: []string{dir}, CacheFile: filepath.Join(t.TempDir(), "sub", "plugins.json")}
	cold := New(o).Catalog(t.Context())
	// A warm catalogue starts no plugin: with a start timeout of a nanosecond
	// none would come up.
	o.StartTimeout = time.Nanosecond
	warm := New(o).Catalog(t.Context())
	if d := cmp.Diff(cold, warm); d != "" {
		t.Errorf("(-cold +warm):\n%s", d)
	}
	if err := os.WriteFile(o.CacheFile, []byte("{broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if cat := New(o).Catalog(t.Context()); len(cat.Plugins) != 0 {
		t.Error("a broken cache was believed")
	}
}

func TestCatalogNoticesAChange(t *testing.T) {
	t.Parallel()
	dir := folder(t, "good")
	o := Options{Dirs: []string{dir}, CacheFile: filepath.Join(t.TempDir(), "plugins.json")}
	New(o).Catalog(t.Context())
	path := filepath.Join(dir, prefix+"good")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho hi\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if cat := New(o).Catalog(t.Context()); len(cat.Plugins) != 0 || len(cat.Problems) != 1 {
		t.Errorf("catalog after the file was replaced: %+v", cat)
	}
}

func TestCatalogClashes(t *testing.T) {
	t.Parallel()
	first, second := folder(t, "a"), folder(t, "a", "b")
	h := New(Options{Dirs: []string{first, second}, StartTimeout: patient})
	cat := h.Catalog(t.Context())
	if len(cat.Plugins) != 2 || cat.Plugins[0].Path != filepath.Join(first, prefix+"a") {
		t.Fatalf("plugins: %+v", cat.Plugins)
	}
	if n := len(cat.Plugins[1].Manifest.Commands); n != 0 {
		t.Errorf("b kept %d nouns that a has", n)
	}
	if taken := cat.Plugins[1].Taken; len(taken) != 1 || taken[0].Name != "thing" {
		t.Errorf("b's taken nouns: %+v", taken)
	}
	hidden := []Shadow{{Path: filepath.Join(second, prefix+"a"), Family: "a", By: filepath.Join(first, prefix+"a")}}
	if d := cmp.Diff(hidden, cat.Shadowed); d != "" {
		t.Errorf("shadowed (-want +got):\n%s", d)
	}
	if twice := New(Options{Dirs: []string{first, first + "/"}, StartTimeout: patient}).Catalog(t.Context()); len(twice.Shadowed) != 0 {
		t.Errorf("a folder shadows itself: %+v", twice.Shadowed)
	}
	reserved := New(Options{Dirs: []string{first}, StartTimeout: patient, Reserved: []string{"thing"}}).Catalog(t.Context())
	if len(reserved.Problems) != 1 || !strings.Contains(reserved.Problems[0].Reason, "taken by the shell itself") {
		t.Errorf("problems: %+v", reserved.Problems)
	}
}

func TestTrust(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(dir, file string) error
		want  string
	}{
		"writable file":   {func(_, f string) error { return os.Chmod(f, 0o757) }, "can be written by others"},
		"writable folder": {func(d, _ string) error { return os.Chmod(d, 0o777) }, "can be written by others"},
		"not executable":  {func(_, f string) error { return os.Chmod(f, 0o644) }, "not executable"},
		"a folder": {func(_, f string) error {
			return errors.Join(os.Remove(f), os.Mkdir(f, 0o755))
		}, "not a file"},
		"a stranger's": {func(_, f string) error { return os.Chown(f, 4711, 4711) }, "belongs to user 4711"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			f := filepath.Join(dir, prefix+"x")
			if err := os.WriteFile(f, []byte("#!/bin/sh\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := tt.spoil(dir, f); errors.Is(err, os.ErrPermission) {
				t.Skip("needs root")
			} else if err != nil {
				t.Fatal(err)
			}
			got := find([]string{dir}, func(file) string { return "" })
			if len(got.files) != 0 || len(got.problems) != 1 || !strings.Contains(got.problems[0].Reason, tt.want) {
				t.Errorf("%+v", got)
			}
		})
	}
}
