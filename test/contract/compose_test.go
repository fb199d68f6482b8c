package contract_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

var async = []string{"Prefer", "respond-async"}

// With Prefer: respond-async the answer comes with the hardware, and the rest
// can be watched.
func TestComposeInTheBackground(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{AssembleDelay: time.Second})
	got := w.call(t, "POST /v1/nodes", `{"name": "web"}`, async...).want(t, http.StatusAccepted)
	w.keep(t, "node", got)
	node := got.object(t)
	if node["state"] != "composing" || node["progress"] == nil || node["index"] != "1" {
		t.Errorf("got %v", node)
	}
	if location := got.header.Get("Location"); location != w.URL+"/v1/nodes/"+w.ids["node"] ||
		got.header.Get("Preference-Applied") != "respond-async" {
		t.Errorf("Location %q, Preference-Applied %q", location, got.header.Get("Preference-Applied"))
	}
	w.run(t, []exchange{
		{name: "not ready for power", request: "POST /v1/nodes/{node}/action", body: `{"Reset": {"Type": "On"}}`, status: 409},
		{name: "nor for another name", request: "PATCH /v1/nodes/{node}", body: `{"name": "x"}`, status: 409},
	})
	done := w.eventually(t, "GET /v1/nodes/{node}", `"state":"composed"`).object(t)
	if _, has := done["progress"]; has || done["node_state"] != "Assembled" {
		t.Errorf("in the end: %v", done)
	}
	w.call(t, "POST /v1/nodes", `{"name": "n", "properties": {"processor": {"total_cores": "999"}}}`, async...).want(t, http.StatusConflict)
	w.call(t, "POST /v1/nodes", `{"name": "waits"}`, "Prefer", "wait=100").want(t, http.StatusOK)
}

// Assembly that fails leaves a node that says so, until it is deleted.
func TestComposeFails(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{Fault: func(*http.Request) podsim.Fault { return podsim.Fault{FailAssembly: true} }})
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`, async...))
	failed := w.eventually(t, "GET /v1/nodes/{node}", `"state":"failed"`)
	if !strings.Contains(failed.body, `"failure":{"code":"pod_failed"`) {
		t.Errorf("got %s", failed.body)
	}
	w.run(t, []exchange{
		{name: "not to be powered", request: "POST /v1/nodes/{node}/action", body: `{"Reset": {"Type": "On"}}`, status: 409},
		{name: "its assets are nothing", request: "GET /v1/nodes/{node}/assets", status: 200, says: `"processor":[]`},
		{name: "while somebody waits", request: "POST /v1/nodes", body: `{"name": "n"}`, status: 502, says: "Pod manager failed"},
		{name: "delete", request: "DELETE /v1/nodes/{node}", status: 200},
		{name: "nothing is left", request: "GET /v1/nodes", status: 200, says: "[]"},
	})
	if len(pod.Nodes()) != 0 {
		t.Errorf("the pod has %v", pod.Nodes())
	}
}

// Deleting a node that is being composed cancels that.
func TestCancel(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{AssembleDelay: time.Hour})
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`, async...))
	w.run(t, []exchange{
		{name: "delete", request: "DELETE /v1/nodes/{node}", status: 200, says: `"code":"DELETED"`},
		{name: "gone", request: "GET /v1/nodes/{node}", status: 404},
	})
	if len(pod.Nodes()) != 0 {
		t.Errorf("the pod has %v", pod.Nodes())
	}
}

// Who does not want to wait any longer is told so, and the work goes on.
func TestComposeTakesTooLong(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{AssembleDelay: 3 * time.Second}, "TIMEOUT=1")
	w.call(t, "POST /v1/nodes", `{"name": "web"}`).want(t, http.StatusGatewayTimeout)
	w.eventually(t, "GET /v1/nodes?state=composed", `"name":"web"`)
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{})
	key := func(k string) []string { return []string{"Idempotency-Key", k} }
	w.run(t, []exchange{
		{name: "compose", request: "POST /v1/nodes", body: `{"name": "web"}`, headers: key("k1"), status: 200, keep: "node"},
		{name: "again", request: "POST /v1/nodes", body: `{"name": "web"}`, headers: key("k1"), status: 200, says: "{node}"},
		{name: "again without waiting", request: "POST /v1/nodes", body: `{"name": "web"}`, headers: append(key("k1"), async...), status: 200, says: "{node}"},
		{name: "for another request", request: "POST /v1/nodes", body: `{"name": "db"}`, headers: key("k1"), status: 409},
		{name: "an empty one", request: "POST /v1/nodes", body: `{"name": "web"}`, headers: key(""), status: 400, says: "Idempotency-Key"},
		{name: "a long one", request: "POST /v1/nodes", body: `{"name": "web"}`, headers: key(strings.Repeat("k", 256)), status: 400},
		{name: "one that nobody can read", request: "POST /v1/nodes", body: `{"name": "web"}`, headers: key("k\u00e9"), status: 400},
		{name: "store", request: "POST /v1/storages", body: `{"name": "data", "capacity_gib": 1}`, headers: key("k1"), status: 200, keep: "storage"},
		{name: "store again", request: "POST /v1/storages", body: `{"name": "data", "capacity_gib": 1}`, headers: key("k1"), status: 200, says: "{storage}"},
		{name: "store something else", request: "POST /v1/storages", body: `{"name": "data", "capacity_gib": 2}`, headers: key("k1"), status: 409},
		{name: "store with an empty one", request: "POST /v1/storages", body: `{"name": "data", "capacity_gib": 1}`, headers: key(""), status: 400},
	})
	if len(pod.Nodes()) != 1 || len(pod.Volumes()) != 1 {
		t.Errorf("the pod has %v and %v", pod.Nodes(), pod.Volumes())
	}
	w.prepare(t, func() { w.rush(t, pod) }) // some of it is refused, some not
}

// rush sends one request several times at once: one machine comes of it.
func (w *world) rush(t *testing.T, pod *podsim.Server) {
	t.Helper()
	before := len(pod.Nodes())
	answers := make([]reply, 8)
	var sending sync.WaitGroup
	for i := range answers {
		sending.Go(func() {
			answers[i] = w.call(t, "POST /v1/nodes", `{"name": "rush"}`, "Idempotency-Key", "rush")
		})
	}
	sending.Wait()
	ids := map[string]bool{}
	for _, got := range answers {
		if got.status != http.StatusConflict { // which says that another one is at it
			ids[text(got.object(t)["uuid"])] = true
		}
	}
	if len(ids) != 1 || len(pod.Nodes()) != before+1 {
		t.Errorf("the nodes %v were made, and the pod has %v", ids, pod.Nodes())
	}
}
