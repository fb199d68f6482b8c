package httpapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
)

func TestFlavors(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	collection := w.base + "/v1/flavors"

	created := call(t, "POST", collection, `{"name":"small-xeon","description":"for the web","properties":{
		"memory":{"capacity_mib":"16384","type":"DDR4"},"processor":{"total_cores":"8","model":"Xeon Gold"}}}`).
		object(t, 200)
	id := takeVarying(t, created)
	want := map[string]any{
		"name": "small-xeon", "description": "for the web", "properties": map[string]any{
			"memory":    map[string]any{"capacity_mib": "16384", "type": "DDR4"},
			"processor": map[string]any{"total_cores": "8", "model": "Xeon Gold"},
		},
	}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	item := collection + "/" + id + "/" // a trailing slash makes no difference

	want["properties"] = map[string]any{"pci_device": map[string]any{"type": []any{"SSD"}}}
	want["description"] = ""
	changed := call(t, "PATCH", item, `{"uuid":"`+uuid.NewString()+`","created_at":"1970-01-01 00:00:00 UTC",
		"description":"","properties":{"pci_device":{"type":["SSD"]}}}`).object(t, 200)
	createdAt := changed["created_at"]
	if got := takeVarying(t, changed); got != id || createdAt == "1970-01-01 00:00:00 UTC" {
		t.Errorf("the change forged uuid %s or created_at %v", got, createdAt)
	}
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	shown := call(t, "GET", item, "{}").object(t, 200)
	takeVarying(t, shown)
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}

	second := takeVarying(t, call(t, "POST", collection+"/", `{"name":"small-xeon","properties":{}}`).object(t, 200))
	listed := call(t, "GET", collection+"?sort=created_at", "{}").objects(t)
	if len(listed) != 2 || takeVarying(t, listed[0]) != id || takeVarying(t, listed[1]) != second {
		t.Errorf("listed %v", listed)
	}

	twice := `{"properties":{"memory":{"type":"DDR4"}},"properties":{"memory":{"capacity_mib":"5"}}}`
	call(t, "PATCH", item, twice).failure(t, 400, "Validation Error", `the body has the key "properties" twice in one object`)

	got := call(t, "DELETE", item, "{}")
	confirmation := map[string]any{
		"request_id": got.header.Get("X-Openstack-Request-Id"), "code": "DELETED", "detail": "The flavor " + id + " was deleted.",
	}
	if diff := cmp.Diff(confirmation, got.object(t, 200)); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		call(t, method, item, "{}").object(t, 404)
		call(t, method, collection+"/large-xeon", "{}").failure(t, 404, notFound, `flavor "large-xeon" does not exist`)
	}
	call(t, "POST", collection, `{"name":"a","properties":{"memory":{"capacity_mib":16384}}}`).failure(t, 400, "Validation Error",
		"properties.memory.capacity_mib is a number; expected a string of 1 to 9 decimal digits")
	call(t, "POST", collection, `{"name":`).failure(t, 400, "Validation Error", "the body is not JSON: it breaks at byte 8")
}
