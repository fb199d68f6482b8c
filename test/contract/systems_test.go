package contract_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

func TestSystems(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{})
	if err := pod.SetHealth("2", "Critical"); err != nil {
		t.Fatal(err)
	}
	all := w.call(t, "GET /v1/systems", "").objects(t)
	if len(all) != 8 {
		t.Fatalf("there are %d systems", len(all))
	}
	w.ids["uuid"], w.ids["name"] = text(all[0]["uuid"]), text(all[0]["Name"])
	w.run(t, []exchange{
		{name: "quantities are strings", request: "GET /v1/systems", status: 200, says: `"cpu":{"cores":"8"`},
		{name: "podm_id in the body", request: "GET /v1/systems", body: `{"podm_id": "{podm}"}`, status: 200, says: "{uuid}"},
		{name: "an unknown one in the body", request: "GET /v1/systems", body: `{"podm_id": "{nowhere}"}`, status: 404},
		{name: "the query counts", request: "GET /v1/systems?podm_id=pod", body: `{"podm_id": "{nowhere}"}`, status: 200, says: "{uuid}"},
		{name: "an unknown one in the query", request: "GET /v1/systems?podm_id={nowhere}", status: 404},
		{name: "a body of another shape", request: "GET /v1/systems", body: `{"podm_id": 1}`, status: 400},
		{name: "a body that is no JSON", request: "GET /v1/systems", body: `{`, status: 400},
		{name: "by id", request: "GET /v1/systems/1", status: 200, says: "{uuid}"},
		{name: "by UUID", request: "GET /v1/systems/{uuid}", status: 200, says: "{uuid}"},
		{name: "with podm_id in the body", request: "GET /v1/systems/1", body: `{"podm_id": "pod"}`, status: 200, says: "{uuid}"},
		{name: "on an unknown one", request: "GET /v1/systems/1", body: `{"podm_id": "{nowhere}"}`, status: 404},
		{name: "its inventory", request: "GET /v1/systems/1/inventory", status: 200, says: `"total_memory_mb":8192`},
		{name: "that with podm_id", request: "GET /v1/systems/1/inventory?podm_id=pod", status: 200, says: `"storage":[{`},
		{name: "that on an unknown one", request: "GET /v1/systems/1/inventory?podm_id={nowhere}", status: 404},
		{name: "by a property of Redfish", request: "GET /v1/systems?Status/Health=critical", status: 200, says: `"id":"2"`},
		{name: "that nobody has", request: "GET /v1/systems?Status/Health=Purple", status: 200, says: "[]"},
		{name: "several at once", request: "GET /v1/systems?Status/Health=Critical&ram=1000000", status: 200, says: "[]"},
	})
	sick := w.call(t, "GET /v1/systems?Status/Health=critical", "").objects(t)
	if diff := cmp.Diff(w.call(t, "GET /v1/systems?health=Critical", "").objects(t), sick); diff != "" || len(sick) != 1 {
		t.Errorf("two ways to ask for one thing:\n%s", diff)
	}
}

func TestRacks(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{})
	racks := w.call(t, "GET /v1/racks", "").objects(t)
	if len(racks) != 2 || len(racks[0]["systems"].([]any)) != 4 || len(racks[1]["systems"].([]any)) != 4 {
		t.Fatalf("there are %v", racks)
	}
	w.ids["rack"] = text(racks[0]["id"])
	if _, detail := racks[0]["serial_number"]; detail {
		t.Errorf("nobody asked for %v", racks[0])
	}
	w.run(t, []exchange{
		{name: "in detail", request: "GET /v1/racks?show_detail=true", status: 200, says: `"serial_number":`},
		{name: "in detail by the body", request: "GET /v1/racks", body: `{"podm_id": "{podm}", "show_detail": true}`, status: 200, says: `"serial_number":`},
		{name: "the query counts", request: "GET /v1/racks?show_detail=false&fields=id", body: `{"show_detail": true}`, status: 200, says: `[{"id":"{rack}"}`},
		{name: "another word", request: "GET /v1/racks?show_detail=yes", status: 400, says: "true or false"},
		{name: "another type", request: "GET /v1/racks", body: `{"show_detail": "true"}`, status: 400, says: "show_detail is a string"},
		{name: "an unknown pod manager", request: "GET /v1/racks", body: `{"podm_id": "{nowhere}"}`, status: 404},
		{name: "one", request: "GET /v1/racks/{rack}", status: 200, says: `"manufacturer":`},
		{name: "one of an unknown pod manager", request: "GET /v1/racks/{rack}?podm_id={nowhere}", status: 404},
		{name: "by a property of Redfish", request: "GET /v1/racks?ChassisType=rack", status: 200, says: `"id":"{rack}"`},
		{name: "that none has", request: "GET /v1/racks?ChassisType=Sled", status: 200, says: "[]"},
	})
}
