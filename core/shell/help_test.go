package shell

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

func TestHelpScreens(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"root":        {"--help"},
		"node":        {"node", "--help"},
		"node-create": {"node", "create", "-h"},
		"node-list":   {"help", "machine", "ls"},
		"node-delete": {"node", "delete", "x", "--help"},
		"node-tag":    {"help", "node", "tag"},
		"plugin":      {"plugin", "-h"},
		"plugin-list": {"help", "plugin", "list"},
		"help":        {"help", "help"},
		"exit-codes":  {"help", "exit-codes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newPlugins()
			got := runLine(t, h, args...)
			if got.status != 0 || got.err != "" || len(h.calls) != 0 {
				t.Errorf("status %d, stderr %q, %d commands run", got.status, got.err, len(h.calls))
			}
			golden(t, name+".txt", got.out)
		})
	}
}

func TestHelpIsTheSameHoweverItIsAsked(t *testing.T) {
	t.Parallel()
	for _, lines := range [][][]string{
		{{}, {"--help"}, {"-h"}, {"help"}, {"-vh"}, {"--os-cloud", "x", "--help"}},
		{{"node", "create", "--help"}, {"--help", "node", "create"}, {"help", "node", "create"}, {"node", "--help", "create"}, {"machine", "create", "-qh"}},
	} {
		want := runLine(t, newPlugins(), lines[0]...)
		for _, args := range lines[1:] {
			if diff := cmp.Diff(want.out, runLine(t, newPlugins(), args...).out); diff != "" {
				t.Errorf("%q (-%q +this):\n%s", args, lines[0], diff)
			}
		}
	}
}

func TestHelpFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{40, 60, 97} {
		for _, args := range [][]string{{"--help"}, {"node", "create", "--help"}} {
			got := runWith(t, newPlugins(), Streams{OutTerminal: true, Width: width}, args...)
			longest := 0
			for line := range strings.SplitSeq(got.out, "\n") {
				n := utf8.RuneCountInString(line)
				if longest = max(longest, n); n > width && !strings.HasPrefix(line, "  valence ") {
					t.Errorf("width %d: %q", width, line)
				}
			}
			if width > 60 && longest < 80 {
				t.Errorf("width %d: the longest line has only %d columns", width, longest)
			}
		}
	}
	narrow := runWith(t, newPlugins(), Streams{Width: 40}, "--help")
	if diff := cmp.Diff(runLine(t, newPlugins(), "--help").out, narrow.out); diff != "" {
		t.Errorf("the width of a terminal changes what goes into a pipe:\n%s", diff)
	}
}

func TestHelpNeedsNoPluginsForTheCore(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--version"}, {"version"}, {"help", "help"}, {"help", "exit-codes"}, {"plugin", "--help"}, {"-v", "--version"}, {"version", "--version"}} {
		h := newPlugins()
		if got := runLine(t, h, args...); got.status != 0 || h.catalogs.Load() != 0 {
			t.Errorf("%q: status %d, manifests read %d times", args, got.status, h.catalogs.Load())
		}
	}
	for _, args := range [][]string{{"--version"}, {"version"}, {"node", "list", "--version"}} {
		if got := runLine(t, newPlugins(), args...); got.out != "valence 1.0-test\n" {
			t.Errorf("%q prints %q", args, got.out)
		}
	}
}

func TestHelpWithoutPlugins(t *testing.T) {
	t.Parallel()
	got := runLine(t, &plugins{catalog: pluginhost.Catalog{Problems: []pluginhost.Problem{{Path: "/p/x", Reason: "others may write to it"}}}})
	if got.status != 0 || !strings.Contains(got.out, "No plugins were found") {
		t.Errorf("status %d, stdout %q", got.status, got.out)
	}
	if want := "valence: warning: plugin /p/x: others may write to it\n"; got.err != want {
		t.Errorf("stderr %q, want %q", got.err, want)
	}
	quiet := runLine(t, &plugins{catalog: pluginhost.Catalog{Problems: []pluginhost.Problem{{Path: "/p/x", Reason: "r"}}}}, "-q", "--help")
	if quiet.err != "" {
		t.Errorf("quiet prints %q", quiet.err)
	}
}

func TestHelpKeepsAPluginsControlCharactersFromTheTerminal(t *testing.T) {
	t.Parallel()
	bad := "\x1b]0;x\x07\u202e"
	value := wire.Value{Name: "a", Help: bad, Default: bad, Enum: []string{bad}, Type: wire.String}
	command := wire.Command{
		Name: "evil", Help: bad, Detail: bad + "\n\n  " + bad, Examples: []string{bad}, Args: []wire.Value{value},
		Flags:  []wire.Flag{{Value: value, Placeholder: bad}},
		Result: wire.Result{Kind: wire.List, Columns: []wire.Column{{Name: bad, Heading: bad}}},
	}
	h := &plugins{catalog: pluginhost.Catalog{
		Plugins:  []pluginhost.Plugin{{Path: bad, Manifest: wire.Manifest{Family: bad, Commands: []wire.Command{command}}}},
		Problems: []pluginhost.Problem{{Path: bad, Reason: bad}},
	}}
	for _, args := range [][]string{{"--help"}, {"evil", "--help"}, {"evil", "-c", "x"}, {"evil", "-a", "x"}, {"evil", "--a", "x"}, {"plugin", "list"}} {
		got := runLine(t, h, args...)
		if i := strings.IndexAny(got.out+got.err, "\x1b\x07\u202e"); i >= 0 || !strings.Contains(got.out+got.err, `\x1b`) {
			t.Errorf("%q prints %q", args, (got.out + got.err)[max(i, 0):])
		}
	}
}
