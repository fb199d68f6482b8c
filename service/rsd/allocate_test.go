package rsd

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
	"github.com/valence-rsd/valence/service/redfishtest"
)

// TestAllocateBody pins what is sent: a pod manager refuses any property that
// its version does not know.
func TestAllocateBody(t *testing.T) {
	t.Parallel()
	const mark = "[valence:" + nodeUUID + "]"
	tests := map[string]struct {
		a    service.Allocation
		want map[string]any
	}{
		"anything": {service.Allocation{}, map[string]any{"Description": mark}},
		"named": {
			service.Allocation{Name: "web-1", Description: "front end"},
			map[string]any{"Name": "web-1", "Description": "front end " + mark},
		},
		"totals": {
			service.Allocation{Requirements: service.Requirements{
				Memory:    service.MemoryRequirement{CapacityMiB: 16384},
				Processor: service.ProcessorRequirement{TotalCores: 8},
			}},
			map[string]any{"Description": mark, "TotalSystemCoreCount": 8.0, "TotalSystemMemoryMiB": 16384.0},
		},
		"kinds": {
			service.Allocation{Requirements: service.Requirements{
				Memory:    service.MemoryRequirement{Type: "DDR4"},
				Processor: service.ProcessorRequirement{Model: "Xeon"},
			}},
			map[string]any{
				"Description": mark,
				"Memory":      []any{map[string]any{"MemoryDeviceType": "DDR4"}},
				"Processors":  []any{map[string]any{"Model": "Xeon"}},
			},
		},
	}
	for name, test := range tests {
		var got map[string]any
		f := startFake(t, map[string]http.HandlerFunc{
			"POST /redfish/v1/Nodes/Actions/Allocate": func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if err := json.Unmarshal(body, &got); err != nil {
					t.Errorf("%s: the body is no JSON: %s", name, body)
				}
				if r.Header.Get("Content-Type") != "application/json" {
					t.Errorf("%s: Content-Type %q", name, r.Header.Get("Content-Type"))
				}
				reply(201, "", "Location", "/redfish/v1/Nodes/1")(w, r)
			},
		})
		test.a.NodeUUID = nodeUUID
		if _, err := f.open(t, redfish.Options{}).Allocate(t.Context(), test.a); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAllocateLocation(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ location, want string }{
		"path":           {"/redfish/v1/Nodes/12", "/redfish/v1/Nodes/12"},
		"absolute":       {"https://podm.internal:8443/redfish/v1/Nodes/12", "/redfish/v1/Nodes/12"},
		"with userinfo":  {"https://u:p@podm.internal/redfish/v1/Nodes/12", "/redfish/v1/Nodes/12"},
		"slash":          {"/redfish/v1/Nodes/12/", "/redfish/v1/Nodes/12"},
		"escaped":        {"/redfish/v1/Nodes/a%2Fb", "/redfish/v1/Nodes/a%2Fb"},
		"none: look":     {"", "/redfish/v1/Nodes/1"},
		"no URL: look":   {"http://[::1/redfish", "/redfish/v1/Nodes/1"},
		"opaque: look":   {"mailto:x", "/redfish/v1/Nodes/1"},
		"nowhere":        {"/", ""},
		"other's scheme": {"//podm.internal/redfish/v1/Nodes/12", "/redfish/v1/Nodes/12"},
	}
	for name, test := range tests {
		f := startFake(t, map[string]http.HandlerFunc{
			"POST /redfish/v1/Nodes/Actions/Allocate": reply(201, "", "Location", test.location),
		})
		ref, err := f.open(t, redfish.Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID})
		if test.want == "" {
			wantCode(t, name, err, service.PodFailed)
		} else if ref != test.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, ref, err, test.want)
		}
	}
}

func TestAllocateNegative(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil)
	for field, r := range map[string]service.Requirements{
		"memory.capacity_mib":   {Memory: service.MemoryRequirement{CapacityMiB: -1}},
		"processor.total_cores": {Processor: service.ProcessorRequirement{TotalCores: -1}},
	} {
		_, err := f.open(t, redfish.Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Requirements: r})
		wantCode(t, field, err, service.Invalid)
		if err != nil && !strings.Contains(err.Error(), field) {
			t.Errorf("%v does not name %s", err, field)
		}
	}
	if n := f.count("POST /redfish/v1/Nodes/Actions/Allocate"); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestNoCapacityMessage(t *testing.T) {
	t.Parallel()
	f := startFake(t, map[string]http.HandlerFunc{
		"POST /redfish/v1/Nodes/Actions/Allocate": reply(409, string(redfishtest.Shared(t, "valence/v1_2/error_allocate_conflict.json"))),
	})
	_, err := f.open(t, redfish.Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID})
	wantCode(t, "Allocate", err, service.NoCapacity)
	const want = "allocating hardware on pod manager pod-1: no free hardware satisfies the request: " +
		"Conflict during allocation; " +
		"There are no computer systems available for this allocation request.; " +
		"Available assets count after applying filters: [available: 0 -> status: 0 -> resource: 0 -> chassis: 0 -> " +
		"processors: 0 -> memory: 0 -> local drives: 0 -> ethernet interfaces: 0]"
	if err != nil && err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestNoAction(t *testing.T) {
	t.Parallel()
	f := startFake(t, map[string]http.HandlerFunc{
		"GET /redfish/v1/Nodes":   reply(200, `{"Members":[]}`),
		"GET /redfish/v1/Nodes/1": reply(200, `{"ComposedNodeState":"Unheard"}`),
	})
	pod := f.open(t, redfish.Options{})
	_, err := pod.Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID})
	wantCode(t, "Allocate", err, service.PodFailed)
	wantCode(t, "Assemble", pod.Assemble(t.Context(), "/redfish/v1/Nodes/1"), service.PodFailed)
	wantCode(t, "Reset", pod.Reset(t.Context(), "/redfish/v1/Nodes/1", service.ResetOn), service.PodFailed)
	_, err = pod.State(t.Context(), "/redfish/v1/Nodes/1")
	wantCode(t, "State", err, service.PodFailed)
	_, err = pod.State(t.Context(), "")
	wantCode(t, "State of no machine", err, service.PodFailed)
}
