package contract_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// troubled gives the requests that cannot do without the pod.
func troubled() []exchange {
	return []exchange{
		{request: "POST /v1/nodes", body: `{"name": "n", "podm_id": "{podm}"}`},
		{request: "GET /v1/nodes/{node}"},
		{request: "GET /v1/nodes/{node}/assets"},
		{request: "DELETE /v1/nodes/{node}"},
		{request: "POST /v1/nodes/{node}/action", body: `{"Reset": {"Type": "On"}}`},
		{request: "POST /v1/nodes/{node}/action", body: `{"Boot": {"Enabled": "Once", "Target": "Pxe"}}`},
		{request: "POST /v1/nodes/manage", body: `{"node_index": "7", "podm_id": "{podm}"}`},
		{request: "POST /v1/nodes/{node}/storages", body: `{"volumeId": "{storage}"}`},
		{request: "POST /v1/storages", body: `{"name": "s", "capacity_gib": 1, "podm_id": "{podm}"}`},
		{request: "GET /v1/storages/{storage}"},
		{request: "DELETE /v1/storages/{storage}"},
		{request: "POST /v1/storages/{storage}/action", body: `{"Erase": {}}`},
		{request: "GET /v1/systems?podm_id={podm}"},
		{request: "GET /v1/systems/1?podm_id={podm}"},
		{request: "GET /v1/systems/1/inventory?podm_id={podm}"},
		{request: "GET /v1/racks?podm_id={podm}"},
		{request: "GET /v1/racks/1?podm_id={podm}"},
		{request: "GET /v1/pod_managers/{podm}/pools"},
		{request: "DELETE /v1/pod_managers/{podm}?nodes=decompose"},
	}
}

// Each kind of trouble with a pod has a status of its own, wherever it is met.
func TestPodTrouble(t *testing.T) {
	t.Parallel()
	for _, trouble := range []struct {
		name   string
		status int
		fault  func(broken *atomic.Bool, hang chan struct{}) func(*http.Request) podsim.Fault
	}{
		{"fails", http.StatusBadGateway, func(broken *atomic.Bool, _ chan struct{}) func(*http.Request) podsim.Fault {
			return func(*http.Request) podsim.Fault {
				if broken.Load() {
					return podsim.Fault{Status: http.StatusInternalServerError}
				}
				return podsim.Fault{}
			}
		}},
		{"does not answer", http.StatusServiceUnavailable, func(broken *atomic.Bool, hang chan struct{}) func(*http.Request) podsim.Fault {
			return func(r *http.Request) podsim.Fault {
				if broken.Load() {
					select {
					case <-hang:
					case <-r.Context().Done():
					}
				}
				return podsim.Fault{}
			}
		}},
		{"is down", http.StatusServiceUnavailable, nil},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			t.Parallel()
			var broken atomic.Bool
			hang := make(chan struct{})
			t.Cleanup(func() { close(hang) })
			o := podsim.Options{}
			if trouble.fault != nil {
				o.Fault = trouble.fault(&broken, hang)
			}
			w, pod := withPod(t, o, "PODM_REQUEST_TIMEOUT=1", "PODM_SLOW_TIMEOUT=1", "TIMEOUT=5")
			w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`))
			w.keep(t, "storage", w.call(t, "POST /v1/storages", `{"name": "data", "capacity_gib": 1}`))
			w.AddPod("healthy", podsim.Options{})
			if broken.Store(true); trouble.fault == nil {
				if err := pod.Close(); err != nil {
					t.Fatal(err)
				}
			}
			for _, e := range troubled() {
				got := w.call(t, e.request, e.body)
				if got.status != trouble.status {
					t.Errorf("%s answers %d %s, want %d", e.request, got.status, got.body, trouble.status)
				}
			}
			w.checkWithoutPod(t)
			broken.Store(false)
		})
	}
}

// checkWithoutPod asks for what can be had without the pod.
func (w *world) checkWithoutPod(t *testing.T) {
	t.Helper()
	for request, healthy := range map[string]int{"/v1/systems": 8, "/v1/racks": 2} {
		got := w.call(t, "GET "+request, "").want(t, 200)
		if got.header.Get("Valence-Incomplete") == "" || len(got.objects(t)) != healthy {
			t.Errorf("%s does not say that something is missing: %s", request, got.body)
		}
	}
	if got := w.call(t, "POST /v1/devices/sync", "").body; !strings.Contains(got, `"FAILED"`) || !strings.Contains(got, `"SUCCESS"`) {
		t.Errorf("sync answers %s", got)
	}
	w.call(t, "DELETE /v1/pod_managers/{podm}", "").want(t, http.StatusConflict)
	w.call(t, "GET /v1/nodes", "").want(t, 200)
	w.call(t, "PATCH /v1/nodes/{node}", `{"name": "other"}`).want(t, 200)
	w.call(t, "DELETE /v1/nodes/{node}?force=true", "").want(t, 200)
	w.call(t, "DELETE /v1/storages/{storage}?force=true", "").want(t, 200)
	w.call(t, "DELETE /v1/pod_managers/{podm}?nodes=forget", "").want(t, 200)
}
