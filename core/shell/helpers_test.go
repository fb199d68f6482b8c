package shell

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

func nodesManifest() wire.Manifest {
	name := wire.Value{Name: "node", Type: wire.String, Help: "Name or UUID of the node.", Required: true}
	columns := []wire.Column{
		{Name: "uuid", Heading: "UUID"}, {Name: "name", Heading: "Name"},
		{Name: "memory_mib", Heading: "Memory MiB"}, {Name: "metadata", Heading: "Metadata", Long: true},
	}
	str := func(name, help string) wire.Value { return wire.Value{Name: name, Type: wire.String, Help: help} }
	return wire.Manifest{Family: "nodes", Version: "1.2", Services: []string{"rack-scale"}, Commands: []wire.Command{{
		Name: "node", Help: "Composed nodes.", Aliases: []string{"machine"},
		Commands: []wire.Command{
			{
				Name: "create", Help: "Compose a node.",
				Detail:   "Takes free hardware that satisfies the request, assembles it and waits until it is ready.\n\nWithout options any hardware will do.\n\n  kept   as it is",
				Examples: []string{"node create", "node create --flavor small web-1"},
				Args:     []wire.Value{str("name", "Name of the node; made up when not given.")},
				Flags: []wire.Flag{
					{Value: str("flavor", "Flavor to compose by."), Short: "F", Placeholder: "NAME|UUID", Xor: []string{"size"}},
					{Value: wire.Value{Name: "cores", Type: wire.Int, Help: "Cores at least."}, Xor: []string{"size"}, Placeholder: "N"},
					{Value: wire.Value{Name: "property", Type: wire.String, Repeat: true, Help: "A property."}, Placeholder: "KEY=VALUE"},
					{Value: wire.Value{Name: "vlan", Type: wire.Int, Repeat: true, Help: "A VLAN."}},
					{Value: wire.Value{Name: "boot", Type: wire.String, Enum: []string{"pxe", "hdd", "a,b ${c}"}, Default: "pxe", Help: "Boot from this."}},
					{Value: wire.Value{Name: "wait", Type: wire.Bool, Default: "true", Help: "Wait until it is ready."}, Negatable: true},
					{Value: str("secret-door", "Not for you."), Hidden: true},
				},
				Result: wire.Result{Kind: wire.Record, Columns: columns},
			},
			{Name: "list", Aliases: []string{"ls"}, Help: "List nodes.", Result: wire.Result{Kind: wire.List, Columns: columns}},
			{Name: "show", Help: "Show a node.", Args: []wire.Value{name}, Result: wire.Result{Kind: wire.Record, Columns: columns}},
			{
				Name: "delete", Help: "Decompose nodes.",
				Args: []wire.Value{{Name: "node", Type: wire.String, Help: "Names or UUIDs of nodes.", Required: true, Repeat: true}},
			},
			{
				Name: "tag", Help: "Tag a node.", Args: []wire.Value{name, {Name: "number", Type: wire.Int, Help: "A number.", Required: true}},
				Flags: []wire.Flag{{Value: wire.Value{Name: "reason", Type: wire.String, Required: true, Help: "Why."}}},
			},
			{Name: "hidden", Help: "Hidden.", Hidden: true},
		},
	}}}
}

func powerManifest() wire.Manifest {
	verb := func(name string) wire.Command {
		return wire.Command{Name: name, Help: "Power " + name + ".", Args: []wire.Value{{Name: "node", Type: wire.String, Required: true}}}
	}
	return wire.Manifest{Family: "power", Version: "1.0", Commands: []wire.Command{
		{Name: "power", Help: "Power of nodes.", Commands: []wire.Command{verb("on"), verb("off"), verb("reboot")}},
	}}
}

// plugins is a host whose plugins are functions.
type plugins struct {
	catalog  pluginhost.Catalog
	run      func(ctx context.Context, c pluginhost.Call) error
	catalogs atomic.Int32
	calls    []pluginhost.Call
	warm     bool // between KeepWarm and Close
}

func (p *plugins) Catalog(context.Context) *pluginhost.Catalog {
	p.catalogs.Add(1)
	return &p.catalog
}

func (p *plugins) Run(ctx context.Context, plugin pluginhost.Plugin, c pluginhost.Call) error {
	p.calls = append(p.calls, c)
	if p.run == nil {
		return nil
	}
	return p.run(ctx, c)
}

func (p *plugins) KeepWarm() { p.warm = true }

func (p *plugins) Close() { p.warm = false }

func newPlugins() *plugins {
	return &plugins{catalog: pluginhost.Catalog{Plugins: []pluginhost.Plugin{
		{Path: "/p/valence-plugin-power", Manifest: powerManifest()},
		{Path: "/p/valence-plugin-nodes", Manifest: nodesManifest()},
	}}}
}

// result is what a line printed and how it ended.
type result struct {
	out, err string
	status   int
}

func runLine(t *testing.T, h *plugins, args ...string) result {
	t.Helper()
	return runWith(t, h, Streams{}, args...)
}

// runWith fills what is empty in io: no home, no cloud but one by address.
func runWith(t *testing.T, h *plugins, io Streams, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	if io.Out == nil {
		io.Out = &out
	}
	io.Err, io.Version = &err, "1.0-test"
	if io.Getenv == nil {
		io.Getenv = environment("VALENCE_URL=http://127.0.0.1:1")
	}
	if io.Dir == "" {
		io.Dir = t.TempDir()
	}
	s := newShell(args, io)
	s.host = h
	status := s.main(t.Context(), args)
	return result{out.String(), err.String(), status}
}

func environment(settings ...string) func(string) string {
	return func(key string) string {
		for _, s := range settings {
			if len(s) > len(key) && s[:len(key)] == key && s[len(key)] == '=' {
				return s[len(key)+1:]
			}
		}
		return ""
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
