package podsim_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

// TestRootOfEachVersion: where the links stand is how clients tell versions apart.
func TestRootOfEachVersion(t *testing.T) {
	t.Parallel()
	type shape struct {
		api, schema string
		top, oem    []string
	}
	want := map[string]shape{
		"1.2": {"1.2.0", "1.0.0", []string{"Chassis", "EthernetSwitches", "EventService", "Managers", "Nodes", "Services", "Systems"}, nil},
		"2.1": {"2.0.0", "v1_1_1", []string{"Chassis", "EthernetSwitches", "EventService", "Fabrics", "Managers", "Nodes", "Services", "Systems"}, nil},
		"2.2": {"2.2.0", "v1_1_1", []string{"Chassis", "EventService", "Fabrics", "Managers", "Systems", "TelemetryService"},
			[]string{"EthernetSwitches", "Nodes", "Services"}},
		"2.3": {"2.3.0", "v1_1_1", []string{"Chassis", "EventService", "Fabrics", "Managers", "StorageServices", "Systems", "TelemetryService"},
			[]string{"EthernetSwitches", "Nodes"}},
		"2.4": {"2.4.0", "v1_3_0", []string{"AccountService", "Chassis", "EventService", "Fabrics", "Managers", "SessionService", "StorageServices", "Systems"},
			[]string{"EthernetSwitches", "Nodes", "TelemetryService"}},
	}
	onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		r := sendWith(t, pod, "GET", "/redfish/v1", "", func(*http.Request) {}).want(t, http.StatusOK)
		body := r.json(t)
		oem := body["Oem"].(map[string]any)["Intel_RackScale"].(map[string]any)
		got := shape{oem["ApiVersion"].(string), "", linkNames(body), linkNames(oem)}
		got.schema = strings.Split(strings.TrimSuffix(body["@odata.type"].(string), ".ServiceRoot"), "#ServiceRoot.")[1]
		if diff := cmp.Diff(want[pod.Dialect()], got, cmp.AllowUnexported(shape{})); diff != "" {
			t.Errorf("root (-want +got):\n%s", diff)
		}
		if cached := r.header.Get("Cache-Control") != ""; cached != (pod.Dialect() != "2.4") {
			t.Errorf("Cache-Control present: %v", cached)
		}
	})
}

// linkNames lists the properties that are links, by name.
func linkNames(object map[string]any) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if value, ok := object[name].(map[string]any); ok && value["@odata.id"] != nil {
			names = append(names, name)
		}
	}
	return names
}

// TestStatesOfEachVersion follows a node through its life.
func TestStatesOfEachVersion(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		wrong, patched := http.StatusConflict, http.StatusOK
		if pod.Dialect() == "1.2" {
			wrong, patched = http.StatusBadRequest, http.StatusNoContent
		}
		node := allocate(t, pod, `{"Description":"mark"}`)
		if got := get(t, pod, node, "Description"); got != "mark" {
			t.Errorf("Description is %v", got)
		}
		send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"On"}`).want(t, wrong)
		assemble(t, pod, node)
		send(t, pod, "POST", node+"/Actions/ComposedNode.Assemble", "").want(t, wrong)
		send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"Jump"}`).want(t, http.StatusBadRequest)

		const boot = `{"Boot":{"BootSourceOverrideEnabled":"Once","BootSourceOverrideTarget":"Pxe"}}`
		for _, path := range []string{node, links(t, pod, "/redfish/v1/Systems", "Members")[0]} {
			r := send(t, pod, "PATCH", path, boot).want(t, patched)
			if (r.body == "") != (patched == http.StatusNoContent) {
				t.Errorf("PATCH answers %q", r.body)
			}
		}
		half := send(t, pod, "PATCH", node, `{"Boot":{"BootSourceOverrideTarget":"Pxe"}}`)
		if pod.Dialect() == "1.2" {
			patched = http.StatusBadRequest
		}
		half.want(t, patched)
		send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"On"}`).want(t, http.StatusNoContent)
		want := map[string]any{"PowerState": "On", "ComposedNodeState": "Assembled"}
		if pod.Dialect() == "1.2" {
			want["ComposedNodeState"] = "PoweredOn"
		}
		for property, value := range want {
			if got := get(t, pod, node, property); got != value {
				t.Errorf("%s is %v, want %v", property, got, value)
			}
		}
		if err := pod.SetHealth(pod.Nodes()[0].SystemID, "Critical"); err != nil {
			t.Fatal(err)
		}
		send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"ForceOff"}`).want(t, wrong)
		send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
		send(t, pod, "DELETE", node, "").want(t, http.StatusNotFound)
	})
}

// TestMemoryIsWholeIn12: half a GiB is told from 2.1 on.
func TestMemoryIsWholeIn12(t *testing.T) {
	t.Parallel()
	odd := podsim.DefaultTopology()
	odd.Kinds[0].DIMMs, odd.Kinds[0].DIMM.CapacityMiB = 3, 512
	onEach(t, rsdDialects(), podsim.Options{Topology: odd}, func(t *testing.T, pod *podsim.Server) {
		want := 1.5
		if pod.Dialect() == "1.2" {
			want = 1
		}
		system := members(t, pod, "/redfish/v1/Systems")[0]
		if got := get(t, pod, system, "MemorySummary").(map[string]any)["TotalSystemMemoryGiB"]; got != want {
			t.Errorf("the system has %v GiB, want %v", got, want)
		}
	})
}

// TestQueries of the protocol are refused by 2.4 and ignored before.
func TestQueries(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		want := http.StatusOK
		if pod.Dialect() == "2.4" {
			want = http.StatusNotImplemented
		}
		send(t, pod, "GET", "/redfish/v1/Systems?$expand=.", "").want(t, want)
	})
}

// TestFilter asks a pod of 2.4 for some of its systems: three small, three medium and two large ones.
func TestFilter(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4"})
	if err := pod.SetHealth(pod.FreeSystems()[0], "Critical"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		filter string
		want   int
	}{
		{"MemorySummary/TotalSystemMemoryGiB ge 128", 5},
		{"MemorySummary/TotalSystemMemoryGiB gt 128", 2},
		{"MemorySummary/TotalSystemMemoryGiB lt 128 and Status/Health eq 'OK'", 2},
		{"ProcessorSummary/Count eq 1 or MemorySummary/TotalSystemMemoryGiB eq 384", 5},
		{"Name ne 'x'", 8},
		{"Name eq 'Rack1-Drawer1-Sled1-System1'", 1},
		{"AssetTag eq null", 8},
		{"Oem/Intel_RackScale/UserModeEnabled le false", 8},
		{"Nothing/There gt 0", 0},
		{"Name gt 7", 0},
	} {
		body := send(t, pod, "GET", "/redfish/v1/Systems?$filter="+url.QueryEscape(tt.filter), "").want(t, http.StatusOK).json(t)
		if got := len(body["Members"].([]any)); got != tt.want || body["Members@odata.count"] != float64(tt.want) || body["@odata.id"] == nil {
			t.Errorf("%s: %d systems, count %v, want %d", tt.filter, got, body["Members@odata.count"], tt.want)
		}
	}
	for _, filter := range []string{"Name", "Name like 'x'", "Name eq x", "Name eq 'x", "Name eq 'x' and"} {
		send(t, pod, "GET", "/redfish/v1/Systems?$filter="+url.QueryEscape(filter), "").want(t, http.StatusBadRequest)
	}
	one := members(t, pod, "/redfish/v1/Systems")[0]
	if got := send(t, pod, "GET", one+"?$filter="+url.QueryEscape("Name eq 'x'"), "").want(t, http.StatusOK).json(t)["@odata.id"]; got != one {
		t.Errorf("filtering what is no collection gives %v", got)
	}
	send(t, pod, "GET", "/redfish/v1/Nope?$filter="+url.QueryEscape("Name eq 'x'"), "").want(t, http.StatusNotFound)
}

// TestResetsMoveTheStateIn12, as ComposedNodeState is also what tells the power there.
func TestResetsMoveTheStateIn12(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "1.2"})
	node := assembled(t, pod)
	for _, tt := range []struct{ reset, want string }{
		{"On", "PoweredOn"}, {"GracefulShutdown", "PoweredOff"}, {"ForceOn", "PoweredOn"}, {"Nmi", "PoweredOff"},
		{"GracefulRestart", "PoweredOn"}, {"PushPowerButton", "PoweredOff"}, {"PushPowerButton", "PoweredOn"},
		{"ForceOff", "PoweredOff"}, {"ForceRestart", "PoweredOn"},
	} {
		send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"`+tt.reset+`"}`).want(t, http.StatusNoContent)
		if got := get(t, pod, node, "ComposedNodeState"); got != tt.want {
			t.Errorf("after %s the state is %v, want %s", tt.reset, got, tt.want)
		}
	}
	reset := get(t, pod, node, "Actions").(map[string]any)["#ComposedNode.Reset"].(map[string]any)
	if len(reset["ResetType@DMTF.AllowableValues"].([]any)) != 8 || reset["ResetType@Redfish.AllowableValues"] != nil {
		t.Errorf("the resets are offered as %v", reset)
	}
}

// TestPowerAtTheEnd: what becomes of a running machine when its node is assembled and deleted.
func TestPowerAtTheEnd(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		node := assembled(t, pod)
		system := get(t, pod, node, "Links").(map[string]any)["ComputerSystem"].(map[string]any)["@odata.id"].(string)
		target := get(t, pod, node, "Boot").(map[string]any)["BootSourceOverrideTarget"]
		if untouched := target == "None"; untouched != (pod.Dialect() == "2.4") {
			t.Errorf("after assembly the machine boots from %v", target)
		}
		send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"On"}`).want(t, http.StatusNoContent)
		send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
		if on := get(t, pod, system, "PowerState") == "On"; on != (pod.Dialect() == "2.4") {
			t.Errorf("after deleting the node the machine is on: %v", on)
		}
	})
}
