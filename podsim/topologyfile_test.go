package podsim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

const topologyYAML = `
kinds:
  tiny: {processors: 1, processor_model: Tiny, processor_cores: 2, processor_speed_mhz: 1000,
         dimms: 1, dimm_mib: 1024, nics: 1, nic_speed_mbps: 1000,
         drives: [{count: 2, capacity_gib: 10, type: SSD, interface: SATA}]}
racks:
  - drawers:
      - count: 2
        sleds: [{kind: tiny, systems: 3}, {kind: small}]
  - drawers: [{sleds: [{count: 2, kind: large}]}]
storage_services: [{protocol: iSCSI, pools_gib: [10, 20]}]
pooled:
  drives: [{count: 3, capacity_gib: 100, type: SSD, interface: NVMe}]
  gpus: [{count: 2, model: A}, {model: B}]
  nics: [{}]
`

func TestReadTopology(t *testing.T) {
	t.Parallel()
	topology, err := podsim.ReadTopology([]byte(topologyYAML))
	if err != nil {
		t.Fatal(err)
	}
	if len(topology.FPGAs) != 0 || len(topology.NICs) != 1 || len(topology.PooledDrives) != 3 {
		t.Errorf("FPGAs %v, NICs %v, drives %v", topology.FPGAs, topology.NICs, topology.PooledDrives)
	}
	if diff := cmp.Diff([]podsim.GPU{{Model: "A"}, {Model: "A"}, {Model: "B"}}, topology.GPUs); diff != "" {
		t.Errorf("GPUs (-want +got):\n%s", diff)
	}
	sim, err := podsim.New(podsim.Options{Topology: topology})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	var tree strings.Builder
	if err := sim.WriteTree(&tree); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		"system ": 10, "  tiny: 1 x Tiny, 2 cores, 1024 MiB, 1 NICs, 2 drives": 6, "  large: ": 2, "rack ": 2,
		"iSCSI: 10 GiB, 20 GiB": 1, "3 drives, 0 FPGAs, 3 GPUs, 1 NICs": 1,
	} {
		if got := strings.Count(tree.String(), text); got != want {
			t.Errorf("%q stands %d times in the tree, want %d\n%s", text, got, want, tree.String())
		}
	}
}

func TestReadTopologyRefuses(t *testing.T) {
	t.Parallel()
	sled := func(s string) string { return "racks: [{drawers: [{sleds: [" + s + "]}]}]\n" }
	for file, want := range map[string]string{
		"":                                     "the file is empty",
		"racks: []":                            "racks is empty",
		"rack: []":                             "field rack not found in type topology",
		`{"racks": "two"}`:                     "line 1: expected a list of rack, found a text `two`",
		"racks: [{count: many}]":               "line 1: expected a whole number, found a text `many`",
		"racks: [7]":                           "line 1: expected rack, found a whole number `7`",
		sled("{kind: huge}"):                   `racks[0].drawers[0].sleds[0].kind is "huge", expected one of large, medium, small`,
		sled("{kind: small, led: 1}"):          "field led not found in type sled",
		sled("{kind: small, count: 0}"):        "racks[0].drawers[0].sleds[0].count is 0",
		sled("{kind: small, count: 99999999}"): "racks[0].drawers[0].sleds[0].count is 99999999",
		sled("{kind: small, systems: -1}"):     "racks[0].drawers[0].sleds[0].systems is -1",
		sled("{kind: small, systems: 0}"):      "the pod has 0 systems",
		`{"racks": [{"count": 99999, "drawers": [{"count": 99999, "sleds": [{"count": 99999, "kind": "small"}]}]}]}`: "too large",
		`{"racks": [{"count": 99999, "drawers": [{"count": 99999}]}]}`:                                               "expected 1 to 100000",
		sled("{kind: small}") + "kinds: {odd: {processors: 1}}":                                                      "kinds.odd: processor_cores is 0",
		sled("{kind: small}") + "storage_services: [{protocol: SMB}]":                                                `storage service 0: the protocol is "SMB"`,
		sled("{kind: small}") + "pooled: {gpus: [{speed_mbps: 5}]}":                                                  "pooled.gpus[0].speed_mbps is 5",
		sled("{kind: small}") + "pooled: {drives: [{capacity_gib: 5, type: Tape}]}":                                  `pooled drives: drive 0 is a "Tape"`,
		sled("{kind: small}") + "---\nracks: []":                                                                     "more than one document",
	} {
		_, err := podsim.ReadTopology([]byte(file))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "podsim.") {
			t.Errorf("%s: error %v, want %q", file, err, want)
		}
	}
}

func FuzzReadTopology(f *testing.F) {
	f.Add([]byte(topologyYAML))
	f.Add([]byte(`{"racks": [{"count": 2, "drawers": [{"sleds": [{"kind": "small"}]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		topology, err := podsim.ReadTopology(data)
		if err == nil && len(topology.Layout) == 0 {
			t.Error("a topology without racks")
		}
	})
}
