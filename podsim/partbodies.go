package podsim

import "net/http"

type processorBody struct {
	header
	Socket                string            `json:"Socket"`
	ProcessorType         string            `json:"ProcessorType"`
	ProcessorArchitecture string            `json:"ProcessorArchitecture"`
	InstructionSet        string            `json:"InstructionSet"`
	Manufacturer          string            `json:"Manufacturer"`
	Model                 string            `json:"Model"`
	ProcessorID           processorID       `json:"ProcessorId"`
	MaxSpeedMHz           int               `json:"MaxSpeedMHz"`
	TotalCores            int               `json:"TotalCores"`
	TotalThreads          int               `json:"TotalThreads"`
	Status                status            `json:"Status"`
	Oem                   oem[processorOem] `json:"Oem"`

	*pooledProcessor
}

// pooledProcessor is what processors behind the PCIe switch have on top.
type pooledProcessor struct {
	Links processorLinks `json:"Links"`
}

type processorLinks struct {
	Chassis   link   `json:"Chassis"`
	Endpoints []link `json:"Endpoints"`
}

type processorID struct {
	VendorID                string  `json:"VendorId"`
	IdentificationRegisters *string `json:"IdentificationRegisters"`
	EffectiveFamily         *string `json:"EffectiveFamily"`
	EffectiveModel          *string `json:"EffectiveModel"`
	Step                    *string `json:"Step"`
	MicrocodeInfo           *string `json:"MicrocodeInfo"`
}

type processorOem struct {
	Type                string   `json:"@odata.type"`
	Brand               string   `json:"Brand"`
	Capabilities        []string `json:"Capabilities"`
	OnPackageMemory     []empty  `json:"OnPackageMemory"`
	ThermalDesignPower  *int     `json:"ThermalDesignPowerWatt"`
	Metrics             *link    `json:"Metrics"`
	ExtendedIDRegisters *empty   `json:"ExtendedIdentificationRegisters"`
	FPGA                *fpgaOem `json:"FPGA"`
}

type fpgaOem struct {
	Type                 string  `json:"Type"`
	BitStreamVersion     *string `json:"BitStreamVersion"`
	HSSIConfiguration    *string `json:"HSSIConfiguration"`
	HSSISideband         *string `json:"HSSISideband"`
	ReconfigurationSlots *int    `json:"ReconfigurationSlots"`
}

func (s *Simulator) newProcessorBody(_ *system, p *processor) processorBody {
	return processorBody{
		header:                newHeader("Processor", "v1_0_0", p.uri, p.id, "Processor", "Simulated processor"),
		Socket:                p.socket,
		ProcessorType:         processorType,
		ProcessorArchitecture: "x86",
		InstructionSet:        instructionSet,
		Manufacturer:          "Intel(R) Corporation",
		Model:                 p.Model,
		ProcessorID:           processorID{VendorID: "GenuineIntel"},
		MaxSpeedMHz:           p.SpeedMHz,
		TotalCores:            p.Cores,
		TotalThreads:          2 * p.Cores,
		Status:                newStatus(healthOK),
		Oem: oem[processorOem]{processorOem{
			Type:            "#Intel.Oem.Processor",
			Brand:           s.dialect.brand(p.Brand),
			Capabilities:    processorCapabilities(),
			OnPackageMemory: []empty{},
		}},
	}
}

func (s *Simulator) getAccelerator(w http.ResponseWriter, r *http.Request) error {
	c, err := s.chassisOf(r)
	if err != nil {
		return err
	}
	a, err := member(c.accelerators, r.PathValue("processor"))
	if err != nil {
		return err
	}
	return s.serve(w, newAcceleratorBody(c, a, s.pod.assetStateOf(a.asset)))
}

func newAcceleratorBody(c *chassis, a *accelerator, state assetState) processorBody {
	body := processorBody{
		header:                newHeader("Processor", "v1_0_0", a.uri, a.id, a.kind, "Simulated pooled "+a.kind),
		Socket:                "PCIe " + a.asset.endpointID,
		ProcessorType:         a.kind,
		ProcessorArchitecture: "OEM",
		InstructionSet:        "OEM",
		Manufacturer:          "Intel(R) Corporation",
		Model:                 a.model,
		Status:                newStatus(state.health),
		Oem: oem[processorOem]{processorOem{
			Type:            "#Intel.Oem.Processor",
			Brand:           "Unknown",
			Capabilities:    []string{},
			OnPackageMemory: []empty{},
		}},
		pooledProcessor: &pooledProcessor{processorLinks{link{c.uri}, []link{{a.asset.endpointURI()}}}},
	}
	if a.kind == "FPGA" {
		body.Oem.Intel.FPGA = &fpgaOem{Type: "Discrete"}
	}
	return body
}

type memoryBody struct {
	header
	MemoryType           string         `json:"MemoryType"`
	MemoryDeviceType     string         `json:"MemoryDeviceType"`
	BaseModuleType       string         `json:"BaseModuleType"`
	MemoryMedia          []string       `json:"MemoryMedia"`
	CapacityMiB          int            `json:"CapacityMiB"`
	DataWidthBits        int            `json:"DataWidthBits"`
	BusWidthBits         int            `json:"BusWidthBits"`
	Manufacturer         string         `json:"Manufacturer"`
	SerialNumber         string         `json:"SerialNumber"`
	PartNumber           *string        `json:"PartNumber"`
	AllowedSpeedsMHz     []int          `json:"AllowedSpeedsMHz"`
	FirmwareRevision     *string        `json:"FirmwareRevision"`
	FirmwareAPIVersion   *string        `json:"FirmwareApiVersion"`
	FunctionClasses      []string       `json:"FunctionClasses"`
	VendorID             *string        `json:"VendorID"`
	DeviceID             *string        `json:"DeviceID"`
	RankCount            int            `json:"RankCount"`
	DeviceLocator        string         `json:"DeviceLocator"`
	MemoryLocation       memoryLocation `json:"MemoryLocation"`
	ErrorCorrection      string         `json:"ErrorCorrection"`
	Status               status         `json:"Status"`
	OperatingSpeedMhz    int            `json:"OperatingSpeedMhz"`
	Regions              []memoryRegion `json:"Regions"`
	OperatingMemoryModes []string       `json:"OperatingMemoryModes"`
	Oem                  oem[memoryOem] `json:"Oem"`
}

type memoryLocation struct {
	Socket           int `json:"Socket"`
	MemoryController int `json:"MemoryController"`
	Channel          int `json:"Channel"`
	Slot             int `json:"Slot"`
}

type memoryRegion struct {
	RegionID             string `json:"RegionId"`
	MemoryClassification string `json:"MemoryClassification"`
	OffsetMiB            int    `json:"OffsetMiB"`
	SizeMiB              int    `json:"SizeMiB"`
}

type memoryOem struct {
	Type        string  `json:"@odata.type"`
	VoltageVolt float64 `json:"VoltageVolt"`
}

// newMemoryBody spreads the modules over the sockets, the first ones on the first.
func newMemoryBody(sys *system, d *dimm) memoryBody {
	perSocket := (len(sys.dimms) + len(sys.processors) - 1) / len(sys.processors)
	return memoryBody{
		header:           newHeader("Memory", "v1_1_0", d.uri, d.id, "DIMM", "Simulated memory module"),
		MemoryType:       memoryType,
		MemoryDeviceType: d.Type,
		BaseModuleType:   "RDIMM",
		MemoryMedia:      []string{"DRAM"},
		CapacityMiB:      d.CapacityMiB,
		DataWidthBits:    dimmDataBits,
		BusWidthBits:     72,
		Manufacturer:     dimmMaker,
		SerialNumber:     d.serial,
		AllowedSpeedsMHz: []int{d.SpeedMHz},
		FunctionClasses:  []string{"Volatile"},
		RankCount:        1,
		DeviceLocator:    d.locator,
		MemoryLocation: memoryLocation{
			Socket:           (d.slot-1)/perSocket + 1,
			MemoryController: 1,
			Channel:          (d.slot-1)%perSocket + 1,
			Slot:             1,
		},
		ErrorCorrection:      "MultiBitECC",
		Status:               newStatus(healthOK),
		OperatingSpeedMhz:    d.SpeedMHz,
		Regions:              []memoryRegion{{RegionID: "1", MemoryClassification: "Volatile", SizeMiB: d.CapacityMiB}},
		OperatingMemoryModes: []string{"Volatile"},
		Oem:                  oem[memoryOem]{memoryOem{"#Intel.Oem.DimmConfig", 1.2}},
	}
}

type nicBody struct {
	header
	Status                 status   `json:"Status"`
	InterfaceEnabled       bool     `json:"InterfaceEnabled"`
	PermanentMACAddress    string   `json:"PermanentMACAddress"`
	MACAddress             string   `json:"MACAddress"`
	SpeedMbps              int      `json:"SpeedMbps"`
	AutoNeg                bool     `json:"AutoNeg"`
	FullDuplex             bool     `json:"FullDuplex"`
	MTUSize                int      `json:"MTUSize"`
	HostName               *string  `json:"HostName"`
	FQDN                   *string  `json:"FQDN"`
	IPv6DefaultGateway     *string  `json:"IPv6DefaultGateway"`
	MaxIPv6StaticAddresses *int     `json:"MaxIPv6StaticAddresses"`
	LinkStatus             string   `json:"LinkStatus"`
	NameServers            []string `json:"NameServers"`
	IPv4Addresses          []empty  `json:"IPv4Addresses"`
	IPv6Addresses          []empty  `json:"IPv6Addresses"`
	IPv6StaticAddresses    []empty  `json:"IPv6StaticAddresses"`
	VLAN                   *empty   `json:"VLAN"`
	VLANs                  link     `json:"VLANs"`
	Oem                    empty    `json:"Oem"`
	Links                  nicLinks `json:"Links"`
}

type nicLinks struct {
	Oem oem[nicLinksOem] `json:"Oem"`
}

type nicLinksOem struct {
	Type         string `json:"@odata.type"`
	NeighborPort *link  `json:"NeighborPort"`
}

func newNICBody(_ *system, n *nic) nicBody {
	body := nicBody{
		header: newHeader("EthernetInterface", "v1_1_0", n.uri, n.id, "Ethernet Interface",
			"Simulated Ethernet interface"),
		Status:              newStatus(healthOK),
		InterfaceEnabled:    true,
		PermanentMACAddress: n.mac,
		MACAddress:          n.mac,
		SpeedMbps:           n.speedMbps,
		AutoNeg:             true,
		FullDuplex:          true,
		MTUSize:             1500,
		LinkStatus:          "LinkUp",
		NameServers:         []string{},
		IPv4Addresses:       []empty{},
		IPv6Addresses:       []empty{},
		IPv6StaticAddresses: []empty{},
		VLANs:               link{n.uri + "/VLANs"},
		Links:               nicLinks{oem[nicLinksOem]{nicLinksOem{Type: "#Intel.Oem.EthernetInterface"}}},
	}
	if n.port != nil {
		body.Links.Oem.Intel.NeighborPort = &link{n.port.uri}
	}
	return body
}
