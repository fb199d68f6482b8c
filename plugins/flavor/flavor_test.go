package main

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/test/stack"
)

// start gives a shell around the family, before a real service.
func start(t *testing.T) *plugintest.Shell {
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", stack.New(t).Handler())
	return shell
}

// object is a part of a result.
type object = map[string]any

func TestCreateListShowDelete(t *testing.T) {
	t.Parallel()
	shell := start(t)
	created := shell.Run("flavor", "create", "small", "--cores=8", "--memory=16G", "--memory-type=DDR4", "--processor-model=Xeon Gold",
		"--device=SSD", "--device=SSD", "--description=for the web")
	if created.Err != nil {
		t.Fatal(created.Err)
	}
	// These names are a promise to scripts.
	if d := cmp.Diff(strings.Fields("created_at description name properties updated_at uuid"), created.Names()); d != "" {
		t.Errorf("fields of a flavor (-want +got):\n%s", d)
	}
	want := object{
		"memory": object{"capacity_mib": "16384", "type": "DDR4"}, "processor": object{"total_cores": "8", "model": "Xeon Gold"},
		"pci_device": object{"type": []any{"SSD", "SSD"}},
	}
	if d := cmp.Diff(want, created.Rows[0]["properties"]); d != "" {
		t.Errorf("properties (-want +got):\n%s", d)
	}
	if anything := shell.Run("flavor", "create", "any"); anything.Err != nil || len(anything.Rows[0]["properties"].(object)) != 0 {
		t.Errorf("a flavor without requirements: %+v", anything)
	}
	list := shell.Run("flavor", "list")
	if d := cmp.Diff(created.Names(), list.Names()); d != "" || len(list.Rows) != 2 {
		t.Errorf("list: %+v (-want +got):\n%s", list, d)
	}
	for _, key := range []string{"small", created.Rows[0]["uuid"].(string)} {
		if shown := shell.Run("flavor", "show", key); shown.Err != nil || shown.Rows[0]["description"] != "for the web" {
			t.Errorf("show %s: %+v", key, shown)
		}
	}
	gone := shell.Run("flavor", "delete", "--yes", "small", "missing", "any")
	if gone.Err == nil || gone.Err.Code != plugin.NotFound || len(gone.Notices) != 1 || len(shell.Run("flavor", "list").Rows) != 0 {
		t.Errorf("delete goes on: %+v", gone)
	}
}

func TestSetChangesWhatIsGiven(t *testing.T) {
	t.Parallel()
	shell := start(t)
	shell.Run("flavor", "create", "f", "--cores=8", "--memory=16G", "--memory-type=DDR4", "--device=SSD", "--description=d")
	name, properties := "f", object{
		"memory": object{"capacity_mib": "16384", "type": "DDR4"}, "processor": object{"total_cores": "8"}, "pci_device": object{"type": []any{"SSD"}},
	}
	for _, step := range []struct {
		flag  string
		key   string
		group any // what becomes of properties[key]; nil: it goes
	}{
		{"--cores=16", "processor", object{"total_cores": "16"}},
		{"--processor-model=Xeon", "processor", object{"total_cores": "16", "model": "Xeon"}},
		{"--cores=0", "processor", object{"model": "Xeon"}},
		{"--processor-model=", "processor", nil},
		{"--memory-type=", "memory", object{"capacity_mib": "16384"}},
		{"--memory=1T", "memory", object{"capacity_mib": "1048576"}},
		{"--device=NIC", "pci_device", object{"type": []any{"NIC"}}},
		{"--no-device", "pci_device", nil},
		{"--name=g", "memory", object{"capacity_mib": "1048576"}},
	} {
		properties = maps.Clone(properties)
		properties[step.key] = step.group
		if step.group == nil {
			delete(properties, step.key)
		}
		set := shell.Run("flavor", "set", name, step.flag)
		if set.Err != nil {
			t.Fatalf("%s: %v", step.flag, set.Err)
		}
		name = set.Rows[0]["name"].(string)
		if d := cmp.Diff(properties, set.Rows[0]["properties"]); d != "" || set.Rows[0]["description"] != "d" {
			t.Errorf("%s: %v (-want +got):\n%s", step.flag, set.Rows[0], d)
		}
	}
	if name != "g" {
		t.Errorf("the flavor is called %s", name)
	}
	if set := shell.Run("flavor", "set", "g", "--description="); set.Err != nil || set.Rows[0]["description"] != "" {
		t.Errorf("no description: %+v", set)
	}
}

// TestSetMeanwhile: somebody else changes the flavor between the reading and
// the writing.
func TestSetMeanwhile(t *testing.T) {
	t.Parallel()
	service := stack.New(t).Handler()
	shell, other := plugintest.New(t, family()), plugintest.New(t, family())
	other.Serve("rack-scale", service)
	shell.Serve("rack-scale", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			if got := other.Run("flavor", "set", "f", "--cores=4"); got.Err != nil {
				t.Error(got.Err)
			}
		}
		service.ServeHTTP(w, r)
	}))
	shell.Run("flavor", "create", "f", "--cores=2")
	got := shell.Run("flavor", "set", "f", "--memory=1G")
	if got.Err == nil || got.Err.Code != plugin.Conflict || got.Err.Hint != "run the command again" {
		t.Errorf("set: %+v", got)
	}
	properties := shell.Run("flavor", "show", "f").Rows[0]["properties"]
	if d := cmp.Diff(object{"processor": object{"total_cores": "4"}}, properties); d != "" {
		t.Errorf("properties (-want +got):\n%s", d)
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	shell := start(t)
	file := filepath.Join(t.TempDir(), "small.yaml")
	text := "name: small\ndescription: of a file\nproperties:\n  memory: {capacity_mib: 64G, type: DDR4}\n  processor:\n    total_cores: 8\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	created := shell.Run("flavor", "create", "--file="+file, "--cores=4", "--dry-run")
	want := object{
		"uuid": "", "name": "small", "description": "of a file", "created_at": nil, "updated_at": nil,
		"properties": object{"memory": object{"capacity_mib": "65536", "type": "DDR4"}, "processor": object{"total_cores": "4"}},
	}
	if d := cmp.Diff([]map[string]any{want}, created.Rows); d != "" || created.Err != nil {
		t.Errorf("dry run: %v (-want +got):\n%s", created.Err, d)
	}
	if list := shell.Run("flavor", "list"); len(list.Rows) != 0 {
		t.Errorf("the dry run made %v", list.Rows)
	}

	// What is shown can be used for another.
	shell.Answer(plugin.Input, "", `{"uuid": "x", "name": "small", "properties": {"processor": {"total_cores": "2"}}, "created_at": null, "updated_at": "now"}`)
	if created := shell.Run("flavor", "create", "--file=-", "tiny"); created.Err != nil || created.Rows[0]["name"] != "tiny" {
		t.Errorf("of standard input: %+v", created)
	}
	shell.Answer(plugin.Input, "", `properties: {pci_device: {type: [SSD]}}`)
	for _, tt := range []struct{ flag, want string }{{"--cores=1", "SSD"}, {"--device=NIC", "NIC"}} {
		planned := shell.Run("flavor", "create", "f", "--file=-", "--dry-run", tt.flag)
		devices := planned.Rows[0]["properties"].(object)["pci_device"]
		if d := cmp.Diff(object{"type": []any{tt.want}}, devices); d != "" {
			t.Errorf("devices of a file and %s (-want +got):\n%s", tt.flag, d)
		}
	}
	set := shell.Run("flavor", "set", "tiny", "--file="+file, "--name=tiny")
	if set.Err != nil || set.Rows[0]["description"] != "of a file" || set.Rows[0]["name"] != "tiny" {
		t.Errorf("set by a file: %+v", set)
	}
}

func TestWrongFiles(t *testing.T) {
	t.Parallel()
	shell := plugintest.New(t, family()) // no service is asked
	for text, want := range map[string]string{
		"":                                    "empty",
		"name: a\n---\nname: b\n":             "more than one",
		"- name: a\n":                         "line 1: !!seq does not belong there",
		"name: [a\n":                          "line 1",
		"properties:\n  memory: 64G\n":        "line 2: !!str `64G` does not belong there",
		"name: a\ncores: 8\n":                 "line 2: field cores is not known",
		"properties: {processor: {cores: 8}}": "line 1: field cores is not known",
		"name: a\nproperties: {memory: {capacity_mib: lots}}": `"lots" is not a size`,
		"name: a\nproperties: {processor: {total_cores: -1}}": `"-1" is not a number of cores`,
		"properties: {processor: {total_cores: 8}}":           "name is missing",
	} {
		shell.Answer(plugin.Input, "", text)
		got := shell.Run("flavor", "create", "--file=-")
		if got.Err == nil || got.Err.Code != plugin.Usage || !strings.Contains(got.Err.Message, want) {
			t.Errorf("%q: want a usage error with %q, got %+v", text, want, got.Err)
			continue
		}
		if strings.Contains(got.Err.Message, "main.") || strings.Contains(got.Err.Message, "\n") {
			t.Errorf("%q: %q speaks of our types, or has several lines", text, got.Err.Message)
		}
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	shell := plugintest.New(t, family()) // no service is asked
	for want, args := range map[string][]string{
		"nothing to change":          {"set", "f"},
		"--device and --no-device":   {"set", "f", "--device=SSD", "--no-device"},
		`"8.5" is not a number`:      {"set", "f", "--cores=8.5"},
		`"9999999999" is not a numb`: {"set", "f", "--cores=9999999999"},
		`"64X" is not a size`:        {"create", "f", "--memory=64X"},
		"at most 999999999":          {"create", "f", "--memory=999999999G"},
		"reading --file":             {"create", "f", "--file=/nowhere"},
	} {
		got := shell.Run(slices.Concat([]string{"flavor"}, args)...)
		if got.Err == nil || got.Err.Code != plugin.Usage || !strings.Contains(got.Err.Message, want) {
			t.Errorf("%v: want a usage error with %q, got %+v", args, want, got.Err)
		}
	}
}
