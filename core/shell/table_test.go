package shell

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/core/pluginhost"
)

// Each option of the output reaches it, and so do cliff's variables.
func TestOutputOptions(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	h.run = func(_ context.Context, c pluginhost.Call) error {
		for _, row := range []string{`["8c0f", "web-1", 64, {}]`, `["17a2", "a long name with many words in it", 128, {}]`} {
			if err := c.Sink.Row(json.RawMessage(row)); err != nil || c.Command[1] == "show" {
				return err
			}
		}
		return nil
	}
	list := func(more ...string) []string { return append([]string{"node", "list"}, more...) }
	const narrow = "| 17a2 | a long name with |"
	cases := map[string]struct {
		io   Streams
		args []string
		want string // begins the output, or stands in it when it is a part of a table
	}{
		"csv":        {args: list("-f", "csv", "--quote", "all", "--sort-column", "Memory MiB", "--sort-descending"), want: "\"uuid\",\"name\",\"memory_mib\"\n\"17a2\","},
		"ascending":  {args: list("-f", "value", "--sort-column=uuid", "--sort-ascending", "-c", "name"), want: "a long"},
		"noindent":   {args: list("-f", "json", "--noindent"), want: `[{"uuid": "8c0f", `},
		"jq":         {args: list("--jq", ".[].memory_mib"), want: "64\n128\n"},
		"prefix":     {args: []string{"node", "show", "x", "-f", "shell", "--prefix", "n_"}, want: "n_uuid=\"8c0f\"\n"},
		"max width":  {args: list("--max-width=40"), want: narrow},
		"variable":   {io: Streams{Getenv: environment("VALENCE_URL=http://127.0.0.1:1", "CLIFF_MAX_TERM_WIDTH=40")}, args: list(), want: narrow},
		"terminal":   {io: Streams{OutTerminal: true, Width: 40}, args: list(), want: narrow},
		"fit":        {io: Streams{OutTerminal: true, Width: 40}, args: list("--fit-width"), want: narrow},
		"fit always": {io: Streams{OutTerminal: true, Width: 40, Getenv: environment("VALENCE_URL=http://127.0.0.1:1", "CLIFF_FIT_WIDTH=1")}, args: list(), want: narrow},
	}
	for name, c := range cases {
		got := runWith(t, h, c.io, c.args...)
		if got.status != 0 || got.err != "" || !strings.HasPrefix(got.out, c.want) && !strings.Contains(got.out, "\n"+c.want) {
			t.Errorf("%s: %+v, want %q", name, got, c.want)
		}
	}
	limit := Streams{Getenv: environment("VALENCE_URL=http://127.0.0.1:1", "CLIFF_MAX_TERM_WIDTH=40")}
	if got := runWith(t, h, limit, list("--max-width=0")...); strings.Contains(got.out, narrow) {
		t.Errorf("the option does not come before the variable:\n%s", got.out)
	}
	if got := runWith(t, h, Streams{OutTerminal: true, Width: 40}, list("--max-width=0")...); strings.Contains(got.out, narrow) {
		t.Errorf("--max-width=0 does not leave the table as wide as it is:\n%s", got.out)
	}
	h.run = nil
	if got := runLine(t, h, list("--print-empty")...); !strings.Contains(got.out, "| UUID |") {
		t.Errorf("--print-empty: %+v", got)
	}
}

func TestWrongOutputOptions(t *testing.T) {
	t.Parallel()
	odd := Streams{Getenv: environment("VALENCE_URL=http://127.0.0.1:1", "CLIFF_FIT_WIDTH=yes")}
	cases := map[string]struct {
		io   Streams
		args []string
		want string
	}{
		"variable":   {odd, []string{"node", "list"}, "valence: the variable CLIFF_FIT_WIDTH is \"yes\", which is no whole number\n"},
		"directions": {Streams{}, []string{"node", "list", "--sort-ascending", "--sort-descending"}, "valence: --sort-ascending and --sort-descending cannot be used together\n"},
		"jq wrong":   {Streams{}, []string{"node", "list", "--jq=.a b"}, `"message":"--jq: unexpected token`},
		"shell":      {Streams{}, []string{"node", "list", "-f", "shell"}, `"message":"a list cannot be printed as shell"`},
		"width":      {Streams{}, []string{"node", "list", "--max-width=wide"}, "valence: "},
	}
	for name, c := range cases {
		h := newPlugins()
		got := runWith(t, h, c.io, c.args...)
		if got.status != 2 || !strings.Contains(got.err, c.want) || len(h.calls) > 0 {
			t.Errorf("%s: %+v after %d calls, want %q", name, got, len(h.calls), c.want)
		}
	}
}

// Colour is for a person who looks at a terminal and wants it.
func TestColor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		terminal bool
		setting  string
		want     bool
	}{
		"terminal": {true, "TERM=xterm", true},
		"pipe":     {false, "TERM=xterm", false},
		"NO_COLOR": {true, "NO_COLOR=1", false},
		"dumb":     {true, "TERM=dumb", false},
	} {
		s := newShell(nil, Streams{OutTerminal: c.terminal, Getenv: environment(c.setting)})
		table, err := s.tableOptions(globals{})
		if err != nil || table.Color != c.want {
			t.Errorf("%s: %v, %v", name, table.Color, err)
		}
	}
}
