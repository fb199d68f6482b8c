package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/test/stack"
)

// start gives a shell around the family, before a real service with one pod.
func start(t *testing.T, o podsim.Options) (*plugintest.Shell, *stack.Stack) {
	t.Helper()
	s := stack.New(t)
	s.AddPod("pod", o)
	return shellFor(t, s), s
}

// shellFor gives a shell before a service.
func shellFor(t *testing.T, s *stack.Stack) *plugintest.Shell {
	t.Helper()
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	return shell
}

func TestCreateListShowDelete(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{AssembleDelay: 50 * time.Millisecond})

	created := shell.Run("node", "create", "--cores=2", "--memory=1G", "--description=front end", "web-1")
	if created.Err != nil || len(created.Rows) != 1 {
		t.Fatalf("create: %+v", created)
	}
	web := created.Rows[0]
	// These names are a promise to scripts.
	promised := strings.Fields(`boot_source created_at description failure health_status index managed_by metadata name
		node_power_state node_state podm_id progress project_id resource_uri state target_boot_source updated_at uuid`)
	if d := cmp.Diff(promised, created.Names()); d != "" {
		t.Errorf("fields of a node (-want +got):\n%s", d)
	}
	if web["state"] != "composed" || web["node_state"] != "Assembled" || web["description"] != "front end" {
		t.Errorf("created: %v", web)
	}
	if len(created.Progress) == 0 {
		t.Error("no progress was shown")
	}

	list := shell.Run("node", "list")
	if d := cmp.Diff(strings.Fields("index name podm_id resource_uri state uuid"), list.Names()); d != "" {
		t.Errorf("columns of the list (-want +got):\n%s", d)
	}
	if none := shell.Run("node", "list", "--name=other"); none.Err != nil || len(none.Rows) != 0 {
		t.Errorf("a list by another name: %+v", none)
	}
	if all := shell.Run("node", "list", "--pod-manager=pod"); all.Err != nil || len(all.Rows) != 1 {
		t.Errorf("a list by pod manager: %+v", all)
	}

	for _, key := range []string{"web-1", web["uuid"].(string)} {
		shown := shell.Run("node", "show", key)
		if shown.Err != nil || shown.Rows[0]["uuid"] != web["uuid"] {
			t.Errorf("show %s: %+v", key, shown)
		}
	}
	if gone := shell.Run("node", "delete", "web-1"); gone.Err != nil {
		t.Errorf("delete: %v", gone.Err)
	}
	if gone := shell.Run("node", "show", "web-1"); gone.Err == nil || gone.Err.Code != plugin.NotFound {
		t.Errorf("show after delete: %+v", gone)
	}
}

func TestCreateMakesUpAName(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{})
	first, second := shell.Run("node", "create"), shell.Run("node", "create")
	if first.Err != nil || second.Err != nil {
		t.Fatal(first.Err, second.Err)
	}
	name := first.Rows[0]["name"].(string)
	if !regexp.MustCompile(`^node-[a-z0-9]{6}$`).MatchString(name) || name == second.Rows[0]["name"] {
		t.Errorf("made up %v and %v", name, second.Rows[0]["name"])
	}
}

func failAssembly(*http.Request) podsim.Fault { return podsim.Fault{FailAssembly: true} }

// TestFailedAssembly: the hardware goes back, the reason is told, and nothing
// of the node is left.
func TestFailedAssembly(t *testing.T) {
	t.Parallel()
	s := stack.New(t)
	pod := s.AddPod("pod", podsim.Options{Fault: failAssembly, AssembleDelay: 50 * time.Millisecond})
	shell := shellFor(t, s)
	got := shell.Run("node", "create", "doomed")
	if got.Err == nil || !strings.Contains(got.Err.Message, "could not assemble") || len(got.Rows) != 0 {
		t.Errorf("create: %+v", got)
	}
	if left := shell.Run("node", "list"); len(left.Rows) != 0 || len(pod.Nodes()) != 0 {
		t.Errorf("left in the service %v, in the pod %v", left.Rows, pod.Nodes())
	}
}

func TestCreateRefused(t *testing.T) {
	t.Parallel()
	shell, s := start(t, podsim.Options{})
	s.AddPod("other", podsim.Options{Seed: 7})
	tests := map[string]struct {
		args []string
		code plugin.Code
		text string
	}{
		"several pod managers": {nil, plugin.Failed, "other"},
		"no such pod manager":  {[]string{"--pod-manager=third"}, plugin.NotFound, "third"},
		"no such flavor":       {[]string{"--flavor=huge"}, plugin.NotFound, "huge"},
		"too much memory":      {[]string{"--pod-manager=pod", "--memory=900T"}, plugin.Conflict, "available"},
		"flavor and cores":     {[]string{"--flavor=x", "--cores=2"}, plugin.Usage, "--cores"},
		"not a size":           {[]string{"--memory=lots"}, plugin.Usage, "lots"},
	}
	for name, tt := range tests {
		got := shell.Run(append([]string{"node", "create"}, tt.args...)...)
		if got.Err == nil || got.Err.Code != tt.code || !strings.Contains(got.Err.Message, tt.text) {
			t.Errorf("%s: %+v", name, got.Err)
		}
	}
	if left := shell.Run("node", "list"); len(left.Rows) != 0 {
		t.Errorf("left behind: %v", left.Rows)
	}
}
