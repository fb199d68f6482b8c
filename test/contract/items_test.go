package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// Every part of every path that names something is 404 where there is no such
// thing, by UUID and by name.
func TestUnknown(t *testing.T) {
	t.Parallel()
	w := populated(t)
	for _, op := range w.spec.operations() {
		for _, part := range op.keys("path") {
			for _, word := range []string{nowhere, "no-such-name"} {
				got := w.without(part, word).call(t, op.String(), w.body(t, op)).want(t, http.StatusNotFound)
				if title := got.problem(t)["title"]; title != "Resource could not be found" {
					t.Errorf("%s has the title %q", got.request, title)
				}
			}
		}
	}
}

// Whatever has a name can be called by it; what changes or removes comes last.
func TestNames(t *testing.T) {
	t.Parallel()
	w := populated(t)
	byName := *w
	byName.ids = map[string]string{
		"podm": "pod", "flavor": "small", "node": "web", "storage": "spare", "attachment": "used", "device": w.ids["device"],
		"system": w.call(t, "GET /v1/systems/{system}", "").object(t)["Name"].(string),
		"rack":   w.call(t, "GET /v1/racks/{rack}", "").object(t)["name"].(string),
	}
	for name, id := range byName.ids {
		byName.ids[name] = strings.ReplaceAll(id, " ", "%20")
	}
	for _, methods := range []string{"GET PATCH POST", "DELETE"} {
		for _, op := range w.spec.operations() {
			if !strings.Contains(methods, op.method) || len(op.keys("path")) == 0 || strings.HasSuffix(op.path, "/register") {
				continue
			}
			if op.path == "/v1/nodes/{node}" || op.path == "/v1/pod_managers/{podm}" && op.method == http.MethodDelete {
				continue // what hangs on them comes after them
			}
			if got := byName.call(t, op.String(), w.body(t, op)); got.status >= 300 {
				t.Errorf("%s by name: %d %s", op, got.status, got.body)
			}
		}
	}
	for _, request := range []string{"GET /v1/nodes/{node}", "DELETE /v1/nodes/{node}", "DELETE /v1/pod_managers/{podm}?nodes=forget"} {
		byName.call(t, request, "").want(t, 200)
	}
	byName.call(t, "GET /v1/nodes/{node}", "").want(t, 404)
}

// UUIDs are the same in either case, and take precedence over names.
func TestUUIDsInPaths(t *testing.T) {
	t.Parallel()
	w := populated(t)
	w.ids["capitals"] = strings.ToUpper(w.ids["flavor"])
	w.run(t, []exchange{
		{name: "capitals", request: "GET /v1/flavors/{capitals}", status: 200, says: "{flavor}"},
		{name: "named like a UUID", request: "POST /v1/flavors", body: `{"name": "{nowhere}", "properties": {}}`, status: 200},
		{name: "which nobody has", request: "GET /v1/flavors/{nowhere}", status: 404},
	})
}

// A name that several have is a conflict that lists them.
func TestAmbiguousNames(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{})
	w.AddPod("other", podsim.Options{Seed: 7})
	twins := []exchange{
		{request: "POST /v1/flavors", body: `{"name": "twin", "properties": {}}`},
		{request: "POST /v1/nodes", body: `{"name": "twin", "podm_id": "pod"}`},
		{request: "POST /v1/storages", body: `{"name": "twin", "podm_id": "pod", "capacity_gib": 1}`},
	}
	for _, twin := range twins {
		for range 2 {
			w.call(t, twin.request, twin.body).want(t, 200)
		}
	}
	for name, id := range map[string]string{"flavor": "twin", "node": "twin", "storage": "twin", "attachment": "twin", "system": "1",
		"rack": w.call(t, "GET /v1/racks?podm_id=pod", "").objects(t)[0]["id"].(string)} {
		w.ids[name] = id
	}
	for _, op := range w.spec.operations() {
		parts := op.keys("path")
		if len(parts) == 0 || parts[0] == "podm" || parts[0] == "device" { // those cannot be ambiguous
			continue
		}
		got := w.call(t, op.String(), w.body(t, op)).want(t, http.StatusConflict)
		if !strings.Contains(got.body, "there are 2 ") && !strings.Contains(got.body, "several") {
			t.Errorf("%s does not say that there are several: %s", got.request, got.body)
		}
	}
	one := w.call(t, "GET /v1/systems/1?podm_id=other", "").object(t)
	if inBody := w.call(t, "GET /v1/systems/1", `{"podm_id": "other"}`).object(t); inBody["uuid"] != one["uuid"] {
		t.Errorf("podm_id in the query finds %v, in the body %v", one["uuid"], inBody["uuid"])
	}
	w.call(t, "GET /v1/racks/{rack}?podm_id=other", "").want(t, 200)
}
