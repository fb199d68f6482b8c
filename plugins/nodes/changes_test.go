package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/test/stack"
)

func TestSet(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{})
	shell.Run("node", "create", "--description=old", "web-1")
	if got := shell.Run("node", "set", "--name=db-1", "--description=", "web-1"); got.Err != nil || len(got.Rows) > 0 {
		t.Fatalf("%+v", got)
	}
	shown := shell.Run("node", "show", "db-1")
	if shown.Err != nil || shown.Rows[0]["description"] != "" {
		t.Errorf("%+v", shown)
	}
	expect(t, shell, map[string]problem{
		"node set db-1":              {plugin.Usage, "--name or --description"},
		"node set --name= db-1":      {plugin.Usage, "--name is empty"},
		"node set --name=x web-1":    {plugin.NotFound, `no node is named "web-1"`},
		"node set --description=x":   {plugin.Usage, "<node>"},
		"node set --colour=red db-1": {plugin.Usage, "--colour"},
	})
}

type problem struct {
	code plugin.Code
	text string
}

// expect runs commands that must fail like that.
func expect(t *testing.T, shell *plugintest.Shell, lines map[string]problem) {
	t.Helper()
	for line, want := range lines {
		got := shell.Run(strings.Fields(line)...)
		if got.Err == nil || got.Err.Code != want.code || !strings.Contains(got.Err.Message, want.text) {
			t.Errorf("%s: %+v, want %+v", line, got.Err, want)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{})
	shell.Run("node", "create", "--count=2", "web")

	dry := shell.Run("node", "delete", "--dry-run", "web-1", "missing")
	if len(dry.Notices) != 2 || !strings.HasPrefix(dry.Notices[0], "info would delete node web-1 (") || len(dry.Asked) > 0 {
		t.Errorf("dry run: %+v", dry)
	}
	shell.Answer(plugin.Confirm, "", "no")
	if got := shell.Run("node", "delete", "web-1"); got.Err == nil || !cmp.Equal(got.Asked, []string{"Delete node web-1?"}) {
		t.Errorf("against the person's word: %+v", got)
	}
	got := shell.Run("node", "delete", "--yes", "web-1", "missing", "web-2")
	if d := cmp.Diff(&plugin.Error{Code: plugin.NotFound, Message: "1 of 3 failed"}, got.Err); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if left := shell.Run("node", "list"); len(left.Rows) > 0 {
		t.Errorf("left: %v", left.Rows)
	}
}

// TestDeleteWithoutPod: what is gone for good can be forgotten, and what its
// pod no longer knows is deleted.
func TestDeleteWithoutPod(t *testing.T) {
	t.Parallel()
	shell, s := start(t, podsim.Options{})
	shell.Run("node", "create", "lost")
	pod := s.AddPod("other", podsim.Options{Seed: 7})
	shell.Run("node", "create", "--pod-manager=other", "stranded")

	forget(t, pod)
	if got := shell.Run("node", "show", "stranded"); got.Err == nil || got.Err.Code != plugin.NotFound {
		t.Fatalf("its pod knows it still: %+v", got)
	}
	if got := shell.Run("node", "delete", "stranded"); got.Err != nil {
		t.Errorf("one that its pod does not know: %+v", got.Err)
	}

	shell.Run("node", "create", "--pod-manager=other", "stranded")
	if err := pod.Close(); err != nil {
		t.Fatal(err)
	}
	if got := shell.Run("node", "delete", "stranded"); got.Err == nil {
		t.Error("deleted without its pod")
	}
	dry := shell.Run("node", "delete", "--force", "--dry-run", "stranded")
	if len(dry.Notices) != 1 || !strings.Contains(dry.Notices[0], "would delete node stranded") {
		t.Errorf("dry run: %+v", dry)
	}
	got := shell.Run("node", "delete", "--force", "stranded")
	if got.Err != nil || !cmp.Equal(got.Asked, []string{"Delete node stranded, and leave the hardware as it is?"}) {
		t.Errorf("by force: %+v", got)
	}
	if left := listed(t, s); !cmp.Equal(left, []string{"lost"}) {
		t.Errorf("left: %v", left)
	}
}

// TestDeleteTakesLong: the command goes on where the service gives up waiting.
func TestDeleteTakesLong(t *testing.T) {
	t.Parallel()
	s := stack.New(t, "TIMEOUT=1s")
	pod := s.AddPod("pod", podsim.Options{DeleteDelay: 3 * time.Second})
	shell := shellFor(t, s)
	if got := shell.Run("node", "create", "web-1"); got.Err != nil {
		t.Fatal(got.Err)
	}
	if got := shell.Run("node", "delete", "web-1"); got.Err != nil || len(pod.Nodes()) > 0 {
		t.Errorf("%+v, on the pod %v", got.Err, pod.Nodes())
	}
}

// forget deletes the nodes of a pod behind the service's back.
func forget(t *testing.T, pod *podsim.Server) {
	t.Helper()
	for _, n := range pod.Nodes() {
		req, err := http.NewRequest(http.MethodDelete, pod.URL+"/redfish/v1/Nodes/"+n.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth("admin", "admin")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusNoContent {
			t.Fatalf("deleting node %s on the pod: %s, %v", n.ID, resp.Status, err)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	shell, s := start(t, podsim.Options{})
	s.AddPod("other", podsim.Options{Seed: 7})
	shell.Run("node", "create", "--pod-manager=pod", "web-1")
	db := shell.Run("node", "create", "--pod-manager=other", "db-1").Rows[0]
	for line, want := range map[string][]string{
		"":                                       {"web-1", "db-1"},
		"--name=db-1":                            {"db-1"},
		"--pod-manager=pod":                      {"web-1"},
		"--state=composed":                       {"web-1", "db-1"},
		"--state=failed":                         nil,
		"--managed-by=ironic":                    nil,
		"--project=p":                            nil,
		"--property=name=web-1":                  {"web-1"},
		"--property=uuid=" + db["uuid"].(string): {"db-1"},
		"--property=index=" + db["index"].(string) + " --name=db-1": {"db-1"},
	} {
		got := shell.Run(append([]string{"node", "list"}, strings.Fields(line)...)...)
		list := names(got.Rows)
		if len(list) == 2 && list[0] != want[0] { // the order is the service's
			list[0], list[1] = list[1], list[0]
		}
		if d := cmp.Diff(want, list); d != "" || got.Err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", line, got.Err, d)
		}
	}
	expect(t, shell, map[string]problem{
		"node list --state=lost":          {plugin.Usage, "--state"},
		"node list --property=colour":     {plugin.Usage, "--property"},
		"node list --property=colour=red": {plugin.Failed, "unknown key"},
		"node list --pod-manager=third":   {plugin.NotFound, "third"},
	})
}
