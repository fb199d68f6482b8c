package doctor

import (
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/stack"
)

// TestStack examines a real service, its pod, and what is left when the pod has
// gone.
func TestStack(t *testing.T) {
	t.Parallel()
	s := stack.New(t, "PODM_PROBE_INTERVAL=1s")
	p := patientOf(t, alone(s.URL))
	examine(t, p).is("pod managers", Warning, "none is registered", "valence podmanager create NAME URL --auth username=USER")
	pod := s.AddPod("row-4", podsim.Options{})
	c := examine(t, p)
	c.is("service", OK, s.URL+" has the API v1")
	c.is("ready", OK, "store ok")
	c.is("access", OK, "nodes may be listed")
	c.is("pod managers", OK, "1 registered")
	c.is("pod manager row-4", OK, "Online, at "+pod.URL)
	if err := pod.Close(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if c = examine(t, p); c.findings[len(c.findings)-1].State == Failed {
			break
		}
	}
	c.is("pod managers", OK, "1 registered")
	c.is("pod manager row-4", Failed, "Offline since 20", "the service reaches "+pod.URL)
}

func TestServiceDown(t *testing.T) {
	t.Parallel()
	c := examine(t, patientOf(t, alone("http://127.0.0.1:1")))
	c.is("service", Failed, "cannot reach the rack-scale service at http://127.0.0.1:1: connection refused", "check that it runs")
	c.is("plugins", OK)
	for _, name := range []string{"service tls", "service clock", "ready", "access", "pod managers"} {
		c.is(name, Skipped, "because the check service failed")
	}
}

func TestServiceInTrouble(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path   string
		status int
		body   string
		check  string
		state  State
		says   string
	}{
		"another":       {"/", 200, `<html>`, "service", Failed, "answers 200 and offers no version 1 of Valence; check the endpoint"},
		"not there":     {"/", 404, ``, "service", Failed, "answers 404"},
		"not ready":     {"/readyz", 503, `{"status": "failed", "parts": {"store": "failed", "keystone": "ok"}}`, "ready", Failed, "keystone ok, store failed; the service's log"},
		"no parts":      {"/readyz", 503, `{"status": "failed"}`, "ready", Failed, "not ready"},
		"does not say":  {"/readyz", 404, ``, "ready", Skipped, "it does not say: 404 Not Found"},
		"forbidden":     {"/v1/nodes", 403, `{"detail": "a role is missing"}`, "access", Failed, "403 Forbidden a role is missing; have a role given"},
		"broken":        {"/v1/nodes", 500, `{"detail": "The service failed"}`, "access", Failed, "500 Internal Server Error The service failed; see the service's log"},
		"no pods":       {"/v1/pod_managers", 403, ``, "pod managers", Failed, "403 Forbidden; have a role given"},
		"no list":       {"/v1/pod_managers", 200, `{}`, "pod managers", Failed, "no list of pod managers"},
		"unknown":       {"/v1/pod_managers", 200, `[{"name": "a", "url": "http://a", "status": "Unknown", "status_reason": "two\nlines"}]`, "pod manager a", Failed, "Unknown since an unknown time: two lines"},
		"none of them":  {"/v1/pod_managers", 200, `[]`, "pod managers", Warning, "none is registered"},
		"two, one down": {"/v1/pod_managers", 200, `[{"name": "a", "status": "Online"}, {"name": "b", "status": "Offline"}]`, "pod manager b", Failed, "no reason is known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := service()
			a[c.path] = says(c.status, c.body)
			examine(t, patientOf(t, alone(serve(t, a).URL))).is(c.check, c.state, c.says)
		})
	}
}
