package podsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// twoSystems is a pod with one small and one medium system, in one sled each: Systems/1 and 2, Chassis/4 and 5.
func twoSystems() podsim.Topology {
	return podsim.Topology{Racks: 1, DrawersPerRack: 1, SledsPerDrawer: 2, SystemsPerSled: 1}
}

// TestAllocateMatches asks a fresh pod of one small system (1 x 8 cores, 2 x 8 GiB, 240 GB SSD, TPM) and one medium
// system (2 x 12 cores, 8 x 16 GiB, NVMe and hard disk, TPM) for one node. want is the system, or "" with the filter
// at which the last system dropped out.
func TestAllocateMatches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want, lost string }{
		{"nothing asked: the first", `{}`, "1", ""},
		{"one of each, whichever", `{"Processors":[{}],"Memory":[{}],"LocalDrives":[{}],"EthernetInterfaces":[{}]}`, "1", ""},
		{"two processors are two sockets", `{"Processors":[{},{}]}`, "2", ""},
		{"three are too many", `{"Processors":[{},{},{}]}`, "", "processors"},
		{"cores of one processor, not of the system", `{"Processors":[{"TotalCores":24}]}`, "", "processors"},
		{"cores at least", `{"Processors":[{"TotalCores":9}]}`, "2", ""},
		{"total cores exactly", `{"TotalSystemCoreCount":24}`, "2", ""},
		{"one core more", `{"TotalSystemCoreCount":25}`, "", "processors"},
		{"model equal", `{"Processors":[{"Model":"Intel(R) Xeon(R) Gold 6126"}]}`, "2", ""},
		{"model is no pattern", `{"Processors":[{"Model":"Gold"}]}`, "", "processors"},
		{"speed at least", `{"Processors":[{"AchievableSpeedMHz":3001}]}`, "2", ""},
		{"brand", `{"Processors":[{"Oem":{"Brand":"Gold"}}]}`, "2", ""},
		{"capabilities", `{"Processors":[{"Oem":{"Capabilities":["avx","aes"]}}]}`, "1", ""},
		{"capability unknown", `{"Processors":[{"Oem":{"Capabilities":["avx","teleport"]}}]}`, "", "processors"},
		{"instruction set", `{"Processors":[{"InstructionSet":"ARM-A64"}]}`, "", "processors"},
		{"memory from several modules", `{"Memory":[{"CapacityMiB":16384}]}`, "1", ""},
		{"entries do not share modules", `{"Memory":[{"CapacityMiB":8193},{}]}`, "2", ""},
		{"all modules of the larger", `{"Memory":[{"CapacityMiB":65536},{"CapacityMiB":65536}]}`, "2", ""},
		{"one module too few", `{"Memory":[{"CapacityMiB":65536},{"CapacityMiB":65537}]}`, "", "memory"},
		{"total memory", `{"TotalSystemMemoryMiB":131072}`, "2", ""},
		{"too much memory", `{"TotalSystemMemoryMiB":131073}`, "", "memory"},
		{"memory type", `{"Memory":[{"MemoryDeviceType":"DDR3"}]}`, "", "memory"},
		{"memory speed", `{"Memory":[{"SpeedMHz":2401}]}`, "2", ""},
		{"memory width and maker", `{"Memory":[{"DataWidthBits":64,"Manufacturer":"Contoso"}]}`, "1", ""},
		{"drive type", `{"LocalDrives":[{"Type":"HDD","MinRPM":7200}]}`, "2", ""},
		{"faster drive", `{"LocalDrives":[{"Type":"HDD","MinRPM":7201}]}`, "", "local drives"},
		{"drive capacity and interface", `{"LocalDrives":[{"CapacityGiB":240.5,"Interface":"NVMe"}]}`, "2", ""},
		{"drives are distinct, demanding one last", `{"LocalDrives":[{},{"Type":"SSD"},{}]}`, "", "local drives"},
		{"an undemanding entry does not take the only fit", `{"LocalDrives":[{},{"Type":"SSD","Interface":"NVMe"}]}`, "2", ""},
		{"serial number", `{"LocalDrives":[{"SerialNumber":"none"}]}`, "", "local drives"},
		{"behind the PCIe switch", `{"LocalDrives":[{"FabricSwitch":true,"CapacityGiB":1600},{"FabricSwitch":true}]}`, "1", ""},
		{"a local and a pooled drive", `{"LocalDrives":[{"FabricSwitch":true},{"Type":"HDD"}]}`, "2", ""},
		{"that pooled drive", `{"LocalDrives":[{"Resource":{"@odata.id":"/redfish/v1/Chassis/8/Drives/4"}}]}`, "1", ""},
		{"that pooled drive twice", `{"LocalDrives":[{"Resource":{"@odata.id":"/redfish/v1/Chassis/8/Drives/4"}},{"Resource":{"@odata.id":"/redfish/v1/Chassis/8/Drives/4"}}]}`, "", "local drives"},
		{"pooled drives in that drawer", `{"LocalDrives":[{"FabricSwitch":true,"Chassis":{"@odata.id":"/redfish/v1/Chassis/8"}}]}`, "1", ""},
		{"no pooled drives in that drawer", `{"LocalDrives":[{"FabricSwitch":true,"Chassis":{"@odata.id":"/redfish/v1/Chassis/6"}}]}`, "", "local drives"},
		{"too many pooled drives", `{"LocalDrives":[{"FabricSwitch":true},{"FabricSwitch":true},{"FabricSwitch":true},{"FabricSwitch":true},{"FabricSwitch":true}]}`, "", "local drives"},
		{"only pooled drives on disk", `{"LocalDrives":[{"FabricSwitch":true,"Type":"HDD"}]}`, "", "local drives"},
		{"pooled FPGAs are attached, not allocated", `{"Processors":[{"ProcessorType":"FPGA"}]}`, "", "processors"},
		{"nic speed", `{"EthernetInterfaces":[{"SpeedMbps":10000},{"SpeedMbps":10000}]}`, "1", ""},
		{"nic too slow", `{"EthernetInterfaces":[{"SpeedMbps":25000}]}`, "", "ethernet interfaces"},
		{"vlans", `{"EthernetInterfaces":[{"PrimaryVLAN":5,"VLANs":[{"VLANId":5,"Tagged":false},{"VLANId":6,"Tagged":true}]}]}`, "1", ""},
		{"that processor", `{"Processors":[{"Resource":{"@odata.id":"/redfish/v1/Systems/2/Processors/2"}}]}`, "2", ""},
		{"that processor twice", `{"Processors":[{"Resource":{"@odata.id":"/redfish/v1/Systems/2/Processors/2"}},{"Resource":{"@odata.id":"/redfish/v1/Systems/2/Processors/2"}}]}`, "", "processors"},
		{"that module, and it is too small", `{"Memory":[{"CapacityMiB":16385,"Resource":{"@odata.id":"/redfish/v1/Systems/2/Memory/1"}}]}`, "", "memory"},
		{"a named module is kept from the others", `{"Memory":[{"CapacityMiB":114688},{"Resource":{"@odata.id":"/redfish/v1/Systems/2/Memory/1"}}]}`, "2", ""},
		{"that drive", `{"LocalDrives":[{"Resource":{"@odata.id":"/redfish/v1/Chassis/5/Drives/2"}}]}`, "2", ""},
		{"that sled", `{"Processors":[{"Chassis":{"@odata.id":"/redfish/v1/Chassis/5"}}]}`, "2", ""},
		{"that rack", `{"Memory":[{"Chassis":{"@odata.id":"/redfish/v1/Chassis/2"}}]}`, "1", ""},
		{"two sleds at once", `{"Memory":[{"Chassis":{"@odata.id":"/redfish/v1/Chassis/4"}},{"Chassis":{"@odata.id":"/redfish/v1/Chassis/5"}}]}`, "", "chassis"},
		{"a TPM", `{"Security":{"TpmPresent":true,"TpmInterfaceType":"TPM2_0"}}`, "1", ""},
		{"another TPM", `{"Security":{"TpmInterfaceType":"TPM1_2"}}`, "", "security"},
		{"TXT", `{"Security":{"TxtEnabled":true}}`, "", "security"},
		{"an extension is let through", `{"Oem":{"Anything":1}}`, "1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pod := start(t, podsim.Options{Topology: twoSystems()})
			r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", tt.body)
			if tt.want != "" {
				r.want(t, http.StatusCreated)
				if got := pod.Nodes()[0].SystemID; got != tt.want || r.body != "" {
					t.Errorf("took system %s with body %q, want %s and none", got, r.body, tt.want)
				}
				return
			}
			infos := details(t, r.want(t, http.StatusConflict), "Base.1.0.ResourcesStateMismatch", "Conflict during allocation")
			if len(infos) != 2 || firstZero(infos[1]) != tt.lost {
				t.Errorf("details %q, want the last system lost at %q", infos, tt.lost)
			}
			if len(pod.FreeSystems()) != 2 {
				t.Errorf("free systems %v after a refusal", pod.FreeSystems())
			}
		})
	}
}

// firstZero names the first filter in the counted text after which no system was left.
func firstZero(counted string) string {
	before, _, _ := strings.Cut(counted, ": 0")
	return before[strings.LastIndex(before, "> ")+2:]
}

// details reads an error document and returns the ExtendedInfo texts.
func details(t *testing.T, r reply, code, message string) []string {
	t.Helper()
	doc := r.json(t)["error"].(map[string]any)
	if doc["code"] != code || doc["message"] != message {
		t.Errorf("error %v %v, want %s %s", doc["code"], doc["message"], code, message)
	}
	var texts []string
	for _, info := range doc["@Message.ExtendedInfo"].([]any) {
		texts = append(texts, info.(map[string]any)["Message"].(string))
	}
	return texts
}

// TestCountedConflict compares with the very texts of the reference pod manager.
func TestCountedConflict(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: twoSystems()})
	if err := pod.SetHealth("1", "Critical"); err != nil {
		t.Fatal(err)
	}
	r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", `{"TotalSystemMemoryMiB":999999}`)
	infos := details(t, r.want(t, http.StatusConflict), "Base.1.0.ResourcesStateMismatch", "Conflict during allocation")
	if infos[0] != "There are no computer systems available for this allocation request." ||
		infos[1] != "Available assets count after applying filters: [available: 2 -> status: 1 -> resource: 1 -> "+
			"chassis: 1 -> processors: 1 -> memory: 0 -> local drives: 0 -> ethernet interfaces: 0]" {
		t.Errorf("details %q", infos)
	}
}

// TestNamedResourceIsTaken: the other system does not step in for the owner of a named component.
func TestNamedResourceIsTaken(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: twoSystems()})
	const body = `{"Memory":[{"Resource":{"@odata.id":"/redfish/v1/Systems/1/Memory/1"}}]}`
	allocate(t, pod, body)
	r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", body).want(t, http.StatusConflict)
	if !strings.Contains(r.body, "[available: 1 -> status: 1 -> resource: 0 -> ") {
		t.Errorf("answer %s, want the last system lost at resource", r.body)
	}
}

// TestRemoteDriveOfAPodWithoutStorage: the request is understood and refused for lack of storage, and takes nothing.
func TestRemoteDriveOfAPodWithoutStorage(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: podsim.Topology{StorageServices: []podsim.StorageService{}}})
	r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate",
		`{"RemoteDrives":[{"CapacityGiB":10,"Protocol":"iSCSI"}]}`).want(t, http.StatusConflict)
	infos := details(t, r, "Base.1.0.ResourcesStateMismatch", "Conflict during allocation")
	if len(infos) != 1 || !strings.Contains(infos[0], "storage services") || len(pod.FreeSystems()) != 8 {
		t.Errorf("details %q, free %v", infos, pod.FreeSystems())
	}
}

func TestAllocateRefuses(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	const payload, creation = "Base.1.0.InvalidPayload", "Base.1.0.UnsupportedCreationRequest"
	for _, tt := range []struct{ body, code, detail string }{
		{``, payload, "not a JSON object"},
		{`[]`, payload, "not a JSON object"},
		{`null`, payload, "not a JSON object"},
		{`{"Name":"x"`, payload, "not a JSON object"},
		{`{"Name":"x"} {}`, payload, "not a JSON object"},
		{`{"Colour":"red"}`, payload, "property Colour"},
		{`{"name":"x"}`, payload, "property name"},
		{`{"Processors":[{},{"Cores":4}]}`, payload, "property Processors.1.Cores"},
		{`{"Processors":[{"Connectivity":["Local"]}]}`, payload, "Processors.0.Connectivity"},
		{`{"Memory":[{"MemoryType":"DRAM"}]}`, payload, "Memory.0.MemoryType"},
		{`{"Memory":[{"DimmDeviceType":"DDR4"}]}`, payload, "Memory.0.DimmDeviceType"},
		{`{"EthernetInterfaces":[{"MACAddress":"x"}]}`, payload, "EthernetInterfaces.0.MACAddress"},
		{`{"Security":{"ClearOptaneDCPersistentMemoryOnDelete":true}}`, payload, "Security.ClearOptane"},
		{`{"Processors":[{"Resource":{"@odata.id":"/x","Id":1}}]}`, payload, "Processors.0.Resource.Id"},
		{`{"Processors":{}}`, payload, "Processors"},
		{`{"TotalSystemCoreCount":"4"}`, payload, "TotalSystemCoreCount"},
		{`{"TotalSystemCoreCount":1.5}`, payload, "TotalSystemCoreCount"},
		{`{"LocalDrives":[{"Type":"NVMe"}]}`, payload, "Type is"},
		{`{"Processors":[{"InstructionSet":"z80"}]}`, payload, "InstructionSet is"},
		{`{"RemoteDrives":[{"Protocol":"FTP"}]}`, payload, "Protocol is"},
		{`{"Name":null}`, creation, "Name must"},
		{`{"Security":{"TpmPresent":false,"TpmInterfaceType":"TPM2_0"}}`, creation, "TpmInterfaceType"},
		{`{"RemoteDrives":[{"CapacityGiB":1,"Protocol":"iSCSI"},{"CapacityGiB":1,"Protocol":"iSCSI"}]}`, creation, "multiple RemoteDrives"},
		{`{"RemoteDrives":[{}]}`, creation, "remote drive needs"},
		{`{"RemoteDrives":[{"Resource":{"@odata.id":"/v"},"CapacityGiB":1}]}`, creation, "neither CapacityGiB"},
		{`{"EthernetInterfaces":[{"VLANs":[{"VLANId":5},{"VLANId":5}]}]}`, creation, "repetitions"},
		{`{"EthernetInterfaces":[{"VLANs":[{"VLANId":170}]}]}`, creation, "reserved"},
		{`{"EthernetInterfaces":[{"PrimaryVLAN":7,"VLANs":[{"VLANId":5}]}]}`, creation, "PrimaryVlan"},
		{`{"EthernetInterfaces":[{"VLANs":[{"VLANId":5,"Tagged":false},{"VLANId":6,"Tagged":false}]}]}`, creation, "one untagged"},
		{`{"EthernetInterfaces":[{"VLANs":[{}]}]}`, creation, "needs a VLANId"},
		{`{"Memory":[{"Resource":{"@odata.id":"/redfish/v1/Systems/1/Memory/77"}}]}`, creation, "does not exist"},
		{`{"Memory":[{"Chassis":{"@odata.id":"/redfish/v1/Chassis/99"}}]}`, creation, "does not exist"},
		{`{"Memory":[{"Resource":{"@odata.id":"/redfish/v1/Systems/1/Memory/1"}},{"Resource":{"@odata.id":"/redfish/v1/Systems/2/Memory/1"}}]}`, creation, "multiple computer systems"},
		{`{"Name":"` + strings.Repeat("x", 1<<20) + `"}`, payload, "larger than"},
	} {
		t.Run(tt.body[:min(len(tt.body), 60)], func(t *testing.T) {
			t.Parallel()
			r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", tt.body).want(t, http.StatusBadRequest)
			messages := map[string]string{
				payload:  "Request payload is invalid or missing",
				creation: "Unable to create machine due to error in machine template or bad creation request",
			}
			infos := details(t, r, tt.code, messages[tt.code])
			if len(infos) != 1 || !strings.Contains(infos[0], tt.detail) {
				t.Errorf("details %q, want one with %q", infos, tt.detail)
			}
		})
	}
	t.Cleanup(func() {
		if len(pod.FreeSystems()) != 8 {
			t.Errorf("a refused request took a system: free %v", pod.FreeSystems())
		}
	})
}

// TestViolationsAreReportedTogether: one entry for each broken rule.
func TestViolationsAreReportedTogether(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate",
		`{"Name":null,"EthernetInterfaces":[{"VLANs":[{"VLANId":170},{"VLANId":170}]}]}`).want(t, http.StatusBadRequest)
	if n := strings.Count(r.body, `"Message":`); n != 4 {
		t.Errorf("%d details in %s, want 4", n, r.body)
	}
}
