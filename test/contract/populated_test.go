package contract_test

import (
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// populated starts a service that has some of everything; ids has one of each
// under the name that paths have for it.
func populated(t *testing.T) *world {
	t.Helper()
	w, _ := withPod(t, podsim.Options{})
	w.prepare(t, func() { w.populate(t) })
	return w
}

// populate makes some of everything on the pod called pod.
func (w *world) populate(t *testing.T) {
	t.Helper()
	w.keep(t, "podm", w.call(t, "GET /v1/pod_managers/pod", ""))
	w.keep(t, "flavor", w.call(t, "POST /v1/flavors", `{"name": "small", "properties": {"processor": {"total_cores": "8"}}}`))
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web", "description": "front end"}`))
	w.keep(t, "storage", w.call(t, "POST /v1/storages", `{"name": "spare", "capacity_gib": 4}`))
	w.keep(t, "attachment", w.call(t, "POST /v1/storages", `{"name": "used", "capacity_gib": 2, "protocol": "NVMeOverFabrics"}`))
	w.call(t, "POST /v1/nodes/{node}/storages", `{"volumeId": "{attachment}"}`).want(t, 200)
	w.call(t, "POST /v1/devices/sync", "").want(t, 200)
	w.ids["device"] = w.call(t, "GET /v1/devices", "").objects(t)[0]["uuid"].(string)
	w.ids["system"] = w.call(t, "GET /v1/systems", "").objects(t)[0]["id"].(string)
	w.ids["rack"] = w.call(t, "GET /v1/racks", "").objects(t)[0]["id"].(string)
}

// body gives a body that the operation takes, or none where it takes none.
func (w *world) body(t *testing.T, op operation) string {
	t.Helper()
	if op.RequestBody.Content == nil {
		return ""
	}
	body, ok := map[string]string{
		"POST /v1/devices/sync":              `{"podm_id": "{podm}"}`,
		"POST /v1/flavors":                   `{"name": "f", "properties": {}}`,
		"PATCH /v1/flavors/{flavor}":         `{"description": "d"}`,
		"POST /v1/nodes":                     `{"name": "n"}`,
		"PATCH /v1/nodes/{node}":             `{"description": "d"}`,
		"POST /v1/nodes/manage":              `{"node_index": "1", "podm_id": "{podm}"}`,
		"POST /v1/nodes/{node}/action":       `{"Reset": {"Type": "On"}}`,
		"POST /v1/nodes/{node}/register":     `{}`,
		"POST /v1/nodes/{node}/storages":     `{"volumeId": "{attachment}"}`,
		"POST /v1/pod_managers":              podManager("new", "http://127.0.0.1:1"),
		"PATCH /v1/pod_managers/{podm}":      `{"description": "d"}`,
		"POST /v1/storages":                  `{"name": "s", "capacity_gib": 1}`,
		"PATCH /v1/storages/{storage}":       `{"description": "d"}`,
		"POST /v1/storages/{storage}/action": `{"Erase": {}}`,
	}[op.String()]
	if !ok {
		t.Fatalf("%s takes a body that these tests do not know of", op)
	}
	return body
}

// podManager is the body that registers one; the pod's own user may be admin.
func podManager(name, url string) string {
	return `{"name": "` + name + `", "url": "` + url + `", "driver": "redfishv1", "authentication": [` +
		`{"type": "basic", "auth_items": {"username": "admin", "password": "admin"}}]}`
}

// without gives the ids with one of them replaced.
func (w *world) without(name, id string) *world {
	other := *w
	other.ids = map[string]string{}
	for k, v := range w.ids {
		other.ids[k] = v
	}
	other.ids[name] = id
	return &other
}
