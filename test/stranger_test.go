package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/test/page"
)

// checkout is the folder of this checkout, and goEnv where the go command keeps
// things, for each test has a home of its own. A new module asks for the go.mod
// of modules that this repository never builds, so it may need the proxy.
var (
	checkout = sync.OnceValue(func() string { return filepath.Dir(must(os.Getwd())) })
	goEnv    = sync.OnceValue(func() []string {
		out := must(exec.Command("go", "env", "GOMODCACHE", "GOCACHE", "GOPROXY").Output())
		lines := strings.Fields(string(out))
		return []string{"GOMODCACHE=" + lines[0], "GOCACHE=" + lines[1], "GOPROXY=" + lines[2], "GOFLAGS=-buildvcs=false", "GOTOOLCHAIN=local"}
	})
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// TestWalkOfAStranger begins a plugin outside the repository and does what the
// README of the new module says, to the letter.
func TestWalkOfAStranger(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	home, dir, environ := t.TempDir(), t.TempDir(), goWithRelease(t)
	run := func(dir, command string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
		cmd.Dir = dir
		cmd.Env = append(environ, "PATH="+binaries+":"+os.Getenv("PATH"), "HOME="+home)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run(dir, "valence plugin new disks --sdk "+checkout()); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	plugin := filepath.Join(dir, "disks")
	var outputs []string
	for _, command := range written(t, filepath.Join(plugin, "README.md")) {
		out, err := run(plugin, command)
		if err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
		outputs = append(outputs, out)
	}
	t.Logf("the walk took %v", time.Since(begin))
	all := strings.Join(outputs, "")
	for _, want := range []string{"ok  \texample.org/valence-plugin-disks", "| first  | ready  |", `"notes": "An example."`, "valence disk <command>"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing:\n%s", want, all)
		}
	}
	for _, room := range []string{"core/fault", "service"} {
		file := filepath.Join(plugin, "more.go")
		if err := os.WriteFile(file, []byte("package main\n\nimport _ \"github.com/valence-rsd/valence/"+room+"\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := run(plugin, "go test ./..."); err == nil || !strings.Contains(out, "more.go:3:8: imports github.com/valence-rsd/valence/"+room) {
			t.Errorf("importing %s: %v\n%s", room, err, out)
		}
	}
}

// written are the commands of a README.
func written(t *testing.T, readme string) []string {
	t.Helper()
	p, err := page.Read(readme)
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, b := range p.Blocks {
		commands = append(commands, b.Lines...)
	}
	if len(commands) < 8 {
		t.Fatalf("the README has the commands %q only", commands)
	}
	return commands
}
