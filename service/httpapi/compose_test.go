package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
)

func TestComposeByFlavor(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	w.register(t)
	flavor := func(mib string) string {
		body := `{"name":"f","properties":{"memory":{"capacity_mib":"` + mib + `"}}}`
		return call(t, "POST", w.base+"/v1/flavors", body).object(t, 200)["uuid"].(string)
	}
	call(t, "POST", w.base+"/v1/nodes", `{"name":"fits","flavor_id":"`+flavor("4096")+`"}`).object(t, 200)
	got := call(t, "POST", w.base+"/v1/nodes", `{"name":"never","flavor_id":"`+flavor("900000000")+`"}`).object(t, 409)
	if got["title"] != "Not enough hardware" {
		t.Errorf("too much memory: %v", got)
	}
	if n := len(w.pod.Nodes()); n != 1 {
		t.Errorf("%d nodes on the pod, want 1", n)
	}
}

func TestComposeErrors(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	nodes := w.base + "/v1/nodes"
	if got := call(t, "POST", nodes, `{"name":"a"}`).object(t, 400); got["title"] != "Bad Request" {
		t.Errorf("without a pod manager: %v", got)
	}
	w.register(t)
	for body, detail := range map[string]string{
		`{"name":"a","flavor_id":"x","properties":{}}`:                      "the body has both flavor_id and properties; expected one of them",
		`{"name":"a","properties":{"memory":{"capacity_mib":4096}}}`:        "properties.memory.capacity_mib is a number; expected a string of 1 to 9 decimal digits",
		`{"name":"a","properties":{"remote_storage":{"capacity_gib":"1"}}}`: `properties has an unknown key "remote_storage"; the keys are memory, pci_device, processor`,
		`{"description":"hunter2"}`:                                         "name is missing",
		`{"name":"a","uuid":"b"}`:                                           `the body has an unknown key "uuid"; the keys are description, flavor_id, name, podm_id, properties`,
	} {
		call(t, "POST", nodes, body).failure(t, 400, "Validation Error", detail)
	}
	for _, body := range []string{
		`{"name":"a","flavor_id":"` + uuid.NewString() + `"}`,
		`{"name":"a","flavor_id":"../nodes/x"}`,
		`{"name":"a","podm_id":"` + uuid.NewString() + `"}`,
		`{"name":"a","podm_id":"../flavors"}`,
	} {
		if got := call(t, "POST", nodes, body).object(t, 404); got["title"] != notFound {
			t.Errorf("%s: %v", body, got)
		}
	}
	for _, key := range []string{"", strings.Repeat("k", 256), "caf\xc3\xa9"} {
		call(t, "POST", nodes, `{"name":"a"}`, "Idempotency-Key", key).failure(t, 400, "Validation Error",
			"the header Idempotency-Key must be given once, with 1 to 255 printable ASCII characters")
	}
	if n := len(w.pod.Nodes()); n != 0 {
		t.Errorf("%d nodes on the pod, want none", n)
	}
}

func TestComposeIsIdempotent(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	w.register(t)
	compose := func(name string) reply {
		return call(t, "POST", w.base+"/v1/nodes", `{"name":"`+name+`"}`, "Idempotency-Key", "key 1")
	}
	first := compose("a").object(t, 200)
	if diff := cmp.Diff(first, compose("a").object(t, 200)); diff != "" {
		t.Errorf("the second answer differs (-first +second):\n%s", diff)
	}
	if got := compose("b").object(t, 409); got["title"] != "Conflict" {
		t.Errorf("another request with the same key: %v", got)
	}
	if n := len(w.pod.Nodes()); n != 1 {
		t.Errorf("%d nodes on the pod, want 1", n)
	}
}

func TestComposeAsync(t *testing.T) {
	t.Parallel()
	const delay = 500 * time.Millisecond
	w := startWorld(t, podsim.Options{AssembleDelay: delay})
	w.register(t)
	got := call(t, "POST", w.base+"/v1/nodes", `{"name":"a"}`, "Prefer", "wait=5, Respond-Async;x=y", "Idempotency-Key", "k")
	node := got.object(t, http.StatusAccepted)
	item := w.base + "/v1/nodes/" + node["uuid"].(string)
	if node["state"] != "composing" || node["index"] == "" {
		t.Errorf("accepted: %v", node)
	}
	if got.header.Get("Preference-Applied") != "respond-async" || got.header.Get("Location") != item {
		t.Errorf("headers: %v", got.header)
	}
	if got := call(t, "POST", item+"/action", `{"Reset":{"Type":"On"}}`).object(t, 409); got["title"] != "Conflict" {
		t.Errorf("a reset while composing: %v", got)
	}
	waitForState(t, item, "composed")
	again := call(t, "POST", w.base+"/v1/nodes", `{"name":"a"}`, "Prefer", "respond-async", "Idempotency-Key", "k")
	if again.object(t, 200)["uuid"] != node["uuid"] || again.header.Get("Preference-Applied") != "" {
		t.Errorf("repeated: %+v", again)
	}
}

func TestComposeThatFailsAfterTheAnswer(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{Fault: func(r *http.Request) podsim.Fault {
		return podsim.Fault{FailAssembly: strings.Contains(r.URL.Path, "Assemble")}
	}, AssembleDelay: 200 * time.Millisecond})
	w.register(t)
	node := call(t, "POST", w.base+"/v1/nodes", `{"name":"a"}`, "Prefer", "respond-async").object(t, http.StatusAccepted)
	item := w.base + "/v1/nodes/" + node["uuid"].(string)
	shown := waitForState(t, item, "failed")
	failure, _ := shown["failure"].(map[string]any)
	if failure["code"] != "pod_failed" || failure["message"] == "" || len(failure) != 2 {
		t.Errorf("failure is %v", shown["failure"])
	}
	if shown["node_power_state"] != nil || shown["computer_system"] != nil || shown["index"] == nil {
		t.Errorf("a node without hardware is shown as %v", shown)
	}
	call(t, "DELETE", item, "").object(t, 200)
	if got := call(t, "POST", w.base+"/v1/nodes", `{"name":"a"}`).object(t, 502); got["title"] != "Pod manager failed" {
		t.Errorf("the same, waited for: %v", got)
	}
}

// waitForState shows a node until it is in a state.
func waitForState(t *testing.T, item, state string) map[string]any {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		shown := call(t, "GET", item, "").object(t, 200)
		if shown["state"] == state {
			return shown
		}
		if time.Now().After(deadline) {
			t.Fatalf("the node is not %s after a long time: %v", state, shown)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
