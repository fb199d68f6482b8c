package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/test/stack"
)

func TestPodManagers(t *testing.T) {
	t.Parallel()
	s := stack.New(t)
	pod := s.AddPod("first", podsim.Options{})
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())

	taken := shell.Run("podmanager", "create", "second", pod.URL, "--auth=username=admin", "--auth=password=x")
	if taken.Err == nil || taken.Err.Code != plugin.Conflict {
		t.Errorf("a URL that is taken: %+v", taken)
	}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("se;c,ret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	created := shell.Run("podmanager", "create", "second", "http://127.0.0.1:1", "--auth=username=admin", "--password-file="+file)
	if created.Err != nil || created.Rows[0]["status"] != "Offline" || len(created.Notices) != 1 {
		t.Fatalf("one that does not answer: %+v", created)
	}
	reason := fmt.Sprint(created.Rows[0]["status_reason"])
	if !strings.Contains(reason, "cannot be reached") || !strings.Contains(fmt.Sprint(created.Notices), reason) {
		t.Errorf("it does not say why: %q, %v", reason, created.Notices)
	}
	// These names are a promise to scripts; they are those of the Python client.
	want := strings.Fields("ca_certificate created_at description driver location name status status_reason status_since updated_at url uuid")
	if d := cmp.Diff(want, created.Names()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	list := shell.Run("podmanager", "list")
	if len(list.Rows) != 2 || list.Rows[0]["status"] != "Online" {
		t.Errorf("list: %+v", list)
	}
	want = strings.Fields("created_at driver location name status status_reason status_since updated_at url uuid")
	if d := cmp.Diff(want, list.Names()); d != "" {
		t.Errorf("columns of the list (-want +got):\n%s", d)
	}
	if gone := shell.Run("podmanager", "delete", "second"); gone.Err != nil {
		t.Errorf("delete: %v", gone.Err)
	}
	if gone := shell.Run("podmanager", "show", "second"); gone.Err == nil || gone.Err.Code != plugin.NotFound {
		t.Errorf("show after delete: %+v", gone)
	}
}

// compose composes a node.
func compose(t *testing.T, s *stack.Stack, podManager, name string) {
	t.Helper()
	body := `{"name": "` + name + `", "podm_id": "` + podManager + `"}`
	resp, err := http.Post(s.URL+"/v1/nodes", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("composing %s: %s, %v", name, resp.Status, err)
	}
}
