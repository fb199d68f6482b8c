package contract_test

import (
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

func TestNodes(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{})
	w.keep(t, "flavor", w.call(t, "POST /v1/flavors", `{"name": "medium", "properties": {"processor": {"total_cores": "24"}}}`))
	w.run(t, []exchange{
		{name: "none", request: "GET /v1/nodes", status: 200, says: "[]"},
		{name: "compose", request: "POST /v1/nodes", status: 200, keep: "node",
			body: `{"name": "web-07", "description": "front end", "podm_id": "{podm}", "properties": {"memory": {"capacity_mib": "16384", "type": "DDR4"}, "processor": {"total_cores": "8"}}}`,
			says: `"name":"web-07","podm_id":"{podm}","index":"1","resource_uri":"Nodes/1","state":"composed"`},
		{name: "show", request: "GET /v1/nodes/{node}", status: 200, says: `"node_power_state":"Off","node_state":"Assembled"`},
		{name: "its hardware", request: "GET /v1/nodes/{node}", status: 200, says: `"metadata":{"processor":[{"instruction_set":"x86-64"`},
		{name: "its description", request: "GET /v1/nodes/{node}", status: 200, says: `"description":"front end"`},
		{name: "its assets", request: "GET /v1/nodes/{node}/assets", status: 200, says: `"pooled_resource":false`},
		{name: "by flavor", request: "POST /v1/nodes", body: `{"name": "by-flavor", "flavor_id": "{flavor}"}`, status: 200, says: `"state":"composed"`},
		{name: "by the name of a flavor", request: "POST /v1/nodes", body: `{"name": "by-name", "flavor_id": "medium", "podm_id": "pod"}`, status: 200},
		{name: "flavor and properties", request: "POST /v1/nodes", body: `{"name": "n", "flavor_id": "{flavor}", "properties": {}}`, status: 400, says: "flavor_id"},
		{name: "an unknown flavor", request: "POST /v1/nodes", body: `{"name": "n", "flavor_id": "{nowhere}"}`, status: 404},
		{name: "an unknown pod manager", request: "POST /v1/nodes", body: `{"name": "n", "podm_id": "{nowhere}"}`, status: 404},
		{name: "no name", request: "POST /v1/nodes", body: `{"name": ""}`, status: 400, says: "name"},
		{name: "nothing fits", request: "POST /v1/nodes", body: `{"name": "n", "properties": {"processor": {"total_cores": "1000"}}}`,
			status: 409, says: "Not enough hardware"},
		{name: "rename", request: "PATCH /v1/nodes/{node}", body: `{"name": "db-01"}`, status: 200, says: `"name":"db-01"`},
		{name: "rename by JSON Patch", request: "PATCH /v1/nodes/{node}", body: `[{"op": "replace", "path": "/name", "value": "db-02"}]`, status: 200, says: `"name":"db-02"`},
		{name: "no empty name", request: "PATCH /v1/nodes/{node}", body: `{"name": ""}`, status: 400, says: "name is empty"},
		{name: "found by the new name", request: "GET /v1/nodes?name=db-02", status: 200, says: "{node}"},
		{name: "delete", request: "DELETE /v1/nodes/{node}", status: 200, says: `"code":"DELETED"`},
		{name: "twice", request: "DELETE /v1/nodes/{node}", status: 404},
	})
	if nodes := pod.Nodes(); len(nodes) != 2 {
		t.Errorf("the pod has the machines %v", nodes)
	}
}

// Without podm_id the only pod manager is used; with none or several, 400.
func TestWhichPodManager(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const compose, store, manage = `{"name": "n"}`, `{"name": "s", "capacity_gib": 1}`, `{"node_index": "1"}`
	none := []exchange{
		{name: "compose without any", request: "POST /v1/nodes", body: compose, status: 400},
		{name: "store without any", request: "POST /v1/storages", body: store, status: 400},
		{name: "manage without any", request: "POST /v1/nodes/manage", body: manage, status: 400},
	}
	w.run(t, none)
	w.AddPod("one", podsim.Options{})
	w.run(t, []exchange{
		{name: "compose on the one", request: "POST /v1/nodes", body: compose, status: 200},
		{name: "store on the one", request: "POST /v1/storages", body: store, status: 200},
	})
	w.AddPod("two", podsim.Options{})
	w.run(t, []exchange{
		{name: "compose on which", request: "POST /v1/nodes", body: compose, status: 400, says: "one, two"},
		{name: "store on which", request: "POST /v1/storages", body: store, status: 400, says: "one, two"},
		{name: "manage on which", request: "POST /v1/nodes/manage", body: manage, status: 400, says: "one, two"},
		{name: "compose on that", request: "POST /v1/nodes", body: `{"name": "n", "podm_id": "two"}`, status: 200},
	})
}

// A machine that is on its pod already is adopted, and forgotten.
func TestManage(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{})
	w.run(t, []exchange{
		{name: "compose", request: "POST /v1/nodes", body: `{"name": "web"}`, status: 200, keep: "old"},
		{name: "known already", request: "POST /v1/nodes/manage", body: `{"node_index": "1", "podm_id": "{podm}"}`, status: 409, says: "Conflict"},
		{name: "forget", request: "DELETE /v1/nodes/{old}?force=true", status: 200, says: "forgotten"},
		{name: "adopt", request: "POST /v1/nodes/manage", body: `{"node_index": "1", "podm_id": "{podm}"}`, status: 200,
			says: `"name":"web","podm_id":"{podm}","index":"1"`, keep: "node"},
		{name: "twice", request: "POST /v1/nodes/manage", body: `{"node_index": "1", "podm_id": "pod"}`, status: 409},
		{name: "no such machine", request: "POST /v1/nodes/manage", body: `{"node_index": "99"}`, status: 404},
		{name: "no path", request: "POST /v1/nodes/manage", body: `{"node_index": "../Systems/1"}`, status: 404},
		{name: "a number", request: "POST /v1/nodes/manage", body: `{"node_index": 1}`, status: 400, says: "node_index is a number"},
		{name: "an unknown pod manager", request: "POST /v1/nodes/manage", body: `{"node_index": "1", "podm_id": "{nowhere}"}`, status: 404},
		{name: "no force of another kind", request: "DELETE /v1/nodes/{node}?force=maybe", status: 400, says: "true or false"},
		{name: "delete", request: "DELETE /v1/nodes/{node}?force=false", status: 200},
	})
	if len(pod.Nodes()) != 0 {
		t.Errorf("the pod has %v", pod.Nodes())
	}
}
