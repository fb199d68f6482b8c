package contract_test

import (
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/stack"
)

func TestPodManagers(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{})
	o := podsim.Options{Username: "ops", Password: "s3cret-Pa55"}
	w.ids["second"] = w.StartPod(o).URL
	w.ids["third"] = w.StartPod(o).URL
	register := stack.Registration("row4", "{second}", o)
	w.run(t, []exchange{
		{name: "register", request: "POST /v1/pod_managers", body: register, status: 200, says: `"status":"Online"`, keep: "row4"},
		{name: "the password is masked", request: "GET /v1/pod_managers/row4", status: 200,
			says: `"authentication":[{"type":"basic","auth_items":{"username":"ops","password":"***"}}]`},
		{name: "the name is taken", request: "POST /v1/pod_managers", body: podManager("row4", "http://127.0.0.1:1"), status: 409, says: "row4"},
		{name: "the URL is taken", request: "POST /v1/pod_managers", body: podManager("row5", "{second}/"), status: 409},
		{name: "an unknown driver", request: "POST /v1/pod_managers", body: strings.Replace(podManager("row5", "http://127.0.0.1:1"), "redfishv1", "carrier-pigeon", 1),
			status: 400, says: "driver"},
		{name: "no driver is the default", request: "POST /v1/pod_managers", body: strings.Replace(podManager("plain", "http://127.0.0.1:2"), `"driver": "redfishv1", `, "", 1),
			status: 200, says: `"driver":"redfishv1"`, keep: "plain"},
		{name: "one that is down is registered", request: "GET /v1/pod_managers/plain", status: 200, says: `"status":"Offline"`},
		{name: "a URL with a path", request: "POST /v1/pod_managers", body: podManager("row5", "{second}/redfish/v1"), status: 400, says: "url"},
		{name: "wrong credentials", request: "POST /v1/pod_managers", body: podManager("stranger", "{third}"), status: 200, says: `"status":"Offline"`},
		{name: "no basic authentication", request: "POST /v1/pod_managers", body: strings.Replace(podManager("row5", "http://127.0.0.1:1"), "basic", "digest", 1), status: 400},
		{name: "no authentication", request: "POST /v1/pod_managers", body: `{"name": "row5", "url": "http://127.0.0.1:1", "authentication": []}`, status: 400},
		{name: "no URL", request: "POST /v1/pod_managers", body: podManager("row5", "rack.example"), status: 400, says: "url"},
		{name: "a URL with a password", request: "POST /v1/pod_managers", body: podManager("row5", "http://u:p@rack.example"), status: 400, says: "url"},
		{name: "no certificate", request: "PATCH /v1/pod_managers/{row4}", body: `{"ca_certificate": "none"}`, status: 400, says: "ca_certificate"},
		{name: "change", request: "PATCH /v1/pod_managers/{row4}", body: `{"name": "row6", "location": "hall 2", "status": "Offline", "uuid": "{nowhere}"}`,
			status: 200, says: `"status":"Online"`},
		{name: "what stayed", request: "GET /v1/pod_managers/{row4}", status: 200, says: `"location":"hall 2"`},
		{name: "a name that is taken", request: "PATCH /v1/pod_managers/{row4}", body: `{"name": "pod"}`, status: 409},
		{name: "a URL that is taken", request: "PATCH /v1/pod_managers/{row4}", body: `{"url": "{pod_url}"}`, status: 409},
		{name: "the mask is no password", request: "PATCH /v1/pod_managers/{row4}",
			body: `{"authentication": [{"type": "basic", "auth_items": {"username": "ops", "password": "***"}}]}`, status: 400, says: "mask"},
		{name: "other credentials", request: "PATCH /v1/pod_managers/{row4}",
			body: `{"authentication": [{"type": "basic", "auth_items": {"username": "ops", "password": "wrong"}}]}`, status: 200, says: `"status":"Offline"`},
		{name: "pools", request: "GET /v1/pod_managers/{podm}/pools", status: 200, says: `"protocol":"NVMeOverFabrics"`},
		{name: "remove", request: "DELETE /v1/pod_managers/{row4}", status: 200, says: `"code":"","detail":"DELETED"`},
		{name: "twice", request: "DELETE /v1/pod_managers/{row4}", status: 404},
	})
	if free := len(pod.FreeSystems()); free != 8 {
		t.Errorf("%d systems are free", free)
	}
}

// A pod manager with nodes or storages goes only with an answer to the
// question what becomes of them.
func TestRemovePodManager(t *testing.T) {
	t.Parallel()
	for how, machines := range map[string]int{"decompose": 0, "forget": 1} {
		t.Run(how, func(t *testing.T) {
			w, pod := withPod(t, podsim.Options{})
			w.run(t, []exchange{
				{name: "compose", request: "POST /v1/nodes", body: `{"name": "web"}`, status: 200, keep: "node"},
				{name: "store", request: "POST /v1/storages", body: `{"name": "data", "capacity_gib": 1}`, status: 200, keep: "storage"},
				{name: "refused", request: "DELETE /v1/pod_managers/{podm}", status: 409, says: "Conflict"},
				{name: "another word", request: "DELETE /v1/pod_managers/{podm}?nodes=burn", status: 400, says: "decompose or forget"},
				{name: "cleared", request: "DELETE /v1/pod_managers/{podm}?nodes=" + how, status: 200, says: `"detail":"DELETED"`},
				{name: "no node", request: "GET /v1/nodes/{node}", status: 404},
				{name: "no storage", request: "GET /v1/storages/{storage}", status: 404},
				{name: "no pod manager", request: "GET /v1/pod_managers/{podm}", status: 404},
			})
			if len(pod.Nodes()) != machines || len(pod.Volumes()) != machines {
				t.Errorf("the pod has %d machines and %d volumes, want %d", len(pod.Nodes()), len(pod.Volumes()), machines)
			}
		})
	}
}
