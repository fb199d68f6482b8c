package contract_test

import "testing"

func TestFlavors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const all = `"properties": {"memory": {"capacity_mib": "16384", "type": "DDR4"},
		"processor": {"total_cores": "8", "model": "Xeon Gold"}, "pci_device": {"type": ["SSD", "NIC"]}}`
	const kept = `"properties":{"memory":{"capacity_mib":"16384","type":"DDR4"},` +
		`"processor":{"total_cores":"8","model":"Xeon Gold"},"pci_device":{"type":["SSD","NIC"]}}`
	w.run(t, []exchange{
		{name: "none", request: "GET /v1/flavors", status: 200, says: "[]"},
		{name: "create", request: "POST /v1/flavors", body: `{"name": "small", "description": "a small one", ` + all + `}`,
			status: 200, says: kept, keep: "flavor"},
		{name: "the description is kept", request: "GET /v1/flavors/{flavor}", status: 200, says: `"description":"a small one"`},
		{name: "names need not be unique", request: "POST /v1/flavors", body: `{"name": "small", "properties": {}}`, status: 200, keep: "twin"},
		{name: "nor be there", request: "POST /v1/flavors", body: `{"name": "", "properties": {}}`, status: 200},
		{name: "numbers are strings", request: "POST /v1/flavors", body: `{"name": "f", "properties": {"memory": {"capacity_mib": 16}}}`,
			status: 400, says: "properties.memory.capacity_mib is a number; expected a string of 1 to 9 decimal digits"},
		{name: "of digits", request: "POST /v1/flavors", body: `{"name": "f", "properties": {"processor": {"total_cores": "abc"}}}`,
			status: 400, says: "properties.processor.total_cores"},
		{name: "groups are known", request: "POST /v1/flavors", body: `{"name": "f", "properties": {"remote_storage": {}}}`,
			status: 400, says: "unknown key"},
		{name: "properties are replaced as a whole", request: "PATCH /v1/flavors/{flavor}", body: `{"properties": {"memory": {"type": "DDR5"}}}`,
			status: 200, says: `"properties":{"memory":{"type":"DDR5"}}`},
		{name: "the rest stays", request: "GET /v1/flavors/{flavor}", status: 200, says: `"name":"small"`},
		{name: "rename by JSON Patch", request: "PATCH /v1/flavors/{flavor}", body: `[{"op": "replace", "path": "/name", "value": "tiny"}]`,
			headers: []string{"Content-Type", "application/json-patch+json"}, status: 200, says: `"name":"tiny"`},
		{name: "nobody forges what the service writes", request: "PATCH /v1/flavors/{flavor}",
			body: `{"uuid": "{twin}", "created_at": "2000-01-01 00:00:00 UTC"}`, status: 200, says: `"uuid":"{flavor}"`},
		{name: "and no other flavor is written over", request: "GET /v1/flavors/{twin}", status: 200, says: `"name":"small"`},
		{name: "delete", request: "DELETE /v1/flavors/{flavor}", status: 200, says: `"code":"DELETED","detail":"The flavor {flavor} was deleted."`},
		{name: "twice", request: "DELETE /v1/flavors/{flavor}", status: 404, says: "Resource could not be found"},
		{name: "change what is gone", request: "PATCH /v1/flavors/{flavor}", body: `{"name": "x"}`, status: 404},
	})
}

// A JSON Patch that cannot be done as it is written is 400.
func TestJSONPatch(t *testing.T) {
	t.Parallel()
	w := populated(t)
	for _, item := range []string{"/v1/flavors/{flavor}", "/v1/nodes/{node}", "/v1/pod_managers/{podm}", "/v1/storages/{storage}"} {
		patch := func(body string) reply {
			return w.call(t, "PATCH "+item, body, "Content-Type", "application/json-patch+json")
		}
		for _, wrong := range []string{
			`[{"op": "remove", "path": "/name", "value": null}]`, `[{"op": "replace", "path": "name", "value": "x"}]`,
			`[{"op": "replace", "path": "/name/0", "value": "x"}]`, `[{"op": "replace", "path": "/name"}]`,
			`[{"op": "replace", "path": "/name", "value": 1}]`, `[{"op": "replace", "path": "/surprise", "value": 1}]`,
			`[{"path": "/name", "value": "x"}]`, `[1]`, `[[]]`, `[null]`,
		} {
			patch(wrong).want(t, 400)
		}
		got := patch(`[{"op": "add", "path": "/description", "value": "one"}, {"op": "replace", "path": "/name", "value": "two"}]`).object(t)
		if got["description"] != "one" || got["name"] != "two" {
			t.Errorf("%s is %v", item, got)
		}
		before := got
		if after := patch(`[]`).object(t); after["name"] != before["name"] {
			t.Errorf("an empty patch makes %s %v", item, after)
		}
	}
}
