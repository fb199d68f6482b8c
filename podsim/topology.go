package podsim

import "slices"

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
