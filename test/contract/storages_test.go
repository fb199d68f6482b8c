package contract_test

import (
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

func TestStorages(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{})
	pools := w.call(t, "GET /v1/pod_managers/{podm}/pools", "").objects(t)
	w.ids["pool"] = text(pools[1]["resource_uri"])
	w.run(t, []exchange{
		{name: "none", request: "GET /v1/storages", status: 200, says: "[]"},
		{name: "create", request: "POST /v1/storages", keep: "storage", status: 200,
			body: `{"name": "data", "description": "of the web", "podm_id": "pod", "capacity_gib": 10, "protocol": "NVMeOverFabrics"}`,
			says: `"state":"available","capacity_gib":10,"protocol":"NVMeOverFabrics"`},
		{name: "show", request: "GET /v1/storages/{storage}", status: 200, says: `"health_status":"OK"`},
		{name: "out of a pool", request: "POST /v1/storages", body: `{"name": "logs", "capacity_gib": 1, "pool": "{pool}"}`, status: 200,
			says: `"pool":"{pool}"`, keep: "logs"},
		{name: "out of no pool", request: "POST /v1/storages", body: `{"name": "x", "capacity_gib": 1, "pool": "none"}`, status: 400, says: "BasePool"},
		{name: "another protocol", request: "POST /v1/storages", body: `{"name": "x", "capacity_gib": 1, "protocol": "pigeons"}`, status: 400, says: "NVMeOverFabrics, iSCSI"},
		{name: "too large", request: "POST /v1/storages", body: `{"name": "x", "capacity_gib": 1048576}`, status: 409, says: "Not enough hardware"},
		{name: "larger than anything", request: "POST /v1/storages", body: `{"name": "x", "capacity_gib": 1048577}`, status: 400, says: "capacity_gib"},
		{name: "nothing", request: "POST /v1/storages", body: `{"name": "x", "capacity_gib": 0}`, status: 400, says: "capacity_gib"},
		{name: "a string", request: "POST /v1/storages", body: `{"name": "x", "capacity_gib": "1"}`, status: 400, says: "capacity_gib is a string"},
		{name: "change", request: "PATCH /v1/storages/{storage}", body: `{"name": "db", "erase_on_detach": true}`, status: 200, says: `"erase_on_detach":true`},
		{name: "erase", request: "POST /v1/storages/{storage}/action", body: `{"Erase": {}}`, status: 204},
		{name: "erased", request: "GET /v1/storages/{storage}", status: 200, says: `"erased":true`},
		{name: "another action", request: "POST /v1/storages/{storage}/action", body: `{"Burn": {}}`, status: 400},
		{name: "delete", request: "DELETE /v1/storages/{storage}", status: 200, says: `"code":"DELETED"`},
		{name: "twice", request: "DELETE /v1/storages/{storage}", status: 404},
		{name: "force another word", request: "DELETE /v1/storages/{logs}?force=1", status: 400},
		{name: "forget", request: "DELETE /v1/storages/{logs}?force=true", status: 200},
		{name: "forgotten", request: "GET /v1/storages", status: 200, says: "[]"},
	})
	if len(pod.Volumes()) != 1 {
		t.Errorf("the pod has %v", pod.Volumes())
	}
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{EraseDelay: 300 * time.Millisecond})
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`))
	w.keep(t, "other", w.call(t, "POST /v1/nodes", `{"name": "db"}`))
	for _, name := range []string{"one", "two", "three"} {
		w.keep(t, name, w.call(t, "POST /v1/storages", `{"name": "`+name+`", "capacity_gib": 1, "protocol": "NVMeOverFabrics"}`))
	}
	w.keep(t, "iscsi", w.call(t, "POST /v1/storages", `{"name": "iscsi", "capacity_gib": 1, "protocol": "iSCSI"}`))
	w.run(t, []exchange{
		{name: "none", request: "GET /v1/nodes/{node}/storages", status: 200, says: "[]"},
		{name: "attach", request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{one}"}`, status: 200,
			says: `"id":"{one}","volumeId":"{one}","serverId":"{node}"`},
		{name: "attach twice", request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{one}"}`, status: 200, says: `"state":"attached"`},
		{name: "in the envelope of the document", request: "POST /v1/nodes/{node}/storages", body: `{"storagevolumeAttachment": {"deviceId": "two"}}`, status: 200, says: "{two}"},
		{name: "by the action", request: "POST /v1/nodes/{node}/action", body: `{"attach": {"resource_id": "three"}}`, status: 204},
		{name: "list", request: "GET /v1/nodes/{node}/storages?volumeId={two}", status: 200, says: "{two}"},
		{name: "show", request: "GET /v1/nodes/{node}/storages/{one}", status: 200, says: `"state":"attached"`},
		{name: "on another node", request: "GET /v1/nodes/{other}/storages/{one}", status: 404},
		{name: "elsewhere", request: "POST /v1/nodes/{other}/storages", body: `{"volumeId": "{one}"}`, status: 409},
		{name: "not from elsewhere", request: "DELETE /v1/nodes/{other}/storages/{one}", status: 404},
		{name: "not what is unknown", request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{nowhere}"}`, status: 404},
		{name: "not two", request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{one}", "deviceId": "{two}"}`, status: 400, says: "several"},
		{name: "not none", request: "POST /v1/nodes/{node}/storages", body: `{}`, status: 400, says: "no storage"},
		{name: "what the pod cannot attach", request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{iscsi}"}`, status: 400},
		{name: "and leaves alone", request: "GET /v1/storages/{iscsi}", status: 200, says: `"state":"available"`},
		{name: "no delete of what is attached", request: "DELETE /v1/storages/{one}", status: 409, says: "Conflict"},
		{name: "not by force", request: "DELETE /v1/storages/{one}?force=true", status: 409},
		{name: "no erase of what is attached", request: "POST /v1/storages/{one}/action", body: `{"Erase": {}}`, status: 409},
		{name: "detach", request: "DELETE /v1/nodes/{node}/storages/{one}", status: 200, says: `"detail":"The storage was detached."`},
		{name: "detach twice", request: "DELETE /v1/nodes/{node}/storages/{one}", status: 404},
		{name: "detach by the action", request: "POST /v1/nodes/{node}/action", body: `{"detach": {"resource_id": "{three}"}}`, status: 204},
		{name: "erase from now on", request: "PATCH /v1/storages/{two}", body: `{"erase_on_detach": true}`, status: 200},
		{name: "detach and erase", request: "DELETE /v1/nodes/{node}/storages/{two}", status: 200},
		{name: "while it is erased", request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{two}"}`, status: 409},
	})
	if got := w.eventually(t, "GET /v1/storages/{two}", `"state":"available"`).object(t); got["erased"] != true {
		t.Errorf("after it was detached: %v", got)
	}
	w.run(t, []exchange{
		{name: "attach again", request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{two}"}`, status: 200},
		{name: "delete the node", request: "DELETE /v1/nodes/{node}", status: 200},
		{name: "the storage stays", request: "GET /v1/storages/{two}", status: 200, says: `"node_id":null`},
	})
	if len(pod.Volumes()) != 4 {
		t.Errorf("the pod has %v", pod.Volumes())
	}
}

// A pod without pooled storage says so.
func TestPodWithoutStorage(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{Topology: podsim.Topology{StorageServices: []podsim.StorageService{}}})
	w.run(t, []exchange{
		{name: "pools", request: "GET /v1/pod_managers/{podm}/pools", status: 200, says: "[]"},
		{name: "create", request: "POST /v1/storages", body: `{"name": "x", "capacity_gib": 1}`, status: 400, says: "storage"},
		{name: "nothing is left", request: "GET /v1/storages", status: 200, says: "[]"},
	})
}
