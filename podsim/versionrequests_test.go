package podsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

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

// TestPooledProcessors: in 2.4 a machine can be had together with accelerators that are not its own.
func TestPooledProcessors(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4", Topology: podsim.Topology{GPUs: []podsim.GPU{podsim.PooledGPU()}}})
	const allocateURI = "/redfish/v1/Nodes/Actions/Allocate"
	for _, body := range []string{
		`{"Processors":[{"Connectivity":["RemotePCIe"],"ProcessorType":"DSP"}]}`,
		`{"Processors":[{"Connectivity":["Ethernet"]}]}`,
		`{"Processors":[{"Connectivity":["RemotePCIe"],"TotalCores":1}]}`,
		`{"Processors":[{"Connectivity":["RemotePCIe"],"Chassis":{"@odata.id":"/redfish/v1/Chassis/nowhere"}}]}`,
		`{"Processors":[` + strings.Repeat(`{"Connectivity":["RemotePCIe"]},`, 3) + `{"Connectivity":["RemotePCIe"]}]}`,
	} {
		infos := details(t, send(t, pod, "POST", allocateURI, body).want(t, http.StatusConflict), "Base.1.0.GeneralError", "Conflict during allocation")
		if firstZero(infos[1]) != "processors" {
			t.Errorf("%s: %s", body, infos[1])
		}
	}
	node := allocate(t, pod, `{"Processors":[{"Connectivity":["Local","RemotePCIe"]},{"Connectivity":["RemotePCIe"],"ProcessorType":"GPU"},
		{"Connectivity":["RemotePCIe"],"ProcessorType":"FPGA","Model":"`+podsim.PooledFPGA().Model+`","Chassis":{"@odata.id":"/redfish/v1/Chassis/pod"}}]}`)
	kinds := map[any]int{}
	for _, uri := range links(t, pod, node, "Links.Processors") {
		kinds[get(t, pod, uri, "ProcessorType")]++
	}
	if kinds["CPU"] < 1 || kinds["GPU"] != 1 || kinds["FPGA"] != 1 {
		t.Errorf("the node has processors %v", kinds)
	}
	send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
	if got := len(pod.FreePooledDevices()); got != 7 {
		t.Errorf("%d devices are free, want all 7", got)
	}
}
