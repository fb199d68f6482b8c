package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/test/stack"
)

// start gives a shell around the family, before a real service with one pod.
func start(t *testing.T) (*plugintest.Shell, *stack.Stack) {
	s := stack.New(t)
	s.AddPod("pod", podsim.Options{})
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	return shell, s
}

func TestSyncListShow(t *testing.T) {
	t.Parallel()
	shell, _ := start(t)
	synced := shell.Run("device", "sync", "--pod-manager=pod")
	// These names are a promise to scripts.
	if d := cmp.Diff(strings.Fields("detail podm_id status"), synced.Names()); d != "" || synced.Err != nil || synced.Rows[0]["status"] != "SUCCESS" {
		t.Fatalf("sync: %+v (-want +got):\n%s", synced, d)
	}
	list := shell.Run("device", "list")
	promised := strings.Fields("inventory_at node_id podm_id pooled_group_id resource_uri state type uuid")
	if d := cmp.Diff(promised, list.Names()); d != "" || len(list.Rows) < 4 {
		t.Fatalf("list: %+v (-want +got):\n%s", list, d)
	}
	first := list.Rows[0]
	for _, key := range []string{"uuid", "resource_uri"} {
		shown := shell.Run("device", "show", first[key].(string))
		promised := strings.Fields("created_at extra inventory_at node_id podm_id pooled_group_id properties resource_uri state type updated_at uuid")
		if d := cmp.Diff(promised, shown.Names()); d != "" || shown.Rows[0]["uuid"] != first["uuid"] {
			t.Errorf("show by %s: %+v (-want +got):\n%s", key, shown, d)
		}
	}
	for flags, want := range map[string]int{
		"--type=SSD": 4, "--type=FPGA": 2, "--type=SSD --state=free": 4, "--state=allocated": 0, "--pod-manager=pod --refresh": len(list.Rows),
		"--group=nowhere": 0, "--property=type=SSD": 4, "--property=resource_uri=" + first["resource_uri"].(string): 1,
	} {
		got := shell.Run(append([]string{"device", "list"}, strings.Fields(flags)...)...)
		if got.Err != nil || len(got.Rows) != want {
			t.Errorf("list %s: %d, want %d: %+v", flags, len(got.Rows), want, got)
		}
	}
}

// TestNode: a device that a node has is listed by the node.
func TestNode(t *testing.T) {
	t.Parallel()
	shell, s := start(t)
	client, err := valence.NewClient(s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"web-1", "web-2"} {
		if _, err := nodes.Create(t.Context(), client, nodes.CreateOpts{Name: name}).Extract(); err != nil {
			t.Fatal(err)
		}
	}
	device := shell.Run("device", "list", "--type=SSD", "--refresh").Rows[0]["uuid"]
	attach := map[string]any{"attach": map[string]any{"resource_id": device}}
	attached := &gophercloud.RequestOpts{OkCodes: []int{http.StatusNoContent}}
	if _, err := client.Post(t.Context(), client.ServiceURL("nodes", "web-1", "action"), attach, nil, attached); err != nil {
		t.Fatal(err)
	}
	got := shell.Run("device", "list", "--node=web-1")
	if got.Err != nil || len(got.Rows) != 1 || got.Rows[0]["uuid"] != device || got.Rows[0]["state"] != "allocated" {
		t.Errorf("with one: %+v", got)
	}
	if none := shell.Run("device", "list", "--node=web-2"); none.Err != nil || len(none.Rows) != 0 {
		t.Errorf("with none: %+v", none)
	}
}

// TestSyncFails: the pod managers that could be read are shown all the same.
func TestSyncFails(t *testing.T) {
	t.Parallel()
	shell, s := start(t)
	if err := s.AddPod("gone", podsim.Options{Seed: 7}).Close(); err != nil {
		t.Fatal(err)
	}
	got := shell.Run("device", "sync")
	if got.Err == nil || got.Err.Code != plugin.Failed || got.Err.Message != "1 of 2 pod managers could not be read" || len(got.Rows) != 2 {
		t.Errorf("sync: %+v", got)
	}
	for _, row := range got.Rows {
		if (row["status"] == "FAILED") != (row["detail"] != nil) {
			t.Errorf("sync: %v", row)
		}
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	shell, _ := start(t)
	for line, want := range map[string]*plugin.Error{
		"list --property=type":          {Code: plugin.Usage, Message: "--property"},
		"list --property=colour=red":    {Code: plugin.Failed, Message: "the keys are"},
		"list --node=a --pod-manager=b": {Code: plugin.Usage, Message: "--pod-manager"},
		"list --node=web-9":             {Code: plugin.NotFound, Message: `"web-9"`},
		"list --pod-manager=third":      {Code: plugin.NotFound, Message: `"third"`},
		"sync --pod-manager=third":      {Code: plugin.NotFound, Message: `"third"`},
		"show Drives/99":                {Code: plugin.NotFound, Message: `"Drives/99"`},
	} {
		got := shell.Run(append([]string{"device"}, strings.Fields(line)...)...)
		if got.Err == nil || got.Err.Code != want.Code || !strings.Contains(got.Err.Message, want.Message) {
			t.Errorf("device %s: want %s with %q, got %+v", line, want.Code, want.Message, got.Err)
		}
	}
}

// TestStale: what a pod manager had that is down is shown, with a warning.
func TestStale(t *testing.T) {
	t.Parallel()
	s := stack.New(t)
	pod := s.AddPod("pod", podsim.Options{})
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	if first := shell.Run("device", "list", "--refresh"); len(first.Rows) < 4 || len(first.Notices) > 0 {
		t.Fatalf("list: %+v", first)
	}
	if err := pod.Close(); err != nil {
		t.Fatal(err)
	}
	got := shell.Run("device", "list", "--refresh")
	if got.Err != nil || len(got.Rows) < 4 || len(got.Notices) != 1 || !strings.HasPrefix(got.Notices[0], "warning not up to date: pod as it was at 20") {
		t.Errorf("list: %+v", got)
	}
}

// TestMissing: of a pod manager that was never read nothing is shown, and the
// empty list says so.
func TestMissing(t *testing.T) {
	t.Parallel()
	s := stack.New(t)
	pod := s.AddPod("pod", podsim.Options{})
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	if err := pod.Close(); err != nil {
		t.Fatal(err)
	}
	got := shell.Run("device", "list", "--refresh")
	if got.Err != nil || len(got.Rows) != 0 || len(got.Notices) != 1 || !strings.HasPrefix(got.Notices[0], "warning missing what these pod managers have: pod") {
		t.Errorf("list: %+v", got)
	}
}
