package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/test/stack"
)

// TestManage composes on the pod itself, lets the service forget the node, and
// adopts it again.
func TestManage(t *testing.T) {
	t.Parallel()
	shell, s := start(t, podsim.Options{})
	first := shell.Run("node", "create", "web-1").Rows[0]
	if got := shell.Run("node", "delete", "--force", "web-1"); got.Err != nil {
		t.Fatal(got.Err)
	}
	index := first["index"].(string)
	got := shell.Run("node", "manage", "--name=adopted", index)
	if got.Err != nil || got.Rows[0]["name"] != "adopted" || got.Rows[0]["node_state"] != "Assembled" || got.Rows[0]["index"] != index {
		t.Fatalf("%+v", got)
	}
	if got.Rows[0]["uuid"] == first["uuid"] || len(got.Names()) != len(shell.Run("node", "show", "adopted").Names()) {
		t.Errorf("%+v", got)
	}
	s.AddPod("other", podsim.Options{Seed: 7})
	expect(t, shell, map[string]problem{
		"node manage --pod-manager=pod " + index: {plugin.Conflict, index},
		"node manage --pod-manager=pod 99":       {plugin.NotFound, `no machine "99"`},
		"node manage --pod-manager=third 1":      {plugin.NotFound, "third"},
		"node manage 1":                          {plugin.Failed, "other"},
		"node manage":                            {plugin.Usage, "<index>"},
	})
}

// TestRegisterNowhere is about a service that is joined to no Bare Metal; the
// real one is in the tests of package test.
func TestRegisterNowhere(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{})
	shell.Run("node", "create", "web-1")
	expect(t, shell, map[string]problem{
		"node register web-1":                   {plugin.Failed, "no provisioner is configured"},
		"node deregister web-1":                 {plugin.Failed, "no provisioner is configured"},
		"node register missing":                 {plugin.NotFound, "missing"},
		"node deregister missing":               {plugin.NotFound, "missing"},
		"node register missing web-1":           {plugin.Failed, "2 of 2 failed"},
		"node register --property=extra web-1":  {plugin.Usage, "--property"},
		"node register --driver-info=key web-1": {plugin.Usage, "--driver-info"},
	})
}

func TestRead(t *testing.T) {
	t.Parallel()
	got := read(map[string]string{"n": "4", "s": "row 4", "o": `{"row":4}`, "b": "true", "q": `"4"`, "e": ""})
	want := map[string]any{"n": 4.0, "s": "row 4", "o": map[string]any{"row": 4.0}, "b": true, "q": "4", "e": ""}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// storage makes a storage.
func storage(t *testing.T, s *stack.Stack, name string) {
	t.Helper()
	resp, err := http.Post(s.URL+"/v1/storages", "application/json", strings.NewReader(`{"name": "`+name+`", "capacity_gib": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("making storage %s: %s, %v", name, resp.Status, err)
	}
}

func TestAttachDetach(t *testing.T) {
	t.Parallel()
	shell, s := start(t, podsim.Options{})
	shell.Run("node", "create", "web-1")
	storage(t, s, "scratch")
	storage(t, s, "backup")
	for _, verb := range []string{"attach", "detach"} {
		got := shell.Run("node", verb, "web-1", "scratch", "missing", "backup")
		failed := &plugin.Error{Code: plugin.NotFound, Message: "1 of 3 failed"}
		if d := cmp.Diff(failed, got.Err); d != "" || len(got.Rows) > 0 || len(got.Progress) != 3 {
			t.Errorf("%s: %+v (-want +got):\n%s", verb, got, d)
		}
		attached := shell.Run("node", "storage", "list", "web-1")
		want := map[string]int{"attach": 2, "detach": 0}[verb]
		if attached.Err != nil || len(attached.Rows) != want {
			t.Errorf("after %s: %+v", verb, attached)
		}
		// These names are a promise to scripts.
		if d := cmp.Diff(strings.Fields("device id serverId state volumeId"), attached.Names()); d != "" && want > 0 {
			t.Error(d)
		}
	}
	expect(t, shell, map[string]problem{
		"node attach web-2 scratch": {plugin.NotFound, "web-2"},
		"node detach web-1 scratch": {plugin.NotFound, "is not attached"},
		"node attach web-1":         {plugin.Usage, "<resource>"},
		"node storage list web-2":   {plugin.NotFound, "web-2"},
		"node storage list":         {plugin.Usage, "<node>"},
		"node detach web-1":         {plugin.Usage, "<resource>"},
	})
}

func TestBootSet(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{})
	shell.Run("node", "create", "--count=2", "web")
	for _, step := range []struct{ line, target string }{
		{"node boot set --target=Pxe web-1 web-2", "Pxe"},
		{"node boot set --target=Hdd --enabled=Continuous web-1 web-2", "Hdd"},
		{"node boot set --enabled=Disabled web-2", "None"},
	} {
		if got := shell.Run(strings.Fields(step.line)...); got.Err != nil || len(got.Rows) > 0 {
			t.Fatalf("%s: %+v", step.line, got)
		}
		if shown := shell.Run("node", "show", "web-2"); shown.Rows[0]["target_boot_source"] != step.target {
			t.Errorf("after %s: %v", step.line, shown.Rows[0]["target_boot_source"])
		}
	}
	expect(t, shell, map[string]problem{
		"node boot set web-1":                             {plugin.Usage, "--target is missing"},
		"node boot set --target=Pxe":                      {plugin.Usage, "<node>"},
		"node boot set --target=Pxe --enabled=once web-1": {plugin.Usage, "--enabled"},
		"node boot set --target=Pxe web-3":                {plugin.NotFound, "web-3"},
		"node boot set --target=Floppy web-1":             {plugin.Failed, "Floppy"},
	})
}
