package podsim

import (
	"errors"
	"fmt"
	"slices"
)

// maxSystems keeps a mistyped topology from eating the machine's memory.
const maxSystems = 100_000

// maxPoolGiB is 1 EiB: the sum of many pools still fits an int64 of bytes.
const maxPoolGiB = 1 << 30

// Topology says how big a pod is. Every count that is zero takes the default of DefaultTopology.
type Topology struct {
	Racks          int // racks in the pod
	DrawersPerRack int
	SledsPerDrawer int
	SystemsPerSled int // computer systems in one sled

	// Kinds are the kinds of sled. The sleds of the pod take them in turn, so that every drawer holds a mix.
	Kinds []Hardware

	// Layout says for each rack what is in it. When it is not empty the counts above are not looked at.
	Layout []Rack

	// What follows can be had by any node. nil takes the default; an empty list means that the pod has none.

	StorageServices []StorageService
	PooledDrives    []Drive // behind the PCIe switch
	FPGAs           []FPGA  // behind the PCIe switch

	// These the default topology does not have.

	GPUs []GPU // behind the PCIe switch
	NICs []NIC // behind the PCIe switch
}

// Rack is one rack of a Layout.
type Rack struct{ Drawers []Drawer }

// Drawer is one drawer of a rack.
type Drawer struct{ Sleds []Sled }

// Sled holds computer systems of one kind.
type Sled struct {
	Kind    int // index into Topology.Kinds
	Systems int
}

// Hardware describes the computer systems of one kind of sled.
type Hardware struct {
	Name string // shows in the system's Model

	Processors int // sockets, all filled with the same Processor
	Processor  Processor

	DIMMs int // memory modules, all alike
	DIMM  DIMM

	NICs         int
	NICSpeedMbps int

	Drives []Drive

	TPM string // interface type of the trusted module: TPM1_2, TPM2_0, TCM1_0, or empty for none
}

// Processor describes one processor package.
type Processor struct {
	Model    string
	Brand    string // as RSD spells it: E5, Silver, Gold, …
	Cores    int
	SpeedMHz int // highest speed
}

// DIMM describes one memory module.
type DIMM struct {
	Type        string // DDR4, …
	CapacityMiB int
	SpeedMHz    int
}

// Drive describes one local drive.
type Drive struct {
	CapacityGiB int
	Type        string // HDD or SSD
	Interface   string // SATA, SAS or NVMe
	RPM         int    // zero for an SSD
}

// StorageService describes one storage service. All its volumes are reached over the same fabric, as in RSD 2.3.
type StorageService struct {
	Protocol string // NVMeOverFabrics or iSCSI
	PoolGiB  []int  // the capacity of each storage pool
}

// FPGA describes one accelerator behind the PCIe switch.
type FPGA struct {
	Model string
}

// GPU describes one graphics processor behind the PCIe switch.
type GPU struct {
	Model string
}

// NIC describes one network adapter behind the PCIe switch.
type NIC struct {
	Model     string
	SpeedMbps int
}

// DefaultTopology is a pod of two racks with eight systems of three kinds: enough for flavors to matter. Its storage
// is a pool of 8 TiB over NVMe and one of 16 TiB over iSCSI; four drives and two FPGAs sit behind the PCIe switch.
func DefaultTopology() Topology {
	return Topology{
		Racks:          2,
		DrawersPerRack: 2,
		SledsPerDrawer: 2,
		SystemsPerSled: 1,
		Kinds:          []Hardware{smallSled(), mediumSled(), largeSled()},
		StorageServices: []StorageService{
			{Protocol: protocolNVMe, PoolGiB: []int{8 << 10}},
			{Protocol: protocolISCSI, PoolGiB: []int{16 << 10}},
		},
		PooledDrives: slices.Repeat([]Drive{PooledDrive()}, 4),
		FPGAs:        slices.Repeat([]FPGA{PooledFPGA()}, 2),
	}
}

// PooledGPU and PooledNIC are what the program puts behind the PCIe switch when it is asked for some.
func PooledGPU() GPU { return GPU{Model: "Simulated GPU 80G"} }

// PooledNIC is a network adapter, see PooledGPU.
func PooledNIC() NIC { return NIC{Model: "Simulated NIC 100G", SpeedMbps: 100_000} }

// PooledDrive is the drive that the default topology has behind its PCIe switch.
func PooledDrive() Drive { return Drive{CapacityGiB: 1600, Type: "SSD", Interface: "NVMe"} }

// PooledFPGA is the accelerator that the default topology has behind its PCIe switch.
func PooledFPGA() FPGA { return FPGA{Model: "Intel(R) Arria(R) 10 GX"} }

func smallSled() Hardware {
	return Hardware{
		Name:       "small",
		Processors: 1,
		Processor:  Processor{Model: "Intel(R) Xeon(R) Silver 4110", Brand: "Silver", Cores: 8, SpeedMHz: 3000},
		DIMMs:      2,
		DIMM:       DIMM{Type: "DDR4", CapacityMiB: 8192, SpeedMHz: 2400},
		NICs:       2, NICSpeedMbps: 10_000,
		Drives: []Drive{{CapacityGiB: 240, Type: "SSD", Interface: "SATA"}},
		TPM:    "TPM2_0",
	}
}

func mediumSled() Hardware {
	return Hardware{
		Name:       "medium",
		Processors: 2,
		Processor:  Processor{Model: "Intel(R) Xeon(R) Gold 6126", Brand: "Gold", Cores: 12, SpeedMHz: 3700},
		DIMMs:      8,
		DIMM:       DIMM{Type: "DDR4", CapacityMiB: 16384, SpeedMHz: 2666},
		NICs:       2, NICSpeedMbps: 10_000,
		Drives: []Drive{
			{CapacityGiB: 480, Type: "SSD", Interface: "NVMe"},
			{CapacityGiB: 2000, Type: "HDD", Interface: "SATA", RPM: 7200},
		},
		TPM: "TPM2_0",
	}
}

func largeSled() Hardware {
	return Hardware{
		Name:       "large",
		Processors: 2,
		Processor:  Processor{Model: "Intel(R) Xeon(R) Platinum 8160", Brand: "Platinum", Cores: 24, SpeedMHz: 3700},
		DIMMs:      12,
		DIMM:       DIMM{Type: "DDR4", CapacityMiB: 32768, SpeedMHz: 2666},
		NICs:       4, NICSpeedMbps: 25_000,
		Drives: []Drive{
			{CapacityGiB: 960, Type: "SSD", Interface: "NVMe"},
			{CapacityGiB: 960, Type: "SSD", Interface: "NVMe"},
		},
	}
}

// withDefaults fills the fields that were left at zero.
func (t Topology) withDefaults() Topology {
	d := DefaultTopology()
	t.Racks = orDefault(t.Racks, d.Racks)
	t.DrawersPerRack = orDefault(t.DrawersPerRack, d.DrawersPerRack)
	t.SledsPerDrawer = orDefault(t.SledsPerDrawer, d.SledsPerDrawer)
	t.SystemsPerSled = orDefault(t.SystemsPerSled, d.SystemsPerSled)
	if len(t.Kinds) == 0 {
		t.Kinds = d.Kinds
	}
	if t.StorageServices == nil {
		t.StorageServices = d.StorageServices
	}
	if t.PooledDrives == nil {
		t.PooledDrives = d.PooledDrives
	}
	if t.FPGAs == nil {
		t.FPGAs = d.FPGAs
	}
	return t
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// layout lists the racks. Without a Layout the sleds take the kinds in turn.
func (t Topology) layout() []Rack {
	if len(t.Layout) > 0 {
		return t.Layout
	}
	racks, sleds := make([]Rack, t.Racks), 0
	for r := range racks {
		racks[r].Drawers = make([]Drawer, t.DrawersPerRack)
		for d := range racks[r].Drawers {
			for range t.SledsPerDrawer {
				sled := Sled{Kind: sleds % len(t.Kinds), Systems: t.SystemsPerSled}
				racks[r].Drawers[d].Sleds = append(racks[r].Drawers[d].Sleds, sled)
				sleds++
			}
		}
	}
	return racks
}

func (t Topology) validate() error {
	if err := t.validateSize(); err != nil {
		return err
	}
	for _, kind := range t.Kinds {
		if err := kind.validate(); err != nil {
			return fmt.Errorf("hardware %q: %w", kind.Name, err)
		}
	}
	for i, service := range t.StorageServices {
		if err := service.validate(); err != nil {
			return fmt.Errorf("storage service %d: %w", i, err)
		}
	}
	if err := validateDrives(t.PooledDrives); err != nil {
		return fmt.Errorf("pooled drives: %w", err)
	}
	for i, nic := range t.NICs {
		if nic.SpeedMbps < 1 {
			return fmt.Errorf("pooled NIC %d has %d Mbps, expected 1 or more", i, nic.SpeedMbps)
		}
	}
	return nil
}

// validateSize checks the counts, or the layout that stands for them.
func (t Topology) validateSize() error {
	if len(t.Layout) > 0 {
		return t.validateLayout()
	}
	total := 1
	for _, count := range []struct {
		name  string
		value int
	}{
		{"racks", t.Racks},
		{"drawers per rack", t.DrawersPerRack},
		{"sleds per drawer", t.SledsPerDrawer},
		{"systems per sled", t.SystemsPerSled},
	} {
		if count.value < 1 || count.value > maxSystems {
			return fmt.Errorf("%s is %d, expected 1 to %d", count.name, count.value, maxSystems)
		}
		total *= count.value
		if total > maxSystems {
			return fmt.Errorf("a pod of more than %d systems is too large", maxSystems)
		}
	}
	return nil
}

// validateLayout stops as soon as the pod is too large: a few counts in a file can make it so.
func (t Topology) validateLayout() error {
	systems, places := 0, 0
	for r, rack := range t.Layout {
		places++
		for d, drawer := range rack.Drawers {
			if places++; places > maxSystems {
				break
			}
			for s, sled := range drawer.Sleds {
				if sled.Kind < 0 || sled.Kind >= len(t.Kinds) {
					return fmt.Errorf("rack %d, drawer %d, sled %d: kind is %d, expected 0 to %d", r, d, s, sled.Kind, len(t.Kinds)-1)
				}
				places++
				systems += max(0, sled.Systems)
				if max(systems, places) > maxSystems {
					return fmt.Errorf("a pod of more than %d systems or chassis is too large", maxSystems)
				}
			}
		}
	}
	if systems < 1 || places > maxSystems {
		return fmt.Errorf("the pod has %d systems in %d chassis, expected 1 to %d", systems, places, maxSystems)
	}
	return nil
}

func (s StorageService) validate() error {
	if s.Protocol != protocolNVMe && s.Protocol != protocolISCSI {
		return fmt.Errorf("the protocol is %q, expected %s or %s", s.Protocol, protocolNVMe, protocolISCSI)
	}
	for i, capacity := range s.PoolGiB {
		if capacity < 1 || capacity > maxPoolGiB {
			return fmt.Errorf("pool %d has %d GiB, expected 1 to %d", i, capacity, maxPoolGiB)
		}
	}
	return nil
}

func (h Hardware) validate() error {
	if min(h.Processors, h.Processor.Cores, h.DIMMs, h.DIMM.CapacityMiB) < 1 {
		return errors.New("a system needs at least one processor with one core and one memory module with 1 MiB")
	}
	if h.NICs < 0 {
		return fmt.Errorf("NICs is %d, expected 0 or more", h.NICs)
	}
	return validateDrives(h.Drives)
}

func validateDrives(drives []Drive) error {
	for i, d := range drives {
		if d.CapacityGiB < 1 || (d.Type != "HDD" && d.Type != "SSD") {
			return fmt.Errorf("drive %d is a %q of %d GiB, expected an HDD or SSD of at least 1 GiB", i, d.Type, d.CapacityGiB)
		}
	}
	return nil
}
