package shell

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPluginNew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sdk, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	do := func(line string) result {
		return runWith(t, newPlugins(), Streams{Dir: dir}, strings.Fields(line)...)
	}
	got := do("plugin new disks --sdk " + sdk + " -f json")
	var record map[string]string
	if err := json.Unmarshal([]byte(got.out), &record); err != nil {
		t.Fatal(err, got)
	}
	want := map[string]string{
		"name": "disks", "noun": "disk", "module": "example.org/valence-plugin-disks",
		"path": filepath.Join(dir, "disks"), "sdk": sdk,
	}
	if d := cmp.Diff(want, record); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	const next = "now: cd disks && go build -o valence-plugin-disks . && go test ./... && " +
		"valence plugin install ./valence-plugin-disks && valence disk list\n"
	if got.err != next {
		t.Errorf("want\n%sgot\n%s", next, got.err)
	}
	if mod, err := os.ReadFile(filepath.Join(dir, "disks", "go.mod")); err != nil || !strings.Contains(string(mod), "go-plugin") {
		t.Errorf("go.mod is not complete: %s, %v", mod, err)
	}
	for line, want := range map[string]struct {
		status int
		text   string
	}{
		"plugin new disks --sdk " + sdk:          {5, "disks has something in it already"},
		"plugin new helps --sdk " + sdk:          {2, `the noun "help" is taken by the shell itself`},
		"plugin new nodes --sdk " + sdk:          {5, `the noun "node" is taken by the plugin nodes (/p/valence-plugin-nodes)`},
		"plugin new Disks --sdk " + sdk:          {2, `a plugin cannot be named "Disks"`},
		"plugin new x --noun 7 --sdk " + sdk:     {2, `--noun cannot be "7"`},
		"plugin new x --module a: --sdk " + sdk:  {2, `--module cannot be "a:"`},
		"plugin new x --sdk .":                   {2, "is no checkout of Valence"},
		"plugin new x":                           {4, "the plugin kit is not to be found"},
		"plugin new":                             {2, "plugin new needs <name>"},
		"-q plugin new x --dir a/b --sdk " + sdk: {0, filepath.Join(dir, "a", "b")},
	} {
		if got := do(line); got.status != want.status || !strings.Contains(got.out+got.err, want.text) {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

// What is missing is said; the files are there all the same.
func TestPluginNewWithoutModules(t *testing.T) {
	t.Parallel()
	io := Streams{Dir: t.TempDir(), Environ: append(os.Environ(), "GOPROXY=off")}
	var out strings.Builder
	io.Out, io.Version = &out, "v98.7.6"
	s := newShell([]string{"plugin", "new", "disks"}, io)
	var errs strings.Builder
	s.host, s.Getenv, s.screen.out = newPlugins(), environment(), &errs
	status := s.main(t.Context(), []string{"plugin", "new", "disks"})
	if status != 0 || !strings.Contains(errs.String(), "go.mod is not complete: run go get -t ./... in "+filepath.Join(io.Dir, "disks")) {
		t.Errorf("status %d, stderr:\n%s", status, errs.String())
	}
	if _, err := os.Stat(filepath.Join(io.Dir, "disks", "main.go")); err != nil {
		t.Error(err)
	}
}
