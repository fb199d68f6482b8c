package composition_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim/clock"
	"github.com/valence-rsd/valence/podsim/composition"
)

// ask sends a request without a socket and checks what holds of every answer.
func ask(t *testing.T, pod *composition.Pod, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	pod.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	if w.Code < 200 || w.Code > 599 || w.Code == http.StatusInternalServerError {
		t.Fatalf("%s %s with %q: status %d %s", method, path, body, w.Code, w.Body)
	}
	return w
}

// FuzzRequests sends what clients could send to everything that reads a body. Whatever the pod then has composed can be
// taken apart, and what it refused has changed nothing.
func FuzzRequests(f *testing.F) {
	for _, body := range []string{
		request("a", "C1a", "D1"), wanted(1, 1, oneDrive), over(wanted(2, 2, fastNIC)), `{"Links":{"ResourceBlocks":[{},null]}}`,
		manifest("Apply", "", composing("1", of("C1a")), composing("2", wanted(1, 1, ""))),
		manifest("PreviewReserve", "", composing("1", of("C1a"))), `{"ResourceBlock":{"@odata.id":"` + blocks + `D1"}}`,
		`{"ResetType":"On"}`, `{"Boot":{"BootSourceOverrideTarget":"Pxe"}}`, `{"CompositionStatus":{"Reserved":true}}`,
		`{"ReservationDuration":"PT1S"}`, `{"RequestType":"Apply","ReservationId":"../1"}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		ticks := clock.New()
		defer ticks.Close()
		pod, err := composition.New(composition.Options{Layout: small(), Clock: ticks})
		if err != nil {
			t.Fatal(err)
		}
		made := ask(t, pod, "POST", systems, request("first", "C2a", "Pool")).Header().Get("Location")
		before := pod.Systems()
		for _, to := range []struct{ method, path string }{
			{"POST", systems}, {"POST", composeAction}, {"PATCH", made}, {"POST", made + addEnd}, {"POST", made + dropEnd},
			{"POST", made + resetEnd}, {"PATCH", blocks + "D2"}, {"PATCH", service}, {"PATCH", systems + "/M1"},
		} {
			w := ask(t, pod, to.method, to.path, body)
			if w.Code < 300 {
				before = pod.Systems()
			} else if diff := cmp.Diff(before, pod.Systems()); diff != "" {
				t.Fatalf("%s %s was refused and changed something:\n%s", to.method, to.path, diff)
			}
		}
		for _, system := range pod.Systems() {
			if w := ask(t, pod, "DELETE", system.URI, ""); w.Code != http.StatusNoContent && w.Code != http.StatusMethodNotAllowed {
				t.Errorf("DELETE %s: %d %s", system.URI, w.Code, w.Body)
			}
		}
		if busy := pod.Blocks("Composing"); len(busy) > 0 {
			t.Errorf("still composing: %v", busy)
		}
	})
}

// FuzzBundle loads what somebody else wrote, and uses it if it loads.
func FuzzBundle(f *testing.F) {
	f.Add([]byte(`{"/redfish/v1":{"CompositionService":{"@odata.id":"/redfish/v1/C"},"Systems":{"@odata.id":"/redfish/v1/S"}},` +
		`"/redfish/v1/C":{"ResourceBlocks":{"@odata.id":"/redfish/v1/B"},"ResourceZones":{"@odata.id":"/redfish/v1/Z"},"FreePool":{"@odata.id":"/redfish/v1/B"}},` +
		`"/redfish/v1/S":{"@Redfish.CollectionCapabilities":{"Capabilities":[{"UseCase":"ComputerSystemComposition","Links":{"TargetCollection":{"@odata.id":"/redfish/v1/S"}}}]}},` +
		`"/redfish/v1/B":{"Members":[{"@odata.id":"/redfish/v1/B/1"}]},"/redfish/v1/Z":{"Members":[{"@odata.id":"/redfish/v1/Z/1"}]},` +
		`"/redfish/v1/Z/1":{"Links":{"ResourceBlocks":[{"@odata.id":"/redfish/v1/B/1"}]}},` +
		`"/redfish/v1/B/1":{"@odata.type":"#ResourceBlock.v1_0_0.ResourceBlock","CompositionStatus":{"CompositionState":"Unused"},"Pool":"Free"}}`))
	f.Fuzz(func(t *testing.T, bundle []byte) {
		ticks := clock.New()
		defer ticks.Close()
		pod, err := composition.New(composition.Options{Bundle: bundle, Clock: ticks})
		if err != nil {
			return
		}
		ask(t, pod, "GET", "/redfish/v1?$expand=*($levels=2)", "")
		for _, block := range pod.Blocks("Unused") {
			body := `{"Name":"a","Links":{"ResourceBlocks":[{"@odata.id":"` + block + `"}]}}`
			if w := httptest.NewRecorder(); !strings.ContainsAny(block, `"\`) {
				pod.ServeHTTP(w, httptest.NewRequest("POST", "/redfish/v1/S", strings.NewReader(body)))
			}
		}
		for _, system := range pod.Systems() {
			if r, err := http.NewRequest("DELETE", "/", nil); err == nil {
				r.URL.Path = system.URI
				pod.ServeHTTP(httptest.NewRecorder(), r)
			}
		}
	})
}
