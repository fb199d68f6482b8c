package shell

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// A flag makes a list of a record, with the columns of that list and --long.
func TestAFlagMakesAListOfARecord(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	create := named(h.catalog.Plugins[1].Manifest.Commands[0].Commands, "create")
	create.Result.Instead = &wire.Instead{Flag: "cores", Result: wire.Result{Kind: wire.List, Columns: create.Result.Columns}}
	h.run = func(_ context.Context, c pluginhost.Call) error { return send(c, row) }
	for line, want := range map[string]string{
		"node create -f json --jq keys":                      `["memory_mib","metadata","name","uuid"]`,
		"node create -f json --jq .[]|keys --cores 2":        `["memory_mib","name","uuid"]`,
		"node create -f json --jq .[]|keys --cores 2 --long": `["memory_mib","metadata","name","uuid"]`,
	} {
		got := runWith(t, h, Streams{}, strings.Fields(line)...)
		if d := cmp.Diff(want, strings.Join(strings.Fields(got.out), "")); d != "" || got.status != 0 {
			t.Errorf("%s: %+v (-want +got):\n%s", line, got, d)
		}
		for _, arg := range h.calls[len(h.calls)-1].Args {
			if strings.HasPrefix(arg, "--long") {
				t.Errorf("%s: the plugin is told of --long, which is the shell's", line)
			}
		}
	}
	if help := runWith(t, h, Streams{}, "node", "create", "--help").out; !strings.Contains(help, "Columns with --cores:") || !strings.Contains(help, "--long") {
		t.Errorf("the help does not say so:\n%s", help)
	}
}
