package test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// openstack is Debian's openstackclient: with its own Python, whatever another
// python3 in the PATH may be.
const openstack = "/usr/bin/openstack"

// TestConfigurationShow compares what valence and openstack make of the same
// files, variables and options. The README of testdata/clouds says what stands
// in a case.
func TestConfigurationShow(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(openstack); err != nil {
		t.Skip("python3-openstackclient is not installed")
	}
	paths, err := filepath.Glob("testdata/clouds/*.txtar")
	if err != nil || len(paths) < 80 {
		t.Fatalf("%d cases, want at least 80 (%v)", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			newConfiguration(t, path).compare(t)
		})
	}
}

// configuration is one case, laid out in a folder.
type configuration struct {
	root    string
	env     []string
	args    []string
	fails   string
	differs []string
}

func newConfiguration(t *testing.T, path string) *configuration {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := &configuration{root: t.TempDir()}
	at := func(s string) string { return strings.ReplaceAll(s, "@", c.root) }
	c.env = []string{"PATH=/usr/bin:/bin", at("HOME=@/home"), at("XDG_CONFIG_DIRS=@/site")}
	for line := range strings.Lines(string(archive.Comment)) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "env":
			c.env = append(c.env, at(rest))
		case "args":
			c.args = strings.Fields(at(rest))
		case "fails":
			c.fails = "both" + rest
		case "differs":
			c.differs = strings.Fields(rest)
		}
	}
	for _, f := range append(archive.Files, txtar.File{Name: "cwd/.here"}) {
		name := filepath.Join(c.root, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(at(string(f.Data))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// compare wants the same from both, but for what the case says is different.
func (c *configuration) compare(t *testing.T) {
	t.Helper()
	theirs := c.show(t, openstack, "both", "bothopenstack")
	ours := c.show(t, filepath.Join(binaries, "valence"), "both", "bothvalence")
	if theirs == nil || ours == nil {
		return
	}
	for _, key := range []string{"additional_user_agent", "beta_command", "deferred_help", "timing", "verbose_level", "debug"} {
		delete(theirs, key) // they tell about the Python program
	}
	delete(theirs, "baremetal_api_version") // an option of python-ironicclient's, where that is installed
	for _, key := range c.differs {
		if cmp.Equal(theirs[key], ours[key]) {
			t.Errorf("%s does not differ, though docs/clouds-differences.md says so", key)
		}
		delete(theirs, key)
		delete(ours, key)
	}
	if d := cmp.Diff(theirs, ours); d != "" {
		t.Errorf("(-openstack +valence):\n%s", d)
	}
}

// show runs configuration show. It gives nil when the program refuses, which it
// must where the case says one of the words in fails.
func (c *configuration) show(t *testing.T, program string, fails ...string) map[string]any {
	t.Helper()
	cmd := exec.Command(program, append(c.args[:len(c.args):len(c.args)], "configuration", "show", "--unmask", "-f", "json")...)
	cmd.Dir, cmd.Env = filepath.Join(c.root, "cwd"), c.env
	out, err := cmd.Output()
	wanted := c.fails == fails[0] || c.fails == fails[1]
	if wanted != (err != nil) {
		t.Errorf("%s ended with %v, want it to fail: %v", program, err, wanted)
	}
	if err != nil {
		return nil
	}
	shown := map[string]any{}
	if err := json.Unmarshal(out, &shown); err != nil {
		t.Fatalf("%s: %v in %s", program, err, out)
	}
	return shown
}
