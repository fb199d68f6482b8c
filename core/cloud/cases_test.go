package cloud

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// kase is one configuration of test/testdata/clouds: its README says what the
// lines mean.
type kase struct {
	world
	id, fails string
	args      []string
}

func readCases(t *testing.T) []kase {
	t.Helper()
	paths, err := filepath.Glob("../../test/testdata/clouds/*.txtar")
	if err != nil || len(paths) < 90 {
		t.Fatalf("%d cases, want at least 90 (%v)", len(paths), err)
	}
	var all []kase
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parseCase(t, strings.TrimSuffix(filepath.Base(path), ".txtar"), string(text)))
	}
	return all
}

func parseCase(t *testing.T, id, text string) kase {
	t.Helper()
	k := kase{id: id, world: world{files: map[string]string{}, env: map[string]string{}, options: map[string]string{}}}
	file := ""
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		name, isFile := strings.CutSuffix(rest, " --")
		switch {
		case word == "--" && isFile:
			file = name
			k.files[file] = ""
		case file != "":
			k.files[file] += line
		case word == "rule":
		case word == "env":
			key, value, _ := strings.Cut(rest, "=")
			k.env[key] = value
		case word == "args":
			k.args = strings.Fields(rest)
		case word == "fails":
			k.fails = "both"
			if rest != "" {
				k.fails = rest
			}
		case word == "differs":
		default:
			t.Fatalf("%s: what is %q?", id, line)
		}
	}
	k.parseArgs(t)
	return k
}

func (k *kase) parseArgs(t *testing.T) {
	t.Helper()
	for i := 0; i < len(k.args); i++ {
		name := strings.TrimPrefix(k.args[i], "--")
		j := slices.IndexFunc(Options(), func(o Option) bool { return o.Name == name })
		if j < 0 {
			t.Fatalf("%s: no option %s", k.id, name)
		}
		o := Options()[j]
		k.insecure, k.verify = k.insecure || name == "insecure", k.verify || name == "verify"
		if !o.Bool {
			i++
			k.options[o.Dest] = k.args[i]
		}
	}
}

// TestCases resolves every case. What they resolve to is compared with
// openstackclient in package test, which has the built binary.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, k := range readCases(t) {
		t.Run(k.id, func(t *testing.T) {
			t.Parallel()
			r, _ := k.request(t)
			_, err := Resolve(r)
			if fails := k.fails == "both" || k.fails == "valence"; fails != (err != nil) {
				t.Fatalf("got the error %v, want one: %v", err, fails)
			}
		})
	}
}
