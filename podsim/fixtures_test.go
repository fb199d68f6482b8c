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

// TestBodiesHaveTheKeysOfTheFixtures compares with sample bodies made from the published RSD documents: whatever key
// a sample has, the simulated pod's body has, except where the reference pod manager differs from the samples or where
// the pod has no such hardware.
func TestBodiesHaveTheKeysOfTheFixtures(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(cmp.Or(os.Getenv("VALENCE_SHARED"), filepath.Join("..", "..", "shared", "data")), "redfish", "rsd-lib")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no fixtures: %v", err)
	}
	pod := start(t, podsim.Options{})
	node := assembled(t, pod)
	volume := createVolume(t, pod, 1, `"ReplicaInfos":[{"ReplicaType":"Clone","Replica":{"@odata.id":"`+createVolume(t, pod, 1, "")+`"}}]`)
	attach(t, pod, node, volume)
	attach(t, pod, node, "/redfish/v1/Chassis/18/Drives/1")
	for _, tt := range []struct {
		fixture, path string
		except        []string
	}{
		{"v2_3/root.json", "/redfish/v1", []string{
			"EventService",     // no events yet
			"EthernetSwitches", // samples only; the pod manager has it in the Oem object
		}},
		{"v2_3/node_collection.json", "/redfish/v1/Nodes", nil},
		{"v2_3/node.json", node, []string{
			"Processors", "Memory", "Links.LocalDrives", "Links.RemoteDrives", // samples only
		}},
		{"v2_3/attach_action_info.json", node + "/Actions/AttachResourceActionInfo", nil},
		{"v2_3/storage_service.json", "/redfish/v1/StorageServices/1", nil},
		{"v2_3/storage_pool.json", "/redfish/v1/StorageServices/1/StoragePools/1", nil},
		{"v2_3/volume.json", volume, []string{"Links.Oem.Intel_RackScale.Metrics"}}, // no metrics
		{"v2_3/endpoint_1.json", "/redfish/v1/Fabrics/1/Endpoints/T2", nil},
		{"v2_3/endpoint_2.json", "/redfish/v1/Fabrics/1/Endpoints/I1", nil},
		{"v2_3/zone.json", "/redfish/v1/Fabrics/1/Zones/1", nil},
		{"v2_3/drive.json", "/redfish/v1/Chassis/4/Drives/1", []string{
			"Type", "Links.odata.type", "Oem.Intel_RackScale.odata.type", // slips of the samples
		}},
		{"v2_3/drive.json", "/redfish/v1/Chassis/18/Drives/1", []string{
			"Type", "Links.odata.type", "Oem.Intel_RackScale.odata.type", // slips of the samples
		}},
		{"v2_2/system.json", "/redfish/v1/Systems/1", []string{
			"Boot.@odata.type", "Links.@odata.type", // optional annotations
			"Actions.Oem.#Intel.Oem.StartDeepDiscovery", "Actions.Oem.#Intel.Oem.StartDiscoveryOnDemand",
			"Actions.Oem.#Intel.Oem.ChangeTPMState", // not simulated yet
		}},
		{"v2_2/processor.json", "/redfish/v1/Systems/1/Processors/1", nil},
		{"v2_1/memory.json", "/redfish/v1/Systems/1/Memory/1", nil},
		{"v2_1/system_network_interface.json", "/redfish/v1/Systems/1/EthernetInterfaces/1", nil},
		{"v2_1/storage_subsystem.json", "/redfish/v1/Systems/1/Storage/1", nil},
		{"v2_1/chassis.json", "/redfish/v1/Chassis/2", []string{
			"Links.ManagersIn", "Links.Switches", // 2.x has ManagersInChassis and Links.Oem...Switches
			"Oem.Intel:RackScale", // a spelling the pod manager does not use
		}},
	} {
		t.Run(tt.fixture, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(tt.fixture)))
			if err != nil {
				t.Skipf("no fixture: %v", err)
			}
			var sample map[string]any
			if err := json.Unmarshal(data, &sample); err != nil {
				t.Fatal(err)
			}
			body := send(t, pod, "GET", tt.path, "").want(t, http.StatusOK).json(t)
			missing := missingKeys("", sample, body)
			slices.Sort(missing)
			slices.Sort(tt.except)
			if !slices.Equal(missing, tt.except) {
				t.Errorf("missing keys %q, expected to miss exactly %q", missing, tt.except)
			}
		})
	}
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
