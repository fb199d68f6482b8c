package rsd

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// sharedDir is where the collected documents of real software are.
func sharedDir() string {
	root := os.Getenv("VALENCE_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	return filepath.Join(root, "data", "redfish")
}

func shared(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sharedDir(), name))
	if os.IsNotExist(err) {
		t.Skip("the collected documents are not here (VALENCE_SHARED)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func document[T any](t *testing.T, name string) T {
	t.Helper()
	doc, err := decode[T](shared(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return doc
}

// TestCollectedDocuments reads the documents of rsd-lib and of Intel's own
// software.
func TestCollectedDocuments(t *testing.T) {
	t.Parallel()
	for name, version := range map[string]string{
		"rsd-lib/v2_1/root.json": "2.1.0", "rsd-lib/v2_2/root.json": "2.2.0", "rsd-lib/v2_3/root.json": "2.3.0",
		"intelRSD/2.4/ServiceRoot.json": "2.4.0", "valence/v1_2/service_root.json": "",
	} {
		root := document[rootDocument](t, name)
		if root.Oem.Intel.APIVersion != version && version != "" {
			t.Errorf("%s: version %q, want %q", name, root.Oem.Intel.APIVersion, version)
		}
		if root.Oem.Intel.Nodes.ID+root.Nodes.ID != "/redfish/v1/Nodes" {
			t.Errorf("%s: no nodes", name)
		}
	}
	for _, version := range []string{"v2_1", "v2_3"} {
		nodes := document[collectionDocument](t, "rsd-lib/"+version+"/node_collection.json")
		if len(nodes.Members) == 0 || nodes.Actions.Allocate.Target == "" {
			t.Errorf("%s: the collection is %+v", version, nodes)
		}
		node := document[nodeDocument](t, "rsd-lib/"+version+"/node.json")
		m := describe(node)
		if m.PowerState != "On" || m.Health != "OK" || m.BootSource != "None" || len(m.ResetTypes) != 8 ||
			rsd2().states[node.State] != service.MachineAllocated || len(node.Links.Memory) != 1 ||
			!strings.HasSuffix(node.Actions.Assemble.Target, "ComposedNode.Assemble") {
			t.Errorf("%s: the node is %+v", version, node)
		}
	}
}

func TestCollectedParts(t *testing.T) {
	t.Parallel()
	if d := document[processorDocument](t, "rsd-lib/v2_1/processor.json"); *d.TotalCores.value != 8 || *d.MaxSpeedMHz.value != 3700 {
		t.Errorf("the processor is %+v", d)
	}
	if d := document[memoryDocument](t, "rsd-lib/v2_1/memory.json"); *d.CapacityMiB.value != 16384 || *d.OperatingSpeedMhz.value != 2400 {
		t.Errorf("the memory is %+v", d)
	}
	d := document[interfaceDocument](t, "rsd-lib/v2_1/system_network_interface.json")
	if d.MACAddress != "AA:BB:CC:DD:EE:FF" || *d.SpeedMbps.value != 100 || len(d.IPv4Addresses) != 1 {
		t.Errorf("the interface is %+v", d)
	}
	s := document[sessionServiceDocument](t, "intelRSD/2.4/SessionServiceTemplate.json")
	if s.Sessions.ID != "/redfish/v1/SessionService/Sessions" {
		t.Errorf("the session service is %+v", s)
	}
}

// TestCollectedHardware reads what the simulated pod does not send: the
// spellings of three versions.
func TestCollectedHardware(t *testing.T) {
	t.Parallel()
	c := &client{base: &url.URL{Scheme: "https", Host: "podm.example", Path: "/"}}
	for name, want := range map[string]struct {
		gib     float64
		chassis string
	}{
		"rsd-lib/v2_1/system.json": {96, "/redfish/v1/Chassis/1U"},
		"rsd-lib/v2_2/system.json": {0, "/redfish/v1/Chassis/4"},
		"intelRSD/2.4/System.json": {30.52, "/redfish/v1/Chassis/e36fb5b3-7ad2-11e8-a7c2-b3837769af31"},
	} {
		d := document[systemDocument](t, name)
		refs := c.refsOf(d.Links.Chassis)
		if *d.MemorySummary.TotalSystemMemoryGiB.value != want.gib || len(refs) != 1 || refs[0] != want.chassis || d.Processors.ID == "" {
			t.Errorf("%s: the system is %+v", name, d)
		}
	}
	if d := document[chassisDocument](t, "rsd-lib/v2_1/chassis.json"); d.Type != "Drawer" || len(d.Links.ComputerSystems) != 4 || len(d.Links.ContainedBy) != 1 {
		t.Errorf("the chassis is %+v", d)
	}
	if d := document[chassisDocument](t, "intelRSD/2.4/pod-chassis.json"); d.Type != "Pod" || d.Links.ContainedBy != nil || d.Links.Contains == nil {
		t.Errorf("the pod is %+v", d)
	}
	if d := document[storageDocument](t, "rsd-lib/v2_1/storage_subsystem.json"); len(d.Drives) != 1 {
		t.Errorf("the storage is %+v", d)
	}
}

func TestCollectedStorage(t *testing.T) {
	t.Parallel()
	s := document[serviceDocument](t, "rsd-lib/v2_3/storage_service.json")
	if s.Volumes.ID == "" || s.StoragePools.ID == "" || s.Endpoints.ID != "/redfish/v1/Fabrics/1/Endpoints" {
		t.Errorf("the service is %+v", s)
	}
	p := storageService{}.pool("/p", document[poolDocument](t, "rsd-lib/v2_3/storage_pool.json"))
	if *p.Bytes != 512174850048 || *p.FreeBytes != 512174850048-3071983104 || p.Name != "BasePool" || p.block != 1 {
		t.Errorf("the pool is %+v", p)
	}
	v := document[volumeDocument](t, "rsd-lib/v2_3/volume.json")
	if *v.CapacityBytes.value != 3071983104 || v.Oem.Intel.Erased.value != nil || len(v.Links.Oem.Intel.Endpoints) != 1 ||
		len(v.CapacitySources[0].ProvidingPools) != 1 || v.Actions.Initialize.Target == "" {
		t.Errorf("the volume is %+v", v)
	}
	d := document[resourceDocument](t, "rsd-lib/v2_3/drive.json")
	if r := (resource{"/d/2", d.kind("/d/2"), d}); r.kind != "Drive" || r.pooled() || len(d.Oem.Intel.UsedBy) != 1 || r.deviceType() != service.DeviceSSD {
		t.Errorf("the drive is %+v", r)
	}
	for name, targets := range map[string]int{
		"rsd-lib/v2_1/endpoint.json": 1, "rsd-lib/v2_3/endpoint_1.json": 1, "rsd-lib/v2_3/endpoint_2.json": 0,
		"intelRSD/2.4/EndpointTarget.json": 1, "intelRSD/2.4/EndpointInitiator.json": 0,
	} {
		d := document[resourceDocument](t, name)
		if d.kind("") != "Endpoint" || len(d.targets()) != targets {
			t.Errorf("%s: the endpoint is %+v", name, d)
		}
	}
}

func TestCollectedActions(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{"v2_1": "ComposedNode.AttachEndpoint", "v2_3": "ComposedNode.AttachResource"} {
		d := document[nodeDocument](t, "rsd-lib/"+version+"/node.json")
		if !strings.HasSuffix(d.attachAction().Target, want) || d.detachAction().Target == "" || len(d.Links.storage()) != 2 {
			t.Errorf("%s: the node is %+v", version, d)
		}
		if got := strings.Join(d.Boot.targets(), " "); got != "None Pxe Hdd RemoteDrive" {
			t.Errorf("%s: it boots from %s", version, got)
		}
	}
}
