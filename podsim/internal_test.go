package podsim

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDistinctFindsAWayAroundGreed(t *testing.T) {
	t.Parallel()
	// Rows are wishes, columns components; a greedy choice fails all but the first.
	for _, tt := range []struct {
		name  string
		table []string
		have  int
		want  bool
	}{
		{"one each", []string{"x.", ".x"}, 2, true},
		{"the first must give way", []string{"xx", "x."}, 2, true},
		{"a chain of giving way", []string{"xx.", "xxx", "x.."}, 3, true},
		{"two want the same", []string{"x.", "x."}, 2, false},
		{"more wishes than components", []string{"x", "x"}, 1, false},
		{"no wishes", nil, 0, true},
	} {
		got := distinct(len(tt.table), tt.have, func(w, h int) bool { return tt.table[w][h] == 'x' })
		if got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestResets(t *testing.T) {
	t.Parallel()
	// Each reset with the power it leaves, from off and from on, and whether the machine boots.
	for _, tt := range []struct {
		reset                     string
		fromOff, fromOn           bool
		bootsFromOff, bootsFromOn bool
	}{
		{"On", true, true, true, false},
		{"ForceOn", true, true, true, false},
		{"ForceOff", false, false, false, false},
		{"GracefulShutdown", false, false, false, false},
		{"GracefulRestart", true, true, true, true},
		{"ForceRestart", true, true, true, true},
		{"Nmi", false, true, false, false},
		{"PushPowerButton", true, false, true, false},
	} {
		for _, on := range []bool{false, true} {
			s := systemState{on: on, boot: bootState{enabled: "Once", target: "Pxe"}}
			s.apply(tt.reset)
			wantOn, wantBoot := tt.fromOff, tt.bootsFromOff
			if on {
				wantOn, wantBoot = tt.fromOn, tt.bootsFromOn
			}
			if booted := s.boot.enabled == "Disabled"; s.on != wantOn || booted != wantBoot {
				t.Errorf("%s from on=%v: on=%v booted=%v, want %v %v", tt.reset, on, s.on, booted, wantOn, wantBoot)
			}
		}
	}
	if got := len(allResetTypes()); got != 8 {
		t.Errorf("%d reset types are served, the table has 8", got)
	}
}

// identities lists every identity of a pod by its place.
func identities(inv *inventory) map[string]string {
	ids := map[string]string{"service": inv.uuid}
	for _, c := range inv.chassis {
		ids[c.name] = c.uuid
		ids[c.name+" serial"] = c.serial
		for _, d := range c.drives {
			ids[c.name+" drive "+d.id] = d.uuid
		}
		for _, f := range c.accelerators {
			ids[c.name+" FPGA "+f.id] = f.asset.uuid
		}
	}
	for _, s := range inv.systems {
		ids[s.name] = s.uuid
		ids[s.name+" serial"] = s.serial
		for _, n := range s.nics {
			ids[s.name+" nic "+n.id] = n.mac
		}
		for _, d := range s.dimms {
			ids[s.name+" dimm "+d.id] = d.serial
		}
	}
	return ids
}

func TestIdentitiesComeFromSeedAndPlace(t *testing.T) {
	t.Parallel()
	small, large := DefaultTopology(), DefaultTopology()
	large.Racks, large.SystemsPerSled = 3, 2
	first := identities(buildInventory(small, rsd23(), 1))
	if diff := cmp.Diff(first, identities(buildInventory(small, rsd23(), 1))); diff != "" {
		t.Errorf("the same seed gives another pod:\n%s", diff)
	}
	grown, other := identities(buildInventory(large, rsd23(), 1)), identities(buildInventory(small, rsd23(), 2))
	for place, id := range first {
		if grown[place] != id {
			t.Errorf("%s is %s in a larger pod, was %s", place, grown[place], id)
		}
		if other[place] == id {
			t.Errorf("%s is %s under two seeds", place, id)
		}
	}
	places := map[string]string{}
	for place, id := range grown {
		if there, taken := places[id]; taken {
			t.Errorf("%s and %s are both %s", place, there, id)
		}
		places[id] = place
		if strings.Contains(place, "nic") && !strings.HasPrefix(id, "02:") {
			t.Errorf("%s: %s is not locally administered", place, id)
		}
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	sim, err := New(Options{Topology: Topology{Racks: 1, DrawersPerRack: 1, SledsPerDrawer: 2, SystemsPerSled: 1}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := sim.WriteTree(&b); err != nil {
		t.Fatal(err)
	}
	want := `pod Pod1  (/redfish/v1/Chassis/1)
└── rack Rack1  (/redfish/v1/Chassis/2)
    ├── drawer Rack1-Drawer1  Ethernet switch of 5 ports  (/redfish/v1/Chassis/3)
    │   ├── sled Rack1-Drawer1-Sled1  (/redfish/v1/Chassis/4)
    │   │   └── system Rack1-Drawer1-Sled1-System1  small: 1 x Intel(R) Xeon(R) Silver 4110, 8 cores, 16384 MiB, 2 NICs, 1 drives  (/redfish/v1/Systems/1)
    │   └── sled Rack1-Drawer1-Sled2  (/redfish/v1/Chassis/5)
    │       └── system Rack1-Drawer1-Sled2-System1  medium: 2 x Intel(R) Xeon(R) Gold 6126, 24 cores, 131072 MiB, 2 NICs, 2 drives  (/redfish/v1/Systems/2)
    ├── drawer Rack1-Storage1  4 drives, 0 FPGAs  (/redfish/v1/Chassis/6)
    ├── drawer Rack1-Storage2  4 drives, 0 FPGAs  (/redfish/v1/Chassis/7)
    └── drawer Rack1-PCIe1  4 drives, 2 FPGAs  (/redfish/v1/Chassis/8)
storage service 1  NVMeOverFabrics: 8192 GiB  (/redfish/v1/StorageServices/1)
storage service 2  iSCSI: 16384 GiB  (/redfish/v1/StorageServices/2)
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
}
