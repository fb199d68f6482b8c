package contract_test

import (
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

func TestPower(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{})
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`))
	reset := func(kind string) string { return `{"Reset": {"Type": "` + kind + `"}}` }
	const action = "POST /v1/nodes/{node}/action"
	for _, step := range []struct{ kind, state string }{
		{"On", "On"}, {"GracefulRestart", "On"}, {"ForceRestart", "On"}, {"Nmi", "On"}, {"GracefulShutdown", "Off"},
		{"ForceOn", "On"}, {"ForceOff", "Off"}, {"PushPowerButton", "On"},
	} {
		t.Run(step.kind, func(t *testing.T) {
			if got := w.call(t, action, reset(step.kind)).want(t, 204); got.body != "" || got.header.Get("Content-Type") != "application/json" {
				t.Errorf("got %q of type %q", got.body, got.header.Get("Content-Type"))
			}
			w.eventually(t, "GET /v1/nodes/{node}", `"node_power_state":"`+step.state+`"`)
		})
	}
	w.run(t, []exchange{
		{name: "what this pod lacks", request: action, body: reset("PowerCycle"), status: 400, says: "GracefulShutdown"},
		{name: "what no pod has", request: action, body: reset("Explode"), status: 400, says: "PowerCycle"},
		{name: "another case", request: action, body: reset("forceoff"), status: 400},
		{name: "no action", request: action, body: `{}`, status: 400, says: "names no action"},
		{name: "two actions", request: action, body: `{"Reset": {"Type": "On"}, "Boot": {"Enabled": "Once", "Target": "Pxe"}}`, status: 400, says: "2 actions"},
		{name: "wrong before unknown", request: "POST /v1/nodes/{nowhere}/action", body: `{"Reset": {}}`, status: 400, says: "Reset.Type is missing"},
	})
}

// A pod that offers little says what it offers.
func TestPowerThatThePodLacks(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{ResetTypes: []string{"On", "ForceOff"}})
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`))
	w.run(t, []exchange{
		{name: "has", request: "POST /v1/nodes/{node}/action", body: `{"Reset": {"Type": "On"}}`, status: 204},
		{name: "lacks", request: "POST /v1/nodes/{node}/action", body: `{"Reset": {"Type": "Nmi"}}`, status: 400, says: "On, ForceOff"},
	})
}

func TestBoot(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{})
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`))
	boot := func(enabled, target string) string {
		return `{"Boot": {"Enabled": "` + enabled + `", "Target": "` + target + `"}}`
	}
	w.run(t, []exchange{
		{name: "once", request: "POST /v1/nodes/{node}/action", body: boot("Once", "Pxe"), status: 204},
		{name: "shows", request: "GET /v1/nodes/{node}", status: 200, says: `"target_boot_source":"Pxe"`},
		{name: "always", request: "POST /v1/nodes/{node}/action", body: boot("Continuous", "Hdd"), status: 204},
		{name: "not", request: "POST /v1/nodes/{node}/action", body: boot("Disabled", "None"), status: 204},
		{name: "a target that the pod lacks", request: "POST /v1/nodes/{node}/action", body: boot("Once", "Floppy"), status: 400, says: "Pxe"},
		{name: "another word", request: "POST /v1/nodes/{node}/action", body: boot("Sometimes", "Pxe"), status: 400, says: "Boot.Enabled"},
		{name: "half of it", request: "POST /v1/nodes/{node}/action", body: `{"Boot": {"Enabled": "Once"}}`, status: 400, says: "Boot.Target is missing"},
	})
}

func TestDevices(t *testing.T) {
	t.Parallel()
	w, pod := withPod(t, podsim.Options{})
	w.run(t, []exchange{
		{name: "none", request: "GET /v1/devices", status: 200, says: "[]"},
		{name: "sync", request: "POST /v1/devices/sync", status: 200, says: `[{"podm_id":"{podm}","status":"SUCCESS"}]`},
		{name: "sync with an empty body", request: "POST /v1/devices/sync", body: "{}", status: 200, says: "SUCCESS"},
		{name: "sync one", request: "POST /v1/devices/sync", body: `{"podm_id": "{podm}"}`, status: 200, says: "SUCCESS"},
		{name: "sync one by name", request: "POST /v1/devices/sync", body: `{"podm_id": "pod"}`, status: 200, says: "SUCCESS"},
		{name: "sync an unknown one", request: "POST /v1/devices/sync", body: `{"podm_id": "{nowhere}"}`, status: 200, says: `"podm_id":"{nowhere}","status":"FAILED"`},
		{name: "sync a number", request: "POST /v1/devices/sync", body: `{"podm_id": 1}`, status: 400},
		{name: "sync an array", request: "POST /v1/devices/sync", body: `[]`, status: 400},
	})
	devices := w.call(t, "GET /v1/devices?type=SSD&state=free", "").objects(t)
	if len(devices) != 4 {
		t.Fatalf("there are %v", devices)
	}
	w.ids["device"], w.ids["group"] = text(devices[0]["uuid"]), text(devices[0]["pooled_group_id"])
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`))
	w.keep(t, "other", w.call(t, "POST /v1/nodes", `{"name": "db"}`))
	const attach, detach = `{"attach": {"resource_id": "{device}"}}`, `{"detach": {"resource_id": "{device}"}}`
	w.run(t, []exchange{
		{name: "show", request: "GET /v1/devices/{device}", status: 200, says: `"node_id":null,"type":"SSD","state":"free"`},
		{name: "attach", request: "POST /v1/nodes/{node}/action", body: attach, status: 204},
		{name: "attached", request: "GET /v1/devices/{device}", status: 200, says: `"node_id":"1","type":"SSD","state":"allocated"`},
		{name: "among the assets", request: "GET /v1/nodes/{node}/assets", status: 200, says: `"pooled_resource":true`},
		{name: "attach twice", request: "POST /v1/nodes/{node}/action", body: attach, status: 409},
		{name: "attach elsewhere", request: "POST /v1/nodes/{other}/action", body: attach, status: 409},
		{name: "detach elsewhere", request: "POST /v1/nodes/{other}/action", body: detach, status: 409},
		{name: "sync finds it", request: "POST /v1/devices/sync", status: 200, says: "SUCCESS"},
		{name: "as it was", request: "GET /v1/devices?node_id=1", status: 200, says: "{device}"},
		{name: "detach", request: "POST /v1/nodes/{node}/action", body: detach, status: 204},
		{name: "detach twice", request: "POST /v1/nodes/{node}/action", body: detach, status: 204},
		{name: "free", request: "GET /v1/devices/{device}", status: 200, says: `"state":"free"`},
		{name: "attach what is not", request: "POST /v1/nodes/{node}/action", body: `{"attach": {"resource_id": "{nowhere}"}}`, status: 404, says: "device"},
		{name: "detach what is not", request: "POST /v1/nodes/{node}/action", body: `{"detach": {"resource_id": "no-such"}}`, status: 404, says: "device"},
		{name: "as the documents had it", request: "POST /v1/nodes/{node}/action", body: `{"attach": {"uuid": "{device}"}}`, status: 400, says: "attach has an unknown key"},
		{name: "by requirement", request: "POST /v1/nodes", body: `{"name": "n", "properties": {"pci_device": {"type": ["GPU"]}}}`, status: 400, says: "leave it out"},
	})
	if free := len(pod.FreePooledDevices()); free != 6 {
		t.Errorf("%d devices are free", free)
	}
}

// An action on a node that is on its way is a conflict, and waits for nobody.
func TestActionsWhileComposing(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{AssembleDelay: 2 * time.Second})
	w.call(t, "POST /v1/devices/sync", "")
	w.ids["device"] = text(w.call(t, "GET /v1/devices?type=SSD", "").objects(t)[0]["uuid"])
	w.keep(t, "storage", w.call(t, "POST /v1/storages", `{"name": "data", "capacity_gib": 1}`))
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`, async...))
	w.run(t, []exchange{
		{name: "Reset", request: "POST /v1/nodes/{node}/action", body: `{"Reset": {"Type": "On"}}`, status: 409},
		{name: "Boot", request: "POST /v1/nodes/{node}/action", body: `{"Boot": {"Enabled": "Once", "Target": "Pxe"}}`, status: 409},
		{name: "attach", request: "POST /v1/nodes/{node}/action", body: `{"attach": {"resource_id": "{device}"}}`, status: 409},
		{name: "attach a storage", request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{storage}"}`, status: 409},
	})
}
