package httpapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
)

func TestNodeFromCreationToDeletion(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	podManager := w.register(t)
	nodes := w.base + "/v1/nodes"

	composed := call(t, "POST", nodes, `{"name":"web-07","description":"front end","podm_id":"`+podManager+`",
		"properties":{"memory":{"capacity_mib":"4096"},"processor":{"total_cores":"2"}}}`).object(t, 200)
	id := takeVarying(t, composed)
	index := composed["index"].(string)
	want := map[string]any{
		"name": "web-07", "description": "front end", "podm_id": podManager,
		"index": index, "resource_uri": "Nodes/" + index, "state": "composed",
	}
	if diff := cmp.Diff(want, composed); diff != "" || index == "" {
		t.Errorf("composed (-want +got):\n%s", diff)
	}
	if onPod := w.pod.Nodes(); len(onPod) != 1 || onPod[0].ID != index {
		t.Errorf("on the pod: %+v", onPod)
	}

	listed := call(t, "GET", nodes, "{}").objects(t)
	brief := map[string]any{
		"uuid": id, "name": "web-07", "podm_id": podManager,
		"index": index, "resource_uri": "Nodes/" + index, "state": "composed",
	}
	if diff := cmp.Diff([]map[string]any{brief}, listed); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	checkDetail(t, w, id, want)

	for _, reset := range []string{"ForceOff", "On"} {
		got := call(t, "POST", nodes+"/"+id+"/action/", `{"Reset":{"Type":"`+reset+`"}}`)
		if got.status != 204 || got.body != "" || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %+v", reset, got)
		}
		state := strings.TrimPrefix(reset, "Force")
		if shown := call(t, "GET", nodes+"/"+id, "").object(t, 200); shown["node_power_state"] != state {
			t.Errorf("after %s the power state is %v", reset, shown["node_power_state"])
		}
	}

	got := call(t, "DELETE", nodes+"/"+id+"/", "{}")
	confirmation := map[string]any{
		"request_id": got.header.Get("X-Openstack-Request-Id"), "code": "DELETED",
		"detail": "The node was deleted and its hardware given back.",
	}
	if diff := cmp.Diff(confirmation, got.object(t, 200)); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	if onPod := w.pod.Nodes(); len(onPod) != 0 {
		t.Errorf("still on the pod: %+v", onPod)
	}
	for _, request := range []string{"GET ", "DELETE ", "POST /action"} {
		method, path, _ := strings.Cut(request, " ")
		if title := call(t, method, nodes+"/"+id+path, `{"Reset":{"Type":"On"}}`).object(t, 404)["title"]; title != notFound {
			t.Errorf("%s: title %v", request, title)
		}
	}
}

// checkDetail checks the keys of the detail document (contract 2.3.3), and the
// values that do not depend on which hardware was taken.
func checkDetail(t *testing.T, w world, id string, stored map[string]any) {
	t.Helper()
	shown := call(t, "GET", w.base+"/v1/nodes/"+id, "{}").object(t, 200)
	metadata := shown["metadata"].(map[string]any)
	for part, keys := range map[string][]string{
		"processor": {"instruction_set", "model", "speed_mhz", "total_core"},
		"memory":    {"data_width_bit", "speed_mhz", "total_memory_mb"},
		"network":   {"mac", "speed_mbps", "status", "ipv4"},
	} {
		items := metadata[part].([]any)
		if len(items) == 0 {
			t.Errorf("the node has no %s", part)
			continue
		}
		for _, key := range keys {
			if value, ok := items[0].(map[string]any)[key]; !ok || value == nil {
				t.Errorf("%s.%s is %v in %v", part, key, value, items[0])
			}
		}
	}
	system := shown["computer_system"].(map[string]any)["@odata.id"].(string)
	if !strings.HasPrefix(system, "/redfish/v1/Systems/") {
		t.Errorf("computer_system is %q", system)
	}
	for _, key := range []string{"boot_source", "target_boot_source", "node_power_state", "node_state", "health_status"} {
		if _, ok := shown[key]; !ok {
			t.Errorf("%s is absent", key)
		}
		delete(shown, key)
	}
	delete(shown, "metadata")
	delete(shown, "computer_system")
	takeVarying(t, shown)

	want := map[string]any{
		"pooled_group_id": nil,
		"links": []any{
			map[string]any{"rel": "self", "href": w.base + "/v1/nodes/" + id + "/"},
			map[string]any{"rel": "bookmark", "href": w.base + "/nodes/" + id + "/"},
		},
	}
	for key, value := range stored {
		want[key] = value
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	call(t, "GET", w.base+"/v1/nodes/"+id+"/", "").object(t, 200) // where the self link leads
}

func TestNodeList(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	podManager := w.register(t)
	nodes := w.base + "/v1/nodes"
	var first map[string]any
	for _, name := range []string{"one", "two", "two"} {
		node := call(t, "POST", nodes, `{"name":"`+name+`"}`).object(t, 200)
		if first == nil {
			first = node
		}
	}
	for query, want := range map[string]int{
		"":                                   3,
		"?name=two":                          2,
		"?name=one&name=two":                 1,
		"?name=Two":                          0,
		"?name=":                             0,
		"?name=two&uuid=" + uuid.NewString(): 0,
		"?uuid=" + first["uuid"].(string):    1,
		"?podm_id=" + podManager:             3,
		"?index=" + first["index"].(string):  1,
		"?resource_uri=" + first["resource_uri"].(string): 1,
		"?state=composed":    3,
		"?state=composing":   0,
		"?managed_by=ironic": 0,
		"?created_at=" + strings.ReplaceAll(first["created_at"].(string), " ", "+") + "&name=one": 1,
	} {
		if got := call(t, "GET", nodes+query, "").objects(t); len(got) != want {
			t.Errorf("%s gives %d nodes, want %d", query, len(got), want)
		}
	}
	call(t, "GET", nodes+"?colour=hunter2", "").failure(t, 400, "Validation Error",
		`the query has an unknown key "colour"; the keys are uuid, name, podm_id, index, resource_uri, managed_by, state, `+
			`project_id, created_at, updated_at, limit, marker, sort, fields`)
	call(t, "GET", nodes+"?name=%zz", "").failure(t, 400, "Validation Error", "the query is not well-formed")

	head := call(t, "HEAD", nodes, "")
	if head.status != 200 || head.body != "" || head.header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD: %+v", head)
	}
}

func TestActionErrors(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	w.register(t)
	node := call(t, "POST", w.base+"/v1/nodes", `{"name":"a"}`).object(t, 200)
	action := w.base + "/v1/nodes/" + node["uuid"].(string) + "/action"
	for body, detail := range map[string]string{
		`{}`: "the body names no action; expected exactly one of Boot, Reset, attach, detach",
		`{"Reset":{"Type":"On"},"Boot":{"Enabled":"Once","Target":"Pxe"}}`: "the body names 2 actions (Boot, Reset); expected exactly one",
		`{"Reset":{}}`:            "Reset.Type is missing",
		`{"Reset":"On"}`:          "Reset is a string; expected an object",
		`{"Explode":{}}`:          `the body has an unknown key "Explode"; the keys are Boot, Reset, attach, detach`,
		`{"Reset":{"Type":null}}`: "Reset.Type is null; expected one of On ForceOn ForceOff GracefulShutdown GracefulRestart ForceRestart Nmi PushPowerButton PowerCycle",
	} {
		call(t, "POST", action, body).failure(t, 400, "Validation Error", detail)
	}
	call(t, "POST", action, `{"attach":{"resource_id":"x"}}`).failure(t, 404, notFound,
		`storage "x" does not exist; nor is it a pooled device`)
	// The body is looked at before the node.
	missing := w.base + "/v1/nodes/" + uuid.NewString() + "/action"
	call(t, "POST", missing, `{}`).object(t, 400)
	call(t, "POST", missing, `{"Reset":{"Type":"On"}}`).object(t, 404)
}
