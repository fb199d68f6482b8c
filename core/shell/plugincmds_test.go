package shell

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// Describe gives a manifest with the family's name and one noun of that name.
func (p *plugins) Describe(_ context.Context, path string) (pluginhost.Plugin, error) {
	family := pluginhost.Family(path)
	if family == "" {
		return pluginhost.Plugin{}, fault.New(fault.PluginFault, "not a plugin")
	}
	return pluginhost.Plugin{Path: path, Protocol: 1, Manifest: wire.Manifest{
		Family: family, Version: "3", Commands: []wire.Command{{Name: family, Help: "h"}},
	}}, nil
}

// crowded is a host with plugins of every status. The file of power is real, so
// that it has a checksum.
func crowded(t *testing.T) *plugins {
	t.Helper()
	h := newPlugins()
	power := filepath.Join(t.TempDir(), "valence-plugin-power")
	if err := os.WriteFile(power, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	h.catalog.Plugins[0].Path, h.catalog.Plugins[0].Protocol = power, 1
	h.catalog.Plugins = append(h.catalog.Plugins, pluginhost.Plugin{
		Path: "/p/valence-plugin-rival", Protocol: 1, Manifest: wire.Manifest{Family: "rival", Version: "2"},
		Taken: nodesManifest().Commands,
	})
	h.catalog.Shadowed = []pluginhost.Shadow{{Path: "/q/valence-plugin-power", Family: "power", By: power}}
	h.catalog.Problems = []pluginhost.Problem{
		{Path: "/p/valence-plugin-rival", Family: "rival", Reason: `its command "node" is taken by /p/valence-plugin-nodes`},
		{Path: "/p/valence-plugin-bad", Family: "bad", Reason: "others may write to it"},
	}
	return h
}

func TestPluginList(t *testing.T) {
	t.Parallel()
	got := runLine(t, crowded(t), "-q", "plugin", "list", "--long", "-f", "json", "-c", "name", "-c", "commands", "-c", "status", "-c", "reason")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(got.out), &rows); err != nil {
		t.Fatal(err, got)
	}
	shadow := rows[3]["reason"]
	rows[3]["reason"] = "by"
	want := []map[string]any{
		{"name": "bad", "commands": nil, "status": "refused", "reason": "others may write to it"},
		{"name": "nodes", "commands": []any{"node"}, "status": "active", "reason": nil},
		{"name": "power", "commands": []any{"power"}, "status": "active", "reason": nil},
		{"name": "power", "commands": nil, "status": "shadowed", "reason": "by"},
		{"name": "rival", "commands": []any{"node"}, "status": "active", "reason": `its command "node" is taken by /p/valence-plugin-nodes`},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if text, _ := shadow.(string); !strings.HasPrefix(text, "by /") {
		t.Errorf("shadowed %v", shadow)
	}
	short := runLine(t, crowded(t), "plugin", "list")
	if !strings.Contains(short.err, "valence: warning: plugin /p/valence-plugin-bad: others may write to it\n") {
		t.Errorf("no warning:\n%s", short.err)
	}
	if strings.Contains(short.out, "others may write") {
		t.Errorf("reasons without --long:\n%s", short.out)
	}
}

func TestPluginShow(t *testing.T) {
	t.Parallel()
	h := crowded(t)
	got := runLine(t, h, "-q", "plugin", "show", "power", "-f", "json")
	var record map[string]any
	if err := json.Unmarshal([]byte(got.out), &record); err != nil {
		t.Fatal(err, got)
	}
	want := map[string]any{
		"name": "power", "status": "active", "reason": nil, "version": "1.0", "protocol": 1.0, "services": []any{},
		"commands": []any{"power"}, "path": h.catalog.Plugins[0].Path,
		"checksum":       "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"installed_from": nil, "installed_at": nil, "shadows": []any{"/q/valence-plugin-power"},
	}
	if d := cmp.Diff(want, record); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := runLine(t, h, "-q", "plugin", "show", "bad", "-f", "json"); got.status != 0 || !strings.Contains(got.out, "others may write") {
		t.Errorf("a refused plugin: %+v", got)
	}
	if got := runLine(t, h, "-q", "plugin", "show", "pover"); got.status != 4 || !strings.Contains(got.err, "power") {
		t.Errorf("a plugin that is not there: %+v", got)
	}
}

func TestExecLine(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, family, rest string }{
		{"plugin exec nodes node list", "nodes", "node list"},
		{"--os-cloud x plugin -v exec -f json nodes node list --long", "nodes", "--os-cloud x -v -f json node list --long"},
		{"plugin exec -- nodes node list", "nodes", "node list"},
		{"plugin exec nodes node show -- --odd", "nodes", "node show -- --odd"},
		{"plugin exec nodes plugin exec nodes", "nodes", "plugin exec nodes"},
		{"plugin exec nodes", "nodes", ""},
		{"plugin exec", "", ""},
		{"plugin exec --help", "", ""},
		{"plugin exec --nonsense nodes", "", ""},
		{"plugin list exec", "", ""},
		{"node plugin exec", "", ""},
	}
	for _, tt := range tests {
		family, rest := execLine(strings.Fields(tt.line), globalFlags())
		if family != tt.family || strings.Join(rest, " ") != tt.rest {
			t.Errorf("%s: %q, %q", tt.line, family, rest)
		}
	}
}

func TestExecReachesWhatIsTaken(t *testing.T) {
	t.Parallel()
	h := crowded(t)
	var ran string
	h.run = func(_ context.Context, c pluginhost.Call) error {
		ran = strings.Join(append(c.Command, c.Args...), " ")
		return send(c, `["u", "n", 1, null]`)
	}
	got := runLine(t, h, "-q", "plugin", "exec", "rival", "machine", "show", "-f", "json", "-c", "name", "web")
	if got.status != 0 || got.out != "{\n  \"name\": \"n\"\n}\n" || ran != "node show -- web" {
		t.Errorf("%+v, ran %q", got, ran)
	}
	for line, want := range map[string]struct {
		status int
		text   string
	}{
		"plugin exec rival nod list":       {2, `the plugin rival has no command "nod"`},
		"plugin exec rival power on":       {2, `the plugin rival has no command "power"`},
		"plugin exec rival node show":      {2, "node show needs <node>"},
		"plugin exec rival":                {2, "plugin exec rival needs a command: node"},
		"plugin exec rival --nonsense":     {2, "--nonsense"},
		"plugin exec rivall node list":     {4, `there is no plugin "rivall"`},
		"plugin exec bad bad list":         {7, "plugin bad cannot be used: others may write to it"},
		"plugin exec":                      {2, "plugin exec needs <name>"},
		"plugin exec rival node list -cx":  {2, `there is no column "x"`},
		"plugin exec rival node --help":    {0, "valence node <command>"},
		"plugin exec rival -h":             {0, "valence plugin exec rival <command>"},
		"plugin exec --help":               {0, "valence plugin exec <name>"},
		"plugin exec rival node list -f x": {2, `no output format "x"`},
	} {
		got := runLine(t, h, append([]string{"-q"}, strings.Fields(line)...)...)
		if got.status != want.status || !strings.Contains(got.out+got.err, want.text) {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

// A person installs, verifies, changes, removes.
func TestInstallVerifyRemove(t *testing.T) {
	t.Parallel()
	data, dir := t.TempDir(), t.TempDir()
	for _, family := range []string{"one", "two"} {
		if err := os.WriteFile(filepath.Join(dir, "valence-plugin-"+family), []byte(family), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h := newPlugins()
	do := func(args ...string) result {
		return runWith(t, h, Streams{Getenv: environment("XDG_DATA_HOME=" + data), Dir: dir}, args...)
	}
	got := do("plugin", "install", ".", "-f", "json", "-c", "name", "-c", "version")
	if want := "[\n  {\n    \"name\": \"one\",\n    \"version\": \"3\"\n  },\n  {\n    \"name\": \"two\",\n    \"version\": \"3\"\n  }\n]\n"; got.out != want || got.status != 0 {
		t.Fatalf("%+v", got)
	}
	if got := do("plugin", "verify"); got.status != 0 || strings.Count(got.out, " ok ") != 2 {
		t.Errorf("%+v", got)
	}
	path := filepath.Join(data, "valence", "plugins", "valence-plugin-one")
	if err := os.WriteFile(path, []byte("One"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := do("plugin", "verify"); got.status != 1 || !strings.Contains(got.err, "one: the plugin one has changed") || strings.Count(got.out, " ok ") != 1 {
		t.Errorf("%+v", got)
	}
	if got := do("plugin", "verify", "two", "nix"); got.status != 4 || strings.Count(got.out, " ok ") != 1 {
		t.Errorf("%+v", got)
	}
	if got := do("plugin", "remove", "nix", "one"); got.status != 4 || !strings.Contains(got.err, "1 of 2 failed") {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after the removal: %v", err)
	}
	if got := do("plugin", "install", "valence-plugin-two", "--checksum", "sha256:00"); got.status != 2 {
		t.Errorf("%+v", got)
	}
	if got := do("plugin", "install", "valence-plugin-power"); got.status != 4 {
		t.Errorf("%+v", got)
	}
}
