package podsim_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// sampleOf is a fixture, the resource that corresponds to it, and what of the fixture that resource has not.
type sampleOf struct {
	fixture, path string
	except        []string
}

// TestBodiesHaveTheKeysOfTheFixtures compares with sample bodies made from the published RSD documents, and with those of
// real pod managers: whatever key a sample has, the simulated pod's body has, except where the reference pod manager
// differs from the samples or where the pod has no such hardware.
func TestBodiesHaveTheKeysOfTheFixtures(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(cmp.Or(os.Getenv("VALENCE_SHARED"), filepath.Join("..", "..", "shared")), "data", "redfish")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no fixtures: %v", err)
	}
	samples := map[string]func(*testing.T, *podsim.Server) []sampleOf{
		"1.2": samplesOf12, "2.1": samplesOf21, "2.2": samplesOf22, "2.3": samplesOf23, "2.4": samplesOf24,
	}
	onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		for _, sample := range samples[pod.Dialect()](t, pod) {
			compareKeys(t, pod, folder, sample)
		}
	})
}

func compareKeys(t *testing.T, pod *podsim.Server, folder string, s sampleOf) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(s.fixture)))
	if err != nil {
		t.Fatal(err)
	}
	var sample map[string]any
	if err := json.Unmarshal(data, &sample); err != nil {
		t.Fatal(err)
	}
	body := send(t, pod, "GET", s.path, "").want(t, http.StatusOK).json(t)
	missing := missingKeys("", sample, body)
	slices.Sort(missing)
	slices.Sort(s.except)
	if !slices.Equal(missing, s.except) {
		t.Errorf("%s, %s: missing keys %q, expected to miss exactly %q", s.fixture, s.path, missing, s.except)
	}
}

func samplesOf12(t *testing.T, pod *podsim.Server) []sampleOf {
	return []sampleOf{
		{"valence/v1_2/service_root.json", "/redfish/v1", nil},
		{"valence/v1_2/nodes_root.json", "/redfish/v1/Nodes", nil},
		{"valence/v1_2/node_detail.json", assembled(t, pod), nil},
	}
}

// plainSystem is what of a system is not simulated.
func plainSystem() []string {
	return []string{
		"Boot.@odata.type", "Links.@odata.type", // optional annotations
		"Actions.Oem.#Intel.Oem.StartDeepDiscovery", "Actions.Oem.#Intel.Oem.StartDiscoveryOnDemand",
		"Actions.Oem.#Intel.Oem.ChangeTPMState",
	}
}

func samplesOf21(t *testing.T, pod *podsim.Server) []sampleOf {
	node := allocate(t, pod, logicalDriveRequest("iqn.a", `,"LocalDrives":[{"FabricSwitch":true}]`))
	assemble(t, pod, node)
	return []sampleOf{
		{"rsd-lib/v2_1/root.json", "/redfish/v1", []string{
			"SessionService", "AccountService", "Tasks", "Links.Sessions", // samples only
			"@Redfish.Copyright",
		}},
		{"rsd-lib/v2_1/node_collection.json", "/redfish/v1/Nodes", nil},
		{"rsd-lib/v2_1/node.json", node, nil},
		{"rsd-lib/v2_1/storage_service.json", "/redfish/v1/Services/1", nil},
		{"rsd-lib/v2_1/logical_drive.json", "/redfish/v1/Services/1/LogicalDrives/3", nil},
		{"rsd-lib/v2_1/remote_target.json", "/redfish/v1/Services/1/Targets/3", nil},
		{"rsd-lib/v2_1/endpoint.json", "/redfish/v1/Fabrics/1/Endpoints/T1", []string{
			"Actions", "Redundancy", "ConnectedEntities.EntityType", "ConnectedEntities.Oem", // samples only
		}},
		{"rsd-lib/v2_1/zone.json", "/redfish/v1/Fabrics/1/Zones/1", nil},
		{"rsd-lib/v2_1/processor.json", "/redfish/v1/Systems/1/Processors/1", []string{
			"@Redfish.Copyright", "ProcessorID", // a slip of the sample: it is ProcessorId
		}},
		{"rsd-lib/v2_1/memory.json", "/redfish/v1/Systems/1/Memory/1", nil},
		{"rsd-lib/v2_1/system_network_interface.json", "/redfish/v1/Systems/1/EthernetInterfaces/1", nil},
		{"rsd-lib/v2_1/storage_subsystem.json", "/redfish/v1/Systems/1/Storage/1", nil},
		{"rsd-lib/v2_1/chassis.json", "/redfish/v1/Chassis/2", []string{
			"Links.ManagersIn", "Links.Switches", // 2.x has ManagersInChassis and Links.Oem...Switches
			"Oem.Intel:RackScale", // a spelling the pod manager does not use
		}},
		{"rsd-lib/v2_1/system.json", "/redfish/v1/Systems/1", []string{ // a standard sample: the pod manager has none of that
			"@Redfish.Copyright", "Actions.Oem.#Contoso.Reset", "Bios", "Boot.UefiTargetBootSourceOverride", "LogServices",
			"Oem.Chipwise", "Oem.Contoso", "ProcessorSummary.ProcessorFamily",
		}},
	}
}

func samplesOf22(*testing.T, *podsim.Server) []sampleOf {
	return []sampleOf{
		{"rsd-lib/v2_2/root.json", "/redfish/v1", []string{"EthernetSwitches"}}, // the pod manager has it in the Oem object
		{"rsd-lib/v2_2/system.json", "/redfish/v1/Systems/1", plainSystem()},
		{"rsd-lib/v2_2/processor.json", "/redfish/v1/Systems/1/Processors/1", nil},
	}
}

func samplesOf23(t *testing.T, pod *podsim.Server) []sampleOf {
	node := assembled(t, pod)
	volume := createVolume(t, pod, 1, `"ReplicaInfos":[{"ReplicaType":"Clone","Replica":{"@odata.id":"`+createVolume(t, pod, 1, "")+`"}}]`)
	attach(t, pod, node, volume)
	attach(t, pod, node, "/redfish/v1/Chassis/18/Drives/1")
	drive := []string{"Type", "Links.odata.type", "Oem.Intel_RackScale.odata.type"} // slips of the samples
	return []sampleOf{
		{"rsd-lib/v2_3/root.json", "/redfish/v1", []string{"EthernetSwitches"}}, // the pod manager has it in the Oem object
		{"rsd-lib/v2_3/node_collection.json", "/redfish/v1/Nodes", nil},
		{"rsd-lib/v2_3/node.json", node, []string{
			"Processors", "Memory", "Links.LocalDrives", "Links.RemoteDrives", // samples only
		}},
		{"rsd-lib/v2_3/attach_action_info.json", node + "/Actions/AttachResourceActionInfo", nil},
		{"rsd-lib/v2_3/storage_service.json", "/redfish/v1/StorageServices/1", nil},
		{"rsd-lib/v2_3/storage_pool.json", "/redfish/v1/StorageServices/1/StoragePools/1", nil},
		{"rsd-lib/v2_3/volume.json", volume, []string{"Links.Oem.Intel_RackScale.Metrics"}}, // no metrics
		{"rsd-lib/v2_3/endpoint_1.json", "/redfish/v1/Fabrics/1/Endpoints/T2", nil},
		{"rsd-lib/v2_3/endpoint_2.json", "/redfish/v1/Fabrics/1/Endpoints/I1", nil},
		{"rsd-lib/v2_3/zone.json", "/redfish/v1/Fabrics/1/Zones/1", nil},
		{"rsd-lib/v2_3/drive.json", "/redfish/v1/Chassis/4/Drives/1", drive},
		{"rsd-lib/v2_3/drive.json", "/redfish/v1/Chassis/18/Drives/1", drive},
	}
}

func samplesOf24(t *testing.T, pod *podsim.Server) []sampleOf {
	const of = "intelRSD/2.4/"
	attach(t, pod, assembled(t, pod), createVolume(t, pod, 1, ""))
	system := members(t, pod, "/redfish/v1/Systems")[0]
	endpoints := members(t, pod, members(t, pod, "/redfish/v1/Fabrics")[0]+"/Endpoints") // the target, then the initiator
	send(t, pod, "POST", "/redfish/v1/EventService/Subscriptions", `{"Destination":"http://127.0.0.1:1/","Protocol":"Redfish",
		"EventTypes":["Alert"]}`).want(t, http.StatusCreated)
	return []sampleOf{
		{of + "ServiceRoot.json", "/redfish/v1", nil},
		{of + "pod-chassis.json", "/redfish/v1/Chassis/pod", []string{
			"Actions", "UUID", "Links.@odata.type", "Links.Oem.Intel_RackScale.@odata.type", // annotations, and an empty object
		}},
		{of + "RegularChassis.json", members(t, pod, "/redfish/v1/Chassis")[2], []string{
			"Thermal", "Power", "Links.Oem.Intel_RackScale.@odata.type", // not simulated
		}},
		{of + "Manager.json", members(t, pod, "/redfish/v1/Managers")[0], nil},
		{of + "System.json", system, without(plainSystem(), "Links.@odata.type", "Actions.Oem.#Intel.Oem.StartDiscoveryOnDemand")},
		{of + "Processor.json", system + "/Processors/CPU+1", nil},
		{of + "SessionServiceTemplate.json", "/redfish/v1/SessionService", nil},
		{of + "SessionsCollectionTemplate.json", "/redfish/v1/SessionService/Sessions", nil},
		{of + "TaskService.json", "/redfish/v1/TaskService", nil},
		{of + "EventService.json", "/redfish/v1/EventService", nil},
		{of + "Subscriptions.json", "/redfish/v1/EventService/Subscriptions", []string{"Oem"}}, // an empty object
		{of + "subscription1.json", members(t, pod, "/redfish/v1/EventService/Subscriptions")[0], nil},
		{of + "EndpointTarget.json", endpoints[0], []string{
			"ConnectedEntities.PciClassCode", "ConnectedEntities.PciFunctionId", // a volume is no PCIe function
		}},
		{of + "EndpointInitiator.json", endpoints[1], nil},
	}
}

func without(list []string, names ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return slices.Contains(names, s) })
}

// missingKeys lists the paths that the sample has and the body has not. Where the body has null, or an empty list or
// object, there is nothing below to compare.
func missingKeys(at string, sample, body any) []string {
	var missing []string
	switch want := sample.(type) {
	case map[string]any:
		got, ok := body.(map[string]any)
		if !ok {
			return nil
		}
		for key, inner := range want {
			value, ok := got[key]
			if !ok {
				missing = append(missing, at+key)
				continue
			}
			missing = append(missing, missingKeys(at+key+".", inner, value)...)
		}
	case []any:
		got, _ := body.([]any)
		if len(want) > 0 && len(got) > 0 {
			return missingKeys(at, want[0], got[0])
		}
	}
	return missing
}
