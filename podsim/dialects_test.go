package podsim_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

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

// TestOnlyKnownPropertiesAreTaken: a property that a version does not know makes the whole request fail.
func TestOnlyKnownPropertiesAreTaken(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ body, known string }{
		{`{"Name":"n","Description":"d","Oem":{}}`, "1.2 2.1 2.2 2.3 2.4"},
		{`{"TotalSystemCoreCount":1}`, "2.1 2.2 2.3 2.4"},
		{`{"TotalSystemMemoryMiB":1}`, "2.1 2.2 2.3 2.4"},
		{`{"Security":{"TpmPresent":true}}`, "2.2 2.3 2.4"},
		{`{"Security":{"ClearTPMOnDelete":false}}`, "2.3 2.4"},
		{`{"Security":{"ClearOptaneDCPersistentMemoryOnDelete":false}}`, "2.4"},
		{`{"SupportedPerformanceConfigurations":[]}`, "2.4"},
		{`{"Processors":[{"Oem":{"Brand":"Unknown"}}]}`, "1.2 2.1 2.2"}, // 2.3 knows the brand better
		{`{"Processors":[{"Oem":{"Brand":"Silver"}}]}`, "2.3"},
		{`{"Processors":[{"Oem":{"Intel_RackScale":{"Brand":"Silver"}}}]}`, "2.4"},
		{`{"Processors":[{"ProcessorType":"CPU"}]}`, "2.2 2.3 2.4"},
		{`{"Processors":[{"Connectivity":["Local"]}]}`, "2.4"},
		{`{"Memory":[{"MemoryDeviceType":"DDR4"}]}`, "1.2 2.1 2.2 2.3 2.4"},
		{`{"Memory":[{"DimmDeviceType":"DDR4"}]}`, ""},
		{`{"Memory":[{"MemoryType":"DRAM"}]}`, "2.4"},
		{`{"LocalDrives":[{"FabricSwitch":true}]}`, "2.1 2.2 2.3 2.4"},
		{`{"LocalDrives":[{"Type":"SSD"}]}`, "1.2 2.1 2.2 2.3 2.4"},
		{`{"EthernetInterfaces":[{"VLANs":[{"VLANId":5,"Tagged":true}]}]}`, "1.2 2.1 2.2 2.3 2.4"},
		{`{"EthernetInterfaces":[{"VLANs":[{"VLANId":5,"VLANEnable":true}]}]}`, "2.1 2.2 2.3 2.4"},
		{`{"EthernetInterfaces":[{"VLANs":[{"VLANId":1}]}]}`, "2.2 2.3"},
		{`{"EthernetInterfaces":[{"VLANs":[{"VLANId":4095}]}]}`, "1.2 2.1 2.2 2.3"},
		{`{"EthernetInterfaces":[{"VLANs":[{"VLANId":5,"Tagged":false},{"VLANId":6,"Tagged":false}]}]}`, "1.2 2.1"},
		{`{"RemoteDrives":[{"CapacityGiB":10,"Protocol":"iSCSI"}]}`, "2.3 2.4"},
		{logicalDriveRequest("iqn.a", ""), "1.2 2.1 2.2"},
		{`{"Memory":[{"CapacityMiB":0}]}`, "1.2 2.1 2.2 2.3"},
	} {
		onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
			r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", tt.body)
			want := http.StatusBadRequest
			if strings.Contains(tt.known, pod.Dialect()) {
				want = http.StatusCreated
			}
			refusedBrand := r.status == http.StatusConflict && strings.Contains(tt.body, "Brand")
			if r.status != want && !refusedBrand {
				t.Errorf("%s: status %d, want %d\n%s", tt.body, r.status, want, r.body)
			}
		})
	}
}

// TestLocalNVMe is a type of drive in 1.2, and an interface later.
func TestLocalNVMe(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", `{"LocalDrives":[{"Type":"NVMe"}]}`)
		want := http.StatusBadRequest
		if pod.Dialect() == "1.2" {
			want = http.StatusConflict // understood, but no drive says that of itself
		}
		r.want(t, want)
	})
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

// TestLostSystem: nothing can be attached to a node without a machine; 2.4 says that it may help to wait.
func TestLostSystem(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"2.3", "2.4"}, podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		node := assembled(t, pod)
		if err := pod.SetPresent("/redfish/v1/Systems/"+pod.Nodes()[0].SystemID, false); err != nil {
			t.Fatal(err)
		}
		r := postResource(t, pod, node, "Attach", pod.FreePooledDevices()[0], "")
		if pod.Dialect() == "2.3" {
			r.want(t, http.StatusConflict)
			return
		}
		if r.want(t, http.StatusServiceUnavailable).header.Get("Retry-After") != "30" {
			t.Errorf("headers %v", r.header)
		}
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

// TestErrorsOfEachVersion: up to 2.3 the code says what is wrong, from 2.4 on only the status does.
func TestErrorsOfEachVersion(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		general := pod.Dialect() == "2.4"
		for _, tt := range []struct {
			method, path, body string
			status             int
			code, message      string
		}{
			{"GET", "/redfish/v1/Nodes/99", "", 404, "InvalidEndpoint", "Invalid endpoint"},
			{"POST", "/redfish/v1/Nodes/Actions/Allocate", "{", 400, "InvalidPayload", "Request payload is invalid or missing"},
			{"POST", "/redfish/v1/Nodes/Actions/Allocate", `{"Name":null}`, 400, "UnsupportedCreationRequest",
				"Unable to create machine due to error in machine template or bad creation request"},
			{"POST", "/redfish/v1/Nodes", "{}", 405, "InvalidHttpMethod", "Invalid HTTP request method"},
		} {
			doc := send(t, pod, tt.method, tt.path, tt.body).want(t, tt.status).json(t)["error"].(map[string]any)
			code, message := "Base.1.0."+tt.code, tt.message
			if general {
				code, message = "Base.1.0.GeneralError", tt.message+"."
			}
			if doc["code"] != code || doc["message"] != message {
				t.Errorf("%s %s: %v %v, want %s %s", tt.method, tt.path, doc["code"], doc["message"], code, message)
			}
			for _, info := range doc["@Message.ExtendedInfo"].([]any) {
				entry := info.(map[string]any)
				if _, long := entry["Resolution"]; long != general || (entry["MessageId"] == "Base.1.0.GeneralError") != general {
					t.Errorf("%s %s: entry %v", tt.method, tt.path, entry)
				}
			}
		}
		missing := http.StatusBadRequest
		if general {
			missing = http.StatusConflict
		}
		send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", `{"Memory":[{"Resource":{"@odata.id":"/no"}}]}`).want(t, missing)
	})
}

// TestMemoryOfEachVersion: two modules of 8 GiB meet an entry of 16 GiB together, until 2.4.
func TestMemoryOfEachVersion(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{Topology: twoSystems()}, func(t *testing.T, pod *podsim.Server) {
		send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", `{"Memory":[{"CapacityMiB":16384}]}`).want(t, http.StatusCreated)
		small := systemNames(t, pod)[pod.Nodes()[0].SystemID] == "Rack1-Drawer1-Sled1-System1"
		if small != (pod.Dialect() != "2.4") {
			t.Errorf("the small system was taken: %v", small)
		}
	})
}

func systemNames(t *testing.T, pod *podsim.Server) map[string]string {
	t.Helper()
	names := map[string]string{}
	for _, uri := range members(t, pod, "/redfish/v1/Systems") {
		names[strings.TrimPrefix(uri, "/redfish/v1/Systems/")] = get(t, pod, uri, "Name").(string)
	}
	return names
}

// TestFiltersOf24 compares the counted text with the order of the 2.4 pod manager.
func TestFiltersOf24(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4", Topology: twoSystems()})
	r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", `{"SupportedPerformanceConfigurations":["StaticSpeedSelect"]}`)
	infos := details(t, r.want(t, http.StatusConflict), "Base.1.0.GeneralError", "Conflict during allocation")
	if want := "Available assets count after applying filters: [available: 2 -> online systems: 2 -> status: 2 -> resource: 2 -> " +
		"chassis: 2 -> processors: 2 -> memory: 2 -> local drives: 2 -> ethernet interfaces: 2 -> " +
		"computer system attributes: 0 -> security: 0]"; infos[1] != want {
		t.Errorf("counted %q, want %q", infos[1], want)
	}
}

// TestLogicalDrives: up to 2.2 a node's remote drive is made from a master, and stays behind its target.
func TestLogicalDrives(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"1.2", "2.1", "2.2"}, podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		const allocateURI = "/redfish/v1/Nodes/Actions/Allocate"
		node := allocate(t, pod, logicalDriveRequest("iqn.a", ""))
		targets := links(t, pod, node, "Links.RemoteDrives")
		if diff := cmp.Diff([]string{"/redfish/v1/Services/1/Targets/3"}, targets); diff != "" {
			t.Fatalf("remote drives (-want +got):\n%s", diff)
		}
		assemble(t, pod, node)
		wantBoot := "RemoteDrive"
		if pod.Dialect() == "1.2" {
			wantBoot = "Pxe"
		}
		if got := get(t, pod, node, "Boot").(map[string]any)["BootSourceOverrideTarget"]; got != wantBoot {
			t.Errorf("boots from %v, want %s", got, wantBoot)
		}
		for body, want := range map[string]int{
			logicalDriveRequest("iqn.a", ""):                                         http.StatusBadRequest, // exists
			`{"RemoteDrives":[{"iSCSIAddress":"iqn.a"}]}`:                            http.StatusConflict,   // in use
			`{"RemoteDrives":[{"iSCSIAddress":"iqn.b"}]}`:                            http.StatusBadRequest, // does not exist
			`{"RemoteDrives":[{"CapacityGiB":10}]}`:                                  http.StatusBadRequest, // no address
			strings.Replace(logicalDriveRequest("iqn.c", ""), ":10", ":1", 1):        http.StatusBadRequest, // smaller than the master
			strings.Replace(logicalDriveRequest("iqn.c", ""), ":10", ":99999", 1):    http.StatusConflict,   // no room
			strings.Replace(logicalDriveRequest("iqn.c", ""), "Drives/2", "x/2", 1):  http.StatusBadRequest, // no such master
			strings.Replace(logicalDriveRequest("iqn.c", ""), "Clone", "Snapper", 1): http.StatusBadRequest,
		} {
			send(t, pod, "POST", allocateURI, body).want(t, want)
		}
		send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
		second := allocate(t, pod, `{"RemoteDrives":[{"iSCSIAddress":"iqn.a"}]}`)
		if diff := cmp.Diff(targets, links(t, pod, second, "Links.RemoteDrives")); diff != "" {
			t.Errorf("remote drives of the second node (-want +got):\n%s", diff)
		}
		send(t, pod, "POST", "/redfish/v1/Services/1/LogicalDrives", "{}").want(t, http.StatusMethodNotAllowed)
		send(t, pod, "GET", "/redfish/v1/StorageServices", "").want(t, http.StatusNotFound)
	})
}

// TestAttachEndpoint takes a drive that is named, or one of a size.
func TestAttachEndpoint(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"2.1", "2.2"}, podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		node := assembled(t, pod)
		free := pod.FreePooledDevices()
		actions := func(name string) []any {
			return get(t, pod, node, "Actions").(map[string]any)["#ComposedNode."+name].(map[string]any)["Resource@Redfish.AllowableValues"].([]any)
		}
		if got := len(actions("AttachEndpoint")); got != len(free) || got != 4 {
			t.Errorf("%d drives are offered, want the four free ones %v", got, free)
		}
		postEndpoint(t, pod, node, "Attach", free[1]).want(t, http.StatusNoContent)
		attachURI := node + "/Actions/ComposedNode.AttachEndpoint"
		send(t, pod, "POST", attachURI, `{"CapacityGiB":1600}`).want(t, http.StatusNoContent)
		send(t, pod, "POST", attachURI, `{"CapacityGiB":1601}`).want(t, http.StatusConflict)
		send(t, pod, "POST", attachURI, `{}`).want(t, http.StatusBadRequest)
		send(t, pod, "POST", attachURI, `{"CapacityGiB":1,"Resource":{"@odata.id":"`+free[2]+`"}}`).want(t, http.StatusBadRequest)
		postEndpoint(t, pod, node, "Attach", free[1]).want(t, http.StatusConflict)
		if diff := cmp.Diff([]string{free[1], free[0]}, pod.Nodes()[0].Attached); diff != "" {
			t.Errorf("attached (-want +got):\n%s", diff)
		}
		if got := len(actions("DetachEndpoint")); got != 2 {
			t.Errorf("%d drives can be detached, want 2", got)
		}
		postEndpoint(t, pod, node, "Detach", free[1]).want(t, http.StatusNoContent)
		send(t, pod, "POST", node+"/Actions/ComposedNode.AttachResource", "{}").want(t, http.StatusNotFound)
	})
}

// TestActionInfo is an object in 2.3 and a text in 2.4.
func TestActionInfo(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"2.3", "2.4"}, podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		node := assembled(t, pod)
		var want any = node + "/Actions/AttachResourceActionInfo"
		if pod.Dialect() == "2.3" {
			want = map[string]any{"@odata.id": want}
		}
		got := get(t, pod, node, "Actions").(map[string]any)["#ComposedNode.AttachResource"].(map[string]any)["@Redfish.ActionInfo"]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ActionInfo (-want +got):\n%s", diff)
		}
	})
}

// TestNodeOf24 has tags, and can be deleted by force.
func TestNodeOf24(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4"})
	node := assembled(t, pod)
	send(t, pod, "PATCH", node, `{"ClearOptaneDCPersistentMemoryOnDelete":false}`).want(t, http.StatusBadRequest)
	body := send(t, pod, "PATCH", node, `{"ClearTPMOnDelete":false,"ClearOptaneDCPersistentMemoryOnDelete":false,
		"Oem":{"Intel_RackScale":{"TaggedValues":{"owner":"me"}}}}`).want(t, http.StatusOK).json(t)
	tags := body["Oem"].(map[string]any)["Intel_RackScale"].(map[string]any)["TaggedValues"].(map[string]any)
	if tags["owner"] != "me" || body["ClearTPMOnDelete"] != false || body["ClearOptaneDCPersistentMemoryOnDelete"] != false {
		t.Errorf("the node is %v", body)
	}
	send(t, pod, "POST", node+"/Actions/ComposedNode.ForceDelete", "").want(t, http.StatusNoContent)
	send(t, pod, "POST", node+"/Actions/ComposedNode.ForceDelete", "").want(t, http.StatusNotFound)
	if len(pod.FreeSystems()) != 8 {
		t.Errorf("free systems: %v", pod.FreeSystems())
	}
}

// TestTasks: what a 2.4 pod manager only forwards is answered with a task.
func TestTasks(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4", TaskDelay: 300 * time.Millisecond})
	accepted := postVolume(t, pod, 1, gib, "").want(t, http.StatusAccepted)
	monitor := accepted.header.Get("Location")
	task := accepted.json(t)["@odata.id"].(string)
	if monitor != task+"/Monitor" || accepted.json(t)["TaskState"] != "Running" || len(pod.Volumes()) != 0 {
		t.Fatalf("Location %s, body %s, volumes %v", monitor, accepted.body, pod.Volumes())
	}
	send(t, pod, "GET", monitor, "").want(t, http.StatusAccepted)
	refused := send(t, pod, "DELETE", task, "").want(t, http.StatusBadRequest)
	if !strings.Contains(refused.body, "Base.1.0.ResourceInUse") {
		t.Errorf("refused with %s", refused.body)
	}
	volume := finished(t, pod, accepted).want(t, http.StatusCreated).location(t, pod)
	send(t, pod, "GET", volume, "").want(t, http.StatusOK)
	send(t, pod, "GET", monitor, "").want(t, http.StatusGone)
	if got := get(t, pod, task, "TaskState"); got != "Completed" {
		t.Errorf("TaskState is %v", got)
	}
	send(t, pod, "DELETE", task, "").want(t, http.StatusNoContent)
	send(t, pod, "GET", monitor, "").want(t, http.StatusNotFound)

	attach(t, pod, assembled(t, pod), volume)
	refusedTask := send(t, pod, "DELETE", volume, "")
	finished(t, pod, refusedTask).want(t, http.StatusConflict)
	if got := get(t, pod, refusedTask.json(t)["@odata.id"].(string), "TaskState"); got != "Exception" {
		t.Errorf("TaskState is %v, want Exception", got)
	}
	send(t, pod, "DELETE", volume+"1", "").want(t, http.StatusNotFound)

	system := members(t, pod, "/redfish/v1/Systems")[1]
	send(t, pod, "POST", system+"/Actions/ComputerSystem.Reset", `{"ResetType":"Jump"}`).want(t, http.StatusBadRequest)
	reset := send(t, pod, "POST", system+"/Actions/ComputerSystem.Reset", `{"ResetType":"On"}`)
	finished(t, pod, reset).want(t, http.StatusNoContent)
	if got := get(t, pod, system, "PowerState"); got != "On" {
		t.Errorf("PowerState is %v", got)
	}
}

// TestRestart: nodes that were being made are lost when the pod manager is started again; 2.4 keeps the allocated ones.
func TestRestart(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{AssembleDelay: 300 * time.Millisecond}, func(t *testing.T, pod *podsim.Server) {
		done, assembling := assembled(t, pod), allocate(t, pod, `{}`)
		allocated := allocate(t, pod, `{}`)
		send(t, pod, "POST", assembling+"/Actions/ComposedNode.Assemble", "").want(t, http.StatusNoContent)
		before := get(t, pod, done, "ComposedNodeState")
		pod.Restart()
		time.Sleep(400 * time.Millisecond)
		want := map[string]any{done: before, assembling: "Failed", allocated: "Failed"}
		if pod.Dialect() == "2.4" {
			want[allocated] = "Allocated"
		}
		for node, state := range want {
			if got := get(t, pod, node, "ComposedNodeState"); got != state {
				t.Errorf("%s is %v, want %v", node, got, state)
			}
		}
	})
}

// TestIdentifiersOf24 are those of the hardware; a blank in one is a plus sign in the URI.
func TestIdentifiersOf24(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4"})
	system := members(t, pod, "/redfish/v1/Systems")[0]
	nic := members(t, pod, system+"/EthernetInterfaces")[0]
	service := members(t, pod, "/redfish/v1/StorageServices")[0]
	for path, id := range map[string]any{
		system:                       get(t, pod, system, "UUID"),
		nic:                          get(t, pod, nic, "MACAddress"),
		system + "/Memory/DIMM+1":    "DIMM 1",
		system + "/Processors/CPU+1": "CPU 1",
		"/redfish/v1/Chassis/pod":    "pod",
	} {
		if got := get(t, pod, path, "Id"); got != id || got == nil {
			t.Errorf("Id of %s is %v, want %v", path, got, id)
		}
	}
	if !strings.HasSuffix(service, "_1") || len(service) != len("/redfish/v1/StorageServices/")+36+2 {
		t.Errorf("a storage service is %s, want {UUID}_1", service)
	}
	allocate(t, pod, fmt.Sprintf(`{"Processors":[{"Resource":{"@odata.id":"%s/Processors/CPU+1"}}],
		"EthernetInterfaces":[{"MACAddress":"%s"}]}`, system, get(t, pod, nic, "MACAddress")))
}
