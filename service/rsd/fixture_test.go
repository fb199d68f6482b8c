package rsd

import (
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
