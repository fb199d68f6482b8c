package test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/core/pluginhost"
	core "github.com/valence-rsd/valence/core/shell"
	"github.com/valence-rsd/valence/internal/wire"
	"github.com/valence-rsd/valence/test/golden"
)

var update = flag.Bool("update", false, "write docs/commands.md anew")

// manifests are the commands of every family that is built.
func manifests(t *testing.T) []wire.Command {
	t.Helper()
	families, err := filepath.Glob("../plugins/*")
	if err != nil {
		t.Fatal(err)
	}
	host := pluginhost.New(pluginhost.Options{Dirs: []string{filepath.Join(binaries, "plugins")}})
	defer host.Close()
	catalog := host.Catalog(t.Context())
	if len(catalog.Problems) > 0 || len(catalog.Plugins) != len(families) {
		t.Fatalf("%d of the families %v can be used: %v", len(catalog.Plugins), families, catalog.Problems)
	}
	var commands []wire.Command
	for _, p := range catalog.Plugins {
		commands = append(commands, p.Manifest.Commands...)
	}
	return commands
}

// TestCommandReference compares docs/commands.md with what the commands say of
// themselves; with -update it is written anew.
func TestCommandReference(t *testing.T) {
	t.Parallel()
	golden.Compare(t, "../docs/commands.md", core.Reference(manifests(t)), *update)
}

// TestCommandsAreExplainedAndTried wants of every command of a family that its
// help has examples, and that a script runs it.
func TestCommandsAreExplainedAndTried(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	var lines []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(text), "\n")...)
	}
	eachCommand(manifests(t), "", func(words string, c wire.Command) {
		if c.Help == "" || len(c.Examples) == 0 {
			t.Errorf("%s: its help has %d examples", words, len(c.Examples))
		}
		runs := runOf(words)
		for _, example := range c.Examples {
			if !runs.MatchString("valence " + example) {
				t.Errorf("%s: the example %q is of another command", words, example)
			}
		}
		if !slices.ContainsFunc(lines, runs.MatchString) {
			t.Errorf("%s: no script of testdata/script runs it", words)
		}
	})
}

// eachCommand calls f with every command below those that are given.
func eachCommand(commands []wire.Command, before string, f func(words string, c wire.Command)) {
	for _, c := range commands {
		words := strings.TrimSpace(before + " " + c.Name)
		if len(c.Commands) == 0 {
			f(words, c)
		}
		eachCommand(c.Commands, words, f)
	}
}

// runOf matches a line that runs a command, with options of the shell before it
// or without.
func runOf(words string) *regexp.Regexp {
	return regexp.MustCompile(`\bvalence( -\S+( [^- ]\S*)?)* ` + regexp.QuoteMeta(words) + `( |$)`)
}
