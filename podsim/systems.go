package podsim

import (
	"math"
	"net/http"
)

func (s *Simulator) systemRoutes(mux *http.ServeMux) {
	const member = systemsURI + "/{system}"
	s.handle(mux, systemsURI, methods{"GET": s.listSystems})
	s.handle(mux, member, methods{"GET": s.getSystem, "PATCH": s.patchSystem})
	s.handle(mux, member+"/Actions/ComputerSystem.Reset", methods{"POST": s.forwarded("Reset system", s.resetSystem)})
	s.partRoutes(mux, member)
	s.adapterRoutes(mux, member)
}

type bootBody struct {
	Enabled        string   `json:"BootSourceOverrideEnabled"`
	Target         string   `json:"BootSourceOverrideTarget"`
	AllowedTargets []string `json:"BootSourceOverrideTarget@Redfish.AllowableValues"`
	Mode           string   `json:"BootSourceOverrideMode"`
	AllowedModes   []string `json:"BootSourceOverrideMode@Redfish.AllowableValues"`
}

func (s *Simulator) newBootBody(b bootState) bootBody {
	return bootBody{
		Enabled: b.enabled, Target: b.target, AllowedTargets: s.dialect.nodes.bootTargets,
		Mode: b.mode, AllowedModes: bootModes(),
	}
}

type systemBody struct {
	header
	SystemType         string           `json:"SystemType"`
	AssetTag           *string          `json:"AssetTag"`
	Manufacturer       string           `json:"Manufacturer"`
	Model              string           `json:"Model"`
	SKU                *string          `json:"SKU"`
	SerialNumber       string           `json:"SerialNumber"`
	PartNumber         *string          `json:"PartNumber"`
	UUID               string           `json:"UUID"`
	HostName           *string          `json:"HostName"`
	Status             status           `json:"Status"`
	IndicatorLED       string           `json:"IndicatorLED"`
	PowerState         string           `json:"PowerState"`
	Boot               bootBody         `json:"Boot"`
	BiosVersion        string           `json:"BiosVersion"`
	ProcessorSummary   processorSummary `json:"ProcessorSummary"`
	MemorySummary      memorySummary    `json:"MemorySummary"`
	HostingRoles       []string         `json:"HostingRoles"`
	Processors         link             `json:"Processors"`
	Memory             link             `json:"Memory"`
	EthernetInterfaces link             `json:"EthernetInterfaces"`
	NetworkInterfaces  link             `json:"NetworkInterfaces"`
	SimpleStorage      link             `json:"SimpleStorage"`
	Storage            link             `json:"Storage"`
	MemoryChunks       *link            `json:"MemoryChunks,omitempty"` // in RSD 1.2
	PCIeDevices        []link           `json:"PCIeDevices"`
	PCIeFunctions      []link           `json:"PCIeFunctions"`
	TrustedModules     []trustedModule  `json:"TrustedModules"`
	Links              systemLinks      `json:"Links"`
	Actions            systemActions    `json:"Actions"`
	Oem                oem[systemOem]   `json:"Oem"`
}

type processorSummary struct {
	Count  int    `json:"Count"`
	Model  string `json:"Model"`
	Status status `json:"Status"`
}

// memorySummary has a decimal number from RSD 2.1 on.
type memorySummary struct {
	TotalSystemMemoryGiB float64 `json:"TotalSystemMemoryGiB"`
	Status               status  `json:"Status"`
}

const biosVersion = "1.0.0"

func (s *system) processorSummary(health status) processorSummary {
	return processorSummary{Count: len(s.processors), Model: s.hw.Processor.Model, Status: health}
}

// memorySummary tells the memory of a system, in a whole number where the dialect has it so.
func (s *Simulator) memorySummary(sys *system, health status) memorySummary {
	gib := float64(sys.totalMemoryMiB()) / 1024
	if s.dialect.hardware.wholeGiB {
		gib = math.Floor(gib)
	}
	return memorySummary{TotalSystemMemoryGiB: gib, Status: health}
}

type trustedModule struct {
	FirmwareVersion string `json:"FirmwareVersion"`
	InterfaceType   string `json:"InterfaceType"`
	Status          status `json:"Status"`
}

type systemLinks struct {
	Chassis   []link `json:"Chassis"`
	ManagedBy []link `json:"ManagedBy"`
	Endpoints []link `json:"Endpoints"`
	Oem       empty  `json:"Oem"`
}

type systemActions struct {
	Reset resetAction `json:"#ComputerSystem.Reset"`
	Oem   empty       `json:"Oem"`
}

type systemOem struct {
	Type             string   `json:"@odata.type"`
	PciDevices       []empty  `json:"PciDevices"`
	DiscoveryState   string   `json:"DiscoveryState"`
	ProcessorSockets int      `json:"ProcessorSockets"`
	MemorySockets    int      `json:"MemorySockets"`
	PCIeConnectionID []string `json:"PCIeConnectionId"`
	UserModeEnabled  bool     `json:"UserModeEnabled"`
	TXTEnabled       bool     `json:"TrustedExecutionTechnologyEnabled"`
	Metrics          *link    `json:"Metrics"`
	Adapters         *link    `json:"Adapters,omitempty"` // in RSD 1.2
}

func (s *Simulator) newSystemBody(sys *system) systemBody {
	state := s.pod.stateOf(sys)
	health := newStatus(state.health)
	body := systemBody{
		header: newHeader("ComputerSystem", "v1_3_0", sys.uri, sys.id, sys.name,
			"Simulated computer system ("+sys.hw.Name+")"),
		SystemType:   "Physical",
		Manufacturer: "Valence",
		Model:        "Simulated " + sys.hw.Name + " sled",
		SerialNumber: sys.serial,
		UUID:         sys.uuid,
		Status:       health,
		IndicatorLED: "Off",
		PowerState:   state.powerState(),
		Boot:         s.newBootBody(state.boot),
		BiosVersion:  biosVersion,

		ProcessorSummary:   sys.processorSummary(health),
		MemorySummary:      s.memorySummary(sys, health),
		HostingRoles:       []string{},
		Processors:         link{sys.uri + "/Processors"},
		Memory:             link{sys.uri + "/Memory"},
		EthernetInterfaces: link{sys.uri + "/EthernetInterfaces"},
		NetworkInterfaces:  link{sys.uri + "/NetworkInterfaces"},
		SimpleStorage:      link{sys.uri + "/SimpleStorage"},
		Storage:            link{sys.uri + "/Storage"},
		PCIeDevices:        []link{},
		PCIeFunctions:      []link{},
		TrustedModules:     trustedModules(sys),
		Links: systemLinks{
			Chassis: []link{{sys.sled.uri}}, ManagedBy: s.pod.managedBy(), Endpoints: s.pod.initiatorsOf(sys),
		},
		Actions: systemActions{
			Reset: resetAction{sys.uri + "/Actions/ComputerSystem.Reset", s.pod.resetTypes},
		},
		Oem: oem[systemOem]{systemOem{
			Type:             "#Intel.Oem.ComputerSystem",
			PciDevices:       []empty{},
			DiscoveryState:   "Deep",
			ProcessorSockets: len(sys.processors),
			MemorySockets:    len(sys.dimms),
			PCIeConnectionID: []string{},
		}},
	}
	if s.dialect.hardware.adapters {
		body.MemoryChunks = &link{sys.uri + "/MemoryChunks"}
		body.Oem.Intel.Adapters = &link{sys.uri + "/Adapters"}
	}
	return body
}

func trustedModules(sys *system) []trustedModule {
	if sys.hw.TPM == "" {
		return []trustedModule{}
	}
	return []trustedModule{{FirmwareVersion: "1.0.0", InterfaceType: sys.hw.TPM, Status: newStatus(healthOK)}}
}

func (s *Simulator) listSystems(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, newCollection("ComputerSystem", systemsURI, linksTo(s.pod.systems)))
	return nil
}

func (s *Simulator) systemOf(r *http.Request) (*system, error) {
	sys, ok := s.pod.systemByID[r.PathValue("system")]
	if !ok {
		return nil, refuse(unknownEndpoint)
	}
	return sys, nil
}

func (s *Simulator) getSystem(w http.ResponseWriter, r *http.Request) error {
	sys, err := s.systemOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, s.newSystemBody(sys))
}

type systemPatch struct {
	Boot *bootPatch `json:"Boot"`
}

func (s *Simulator) patchSystem(w http.ResponseWriter, r *http.Request) error {
	sys, err := s.systemOf(r)
	if err != nil {
		return err
	}
	var patch systemPatch
	if err := decodeStrict(r, &patch, s.dialect.refuses[requestPatchSystem]...); err != nil {
		return err
	}
	if patch.Boot == nil {
		return refuse(badPayload, "Boot is needed")
	}
	if err := s.pod.patchSystem(sys, *patch.Boot); err != nil {
		return err
	}
	return s.patched(w, r, s.getSystem)
}

func (s *Simulator) resetSystem(r *http.Request) (job, error) {
	sys, err := s.systemOf(r)
	if err != nil {
		return nil, err
	}
	var req resetRequest
	if err := decodeStrict(r, &req); err != nil {
		return nil, err
	}
	if err := s.pod.checkReset(req.ResetType); err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) error {
		if err := s.pod.resetSystem(sys, req.ResetType); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}, nil
}
