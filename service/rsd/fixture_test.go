package rsd

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
	"github.com/valence-rsd/valence/service/redfishtest"
)

func document[T any](t *testing.T, name string) T {
	t.Helper()
	doc, err := redfish.Decode[T](redfishtest.Shared(t, name))
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
		nodes := document[nodesDocument](t, "rsd-lib/"+version+"/node_collection.json")
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

// TestCollectedNodeOf12 reads what a pod manager of RSD 1.2 said.
func TestCollectedNodeOf12(t *testing.T) {
	t.Parallel()
	root := document[rootDocument](t, "valence/v1_2/service_root.json")
	d, known := dialectOf(root)
	node := document[nodeDocument](t, "valence/v1_2/node_detail.json")
	m := describe(node)
	if !known || !d.vague || d.states[node.State] != service.MachineAssembled || len(m.ResetTypes) != 8 || m.TargetBootSource != "Hdd" ||
		m.PowerState != "On" || node.Links.storage() == nil || node.attachAction().Target != "" {
		t.Errorf("dialect %+v, machine %+v", d, m)
	}
}

// TestEveryCollectedDocument reads all that was collected of RSD into what the
// driver reads it into, or into the most general there is.
func TestEveryCollectedDocument(t *testing.T) {
	t.Parallel()
	redfishtest.Shared(t, "INDEX.md") // or skip
	read := map[string]func([]byte) error{
		"root": decodes[rootDocument], "service_root": decodes[rootDocument], "ServiceRoot": decodes[rootDocument],
		"node_collection": decodes[nodesDocument], "nodes_root": decodes[nodesDocument],
		"node": decodes[nodeDocument], "node_detail": decodes[nodeDocument],
		"storage_service": decodes[serviceDocument], "storage_pool": decodes[poolDocument], "volume": decodes[volumeDocument],
		"system": decodes[redfish.SystemDocument], "System": decodes[redfish.SystemDocument],
		"processor": decodes[redfish.ProcessorDocument], "Processor": decodes[redfish.ProcessorDocument],
		"memory": decodes[redfish.MemoryDocument], "system_network_interface": decodes[redfish.InterfaceDocument],
	}
	total := 0
	for _, pattern := range []string{"rsd-lib/*/*.json", "intelRSD/*/*.json", "valence/*/*.json", "valence/*.json"} {
		files, err := filepath.Glob(filepath.Join(redfishtest.Dir(), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			total++
			decode, special := read[strings.TrimSuffix(filepath.Base(file), ".json")]
			if !special {
				decode = decodes[redfish.ResourceDocument]
			}
			name, _ := filepath.Rel(redfishtest.Dir(), file)
			if err := decode(redfishtest.Shared(t, name)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if total < 50 {
		t.Errorf("only %d documents were read", total)
	}
	// Eight documents of the original's simulator, by URI.
	for uri, body := range document[map[string]json.RawMessage](t, "valence/simulator_rsd_v1_2_1.bundle.json") {
		if err := decodes[nodeDocument](body); err != nil {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

func decodes[T any](body []byte) error {
	_, err := redfish.Decode[T](body)
	return err
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
	if *v.CapacityBytes.Value != 3071983104 || v.Oem.Intel.Erased.Value != nil || len(v.Links.Oem.Intel.Endpoints) != 1 ||
		len(v.CapacitySources[0].ProvidingPools) != 1 || v.Actions.Initialize.Target == "" {
		t.Errorf("the volume is %+v", v)
	}
	d := document[redfish.ResourceDocument](t, "rsd-lib/v2_3/drive.json")
	if r := (redfish.Resource{Ref: "/d/2", Kind: d.KindOf("/d/2"), Doc: d}); r.Kind != "Drive" || r.Pooled() || len(d.Oem.Intel.UsedBy) != 1 || r.DeviceType() != service.DeviceSSD {
		t.Errorf("the drive is %+v", r)
	}
	for name, targets := range map[string]int{
		"rsd-lib/v2_1/endpoint.json": 1, "rsd-lib/v2_3/endpoint_1.json": 1, "rsd-lib/v2_3/endpoint_2.json": 0,
		"intelRSD/2.4/EndpointTarget.json": 1, "intelRSD/2.4/EndpointInitiator.json": 0,
	} {
		d := document[redfish.ResourceDocument](t, name)
		if d.KindOf("") != "Endpoint" || len(d.Targets()) != targets {
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
		if got := strings.Join(d.Boot.Targets(), " "); got != "None Pxe Hdd RemoteDrive" {
			t.Errorf("%s: it boots from %s", version, got)
		}
	}
}
