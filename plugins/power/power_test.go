package main

import (
	"bytes"
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

// start gives a shell around the family, before a real service with the nodes
// that are named.
func start(t *testing.T, nodes ...string) *plugintest.Shell {
	t.Helper()
	return startSlow(t, 0, nodes...)
}

// startSlow is start with a pod whose machines take a while to follow.
func startSlow(t *testing.T, delay time.Duration, nodes ...string) *plugintest.Shell {
	t.Helper()
	s := stack.New(t)
	s.AddPod("pod", podsim.Options{PowerDelay: delay})
	for _, name := range nodes {
		resp, err := http.Post(s.URL+"/v1/nodes", "application/json", bytes.NewReader([]byte(`{"name": "`+name+`"}`)))
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("composing %s: %s, %v", name, resp.Status, err)
		}
	}
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	return shell
}

func TestPower(t *testing.T) {
	t.Parallel()
	shell := start(t, "a", "b")
	steps := []struct {
		line    string
		state   string // of node a afterwards
		notices []string
	}{
		{"power on a b", "On", nil},
		{"power on --soft a", "On", []string{"info node a is On already"}},
		{"power reboot a", "On", nil},
		{"power reboot --soft a", "On", nil},
		{"power nmi a b", "On", nil},
		{"power off --soft a", "Off", nil},
		{"power on --soft a", "On", nil},
		{"power off a", "Off", nil},
	}
	for _, step := range steps {
		got := shell.Run(strings.Fields(step.line)...)
		if got.Err != nil || len(got.Rows) != 0 {
			t.Fatalf("%s: %+v", step.line, got)
		}
		if d := cmp.Diff(step.notices, got.Notices); d != "" {
			t.Errorf("%s (-want +got):\n%s", step.line, d)
		}
		shown := shell.Run("power", "show", "a")
		if shown.Err != nil || shown.Rows[0]["node_power_state"] != step.state {
			t.Errorf("after %s: %+v", step.line, shown)
		}
		// These names are a promise to scripts.
		if d := cmp.Diff([]string{"name", "node_power_state", "uuid"}, shown.Names()); d != "" {
			t.Error(d)
		}
	}
}

func TestPowerGoesOn(t *testing.T) {
	t.Parallel()
	shell := start(t, "a")
	got := shell.Run("power", "on", "missing", "a")
	want := &plugin.Error{Code: plugin.NotFound, Message: "1 of 2 failed"}
	if d := cmp.Diff(want, got.Err); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if shown := shell.Run("power", "show", "a"); shown.Rows[0]["node_power_state"] != "On" {
		t.Errorf("a was not switched on after the failure: %+v", shown)
	}
}

func TestPowerWait(t *testing.T) {
	t.Parallel()
	shell := startSlow(t, 300*time.Millisecond, "a", "b")
	for _, step := range []struct{ line, state string }{
		{"power off --wait a b", "Off"},
		{"power on --wait --timeout=1m a b", "On"},
		{"power off --soft --wait a", "Off"},
		{"power on --soft --wait a", "On"},
		{"power reboot --wait a b", "On"},
	} {
		got := shell.Run(strings.Fields(step.line)...)
		if got.Err != nil || len(got.Progress) == 0 && !strings.Contains(step.line, "reboot") {
			t.Fatalf("%s: %+v", step.line, got)
		}
		if shown := shell.Run("power", "show", "a"); shown.Rows[0]["node_power_state"] != step.state {
			t.Errorf("after %s: %+v", step.line, shown)
		}
	}
	if got := shell.Run("power", "off", "a"); got.Err != nil {
		t.Fatal(got.Err)
	}
	if shown := shell.Run("power", "show", "a"); shown.Rows[0]["node_power_state"] != "On" {
		t.Errorf("it waits without --wait: %+v", shown)
	}
}

func TestPowerGivesUp(t *testing.T) {
	t.Parallel()
	shell := startSlow(t, time.Hour, "a", "b")
	got := shell.Run("power", "on", "--wait", "--timeout=300ms", "a")
	want := &plugin.Error{Code: plugin.Timeout, Message: "gave up waiting for node a after 300ms: its power is Off, not On"}
	if d := cmp.Diff(want, got.Err); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	got = shell.Run("power", "on", "--wait", "--timeout=300ms", "a", "b", "missing")
	if got.Err == nil || got.Err.Message != "3 of 3 failed" || len(got.Notices) != 3 {
		t.Errorf("%+v", got)
	}
	for _, timeout := range []string{"0", "-1s", "soon"} {
		got := shell.Run("power", "on", "--wait", "--timeout="+timeout, "a")
		if got.Err == nil || got.Err.Code != plugin.Usage || !strings.Contains(got.Err.Message, "--timeout") {
			t.Errorf("--timeout=%s: %+v", timeout, got.Err)
		}
	}
}

// TestPowerTwice: a name that is there twice is no reason to hang.
func TestPowerTwice(t *testing.T) {
	t.Parallel()
	shell := start(t, "a")
	if got := shell.Run("power", "on", "a", "a"); got.Err != nil {
		t.Error(got.Err)
	}
}
