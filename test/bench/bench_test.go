// Package bench measures how long the shell takes, beside a hello-world program
// and, where they are installed, beside the Python clients. It prints ratios:
// the machines that it runs on are noisy, so all commands take turns within one
// run and only their medians are compared. "make bench" builds bin/ and runs it.
package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// bin is where "make build" leaves the binaries.
const bin = "../../bin/"

// rounds is how often each command runs. The Python clients are slow enough to
// tell in slowRounds.
const rounds, slowRounds = 30, 5

// timed is one command and how long each of its runs took.
type timed struct {
	name  string
	args  []string
	env   []string
	slow  bool
	aim   float64 // at most so many times as long as hello; 0 for none
	times []time.Duration
}

func (t *timed) median() time.Duration {
	s := slices.Sorted(slices.Values(t.times))
	return s[len(s)/2]
}

// BenchmarkStart compares commands from their start to their end.
func BenchmarkStart(b *testing.B) {
	s := newScene(b)
	hello := buildHello(b)
	runs := []*timed{
		{name: "hello-world", args: []string{hello}},
		{name: "valence --version", args: []string{bin + "valence", "--version"}, aim: 4},
		{name: "valence --help", args: []string{bin + "valence", "--help"}, aim: 8},
		{name: "completion of a word", args: []string{bin + "valence-complete", "node", "cr"}, aim: 3},
		{name: "valence node list", args: []string{bin + "valence", "node", "list"}, aim: 20},
	}
	for _, r := range runs {
		r.env = s.env("rsd")
	}
	if s.keystone {
		runs = append(runs, &timed{name: "valence node list, signed in", args: []string{bin + "valence", "node", "list"}, env: s.env("keystone")})
	}
	for range b.N {
		runs = append(runs, pythonClients(b, s)...)
		measure(b, runs)
		report(runs)
	}
}

// pythonClients are those that are installed.
func pythonClients(b *testing.B, s *scene) []*timed {
	var runs []*timed
	for _, client := range []string{"openstack", "baremetal"} {
		path := "/usr/bin/" + client // Debian's, with Debian's Python
		if _, err := os.Stat(path); err != nil {
			fmt.Printf("%s is not installed and not compared\n", client)
			continue
		}
		runs = append(runs, &timed{name: client + " --version", args: []string{path, "--version"}, env: s.env("rsd"), slow: true})
		runs = append(runs, &timed{name: client + " --help", args: []string{path, "--help"}, env: s.env("rsd"), slow: true})
		if client == "openstack" && s.keystone {
			runs = append(runs, &timed{name: "openstack token issue", args: []string{path, "token", "issue"}, env: s.env("keystone"), slow: true})
		}
	}
	return runs
}

// buildHello builds the program that everything is compared with.
func buildHello(b *testing.B) string {
	b.Helper()
	return build(b, "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, world\") }\n")
}

// build builds a program out of one file.
func build(b *testing.B, text string) string {
	b.Helper()
	dir := b.TempDir()
	source, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, source).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// measure lets the commands take turns. The first round fills caches and does
// not count.
func measure(b *testing.B, runs []*timed) {
	b.Helper()
	for round := range rounds + 1 {
		for _, r := range runs {
			if r.slow && round > slowRounds {
				continue
			}
			cmd := exec.Command(r.args[0], r.args[1:]...)
			cmd.Env = r.env
			began := time.Now()
			out, err := cmd.CombinedOutput()
			took := time.Since(began)
			if err != nil {
				b.Fatalf("%s: %v\n%s", r.name, err, out)
			}
			if round > 0 {
				r.times = append(r.times, took)
			}
		}
	}
}
