package pluginnew

import (
	"errors"
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

func TestNew(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ family, noun, module, wantNoun, wantType, wantModule string }{
		"plural":      {"disks", "", "", "disk", "Disk", "example.org/valence-plugin-disks"},
		"no plural":   {"power", "", "", "power", "Power", "example.org/valence-plugin-power"},
		"chassis":     {"chassis", "", "", "chassis", "Chassis", "example.org/valence-plugin-chassis"},
		"status":      {"status", "", "", "status", "Status", "example.org/valence-plugin-status"},
		"access":      {"access", "", "", "access", "Access", "example.org/valence-plugin-access"},
		"one letter":  {"s", "", "", "s", "S", "example.org/valence-plugin-s"},
		"words":       {"ssd-drives2", "", "", "ssd-drives2", "SsdDrives2", "example.org/valence-plugin-ssd-drives2"},
		"all given":   {"storage", "volume", "git.lab/x/Y_z", "volume", "Volume", "git.lab/x/Y_z"},
		"Go's own":    {"types", "", "main", "type", "Type", "main"},
		"two hyphens": {"a-b-cs", "", "", "a-b-c", "ABC", "example.org/valence-plugin-a-b-cs"},
	}
	for name, tt := range tests {
		p, err := New(tt.family, tt.noun, tt.module)
		if err != nil || p.Noun != tt.wantNoun || p.Type() != tt.wantType || p.Module != tt.wantModule {
			t.Errorf("%s: %+v, type %s, %v", name, p, p.Type(), err)
		}
	}
}

func TestWrongNames(t *testing.T) {
	t.Parallel()
	tests := map[string][3]string{
		`a plugin cannot be named ""`:              {""},
		`a plugin cannot be named "Disks"`:         {"Disks"},
		`a plugin cannot be named "../disks"`:      {"../disks"},
		`a plugin cannot be named "2disks"`:        {"2disks"},
		`a plugin cannot be named "a--b"`:          {"a--b"},
		`a plugin cannot be named "-a"`:            {"-a"},
		`a plugin cannot be named "di sk"`:         {"di sk"},
		`--noun cannot be "Disk"`:                  {"disks", "Disk"},
		`--noun cannot be "d\"k"`:                  {"disks", `d"k`},
		`--module cannot be "a b"`:                 {"disks", "disk", "a b"},
		`--module cannot be "https://example.org"`: {"disks", "disk", "https://example.org"},
		`--module cannot be "x/../y"`:              {"disks", "disk", "x/../y"},
	}
	for want, in := range tests {
		_, err := New(in[0], in[1], in[2])
		var e *fault.Error
		if !errors.As(err, &e) || e.Code != fault.Usage || e.Message != want || e.Hint == "" {
			t.Errorf("want a usage error %s with a hint, got %#v", want, err)
		}
	}
}

// The walk of a stranger (test/) builds what is written; here it is looked at.
func TestWrite(t *testing.T) {
	t.Parallel()
	for _, words := range [][3]string{{"disks"}, {"interfaces", "type"}, {"a-very-long-name-of-families", "ab-c"}} {
		p, err := New(words[0], words[1], words[2])
		if err != nil {
			t.Fatal(err)
		}
		p.Kit = Kit{Release: "v1.2.3"}
		dir := filepath.Join(t.TempDir(), "deep", "down")
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		want := []string{".gitignore", "README.md", "commands.go", "commands_test.go", "go.mod", "main.go"}
		if d := cmp.Diff(want, names(t, dir)); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		for _, name := range names(t, dir) {
			text := read(t, filepath.Join(dir, name))
			if strings.Contains(text, "{{") || strings.Contains(text, "<no value>") {
				t.Errorf("%s is not filled in:\n%s", name, text)
			}
			if filepath.Ext(name) == ".go" {
				if tidy, err := format.Source([]byte(text)); err != nil || string(tidy) != text {
					t.Errorf("%s is not as gofmt has it: %v", name, err)
				}
			}
		}
		if lines := strings.Count(read(t, filepath.Join(dir, "main.go")), "\n"); lines >= 25 {
			t.Errorf("main.go has %d lines", lines)
		}
	}
}

func TestWriteOverwritesNothing(t *testing.T) {
	t.Parallel()
	p, err := New("disks", "", "")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "precious")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, occupied := range []string{dir, file} {
		var e *fault.Error
		if err := p.Write(occupied); !errors.As(err, &e) || e.Code != fault.Conflict || !strings.Contains(e.Message, occupied) {
			t.Errorf("want a conflict that names %s, got %v", occupied, err)
		}
	}
	if got := names(t, dir); len(got) != 1 || read(t, file) != "x" {
		t.Errorf("the folder has %v", got)
	}
	if err := p.Write(t.TempDir()); err != nil {
		t.Errorf("into an empty folder: %v", err)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
