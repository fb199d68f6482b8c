package rsd

import (
	"strings"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// dialect is what differs between the versions of the RSD API. Differences
// that can be seen in the documents themselves, such as where the entry point
// links the nodes or whether a Location is absolute, are not in it.
type dialect struct {
	// states are the values of ComposedNodeState.
	states map[string]service.MachineState
	// allocation makes the body of an Allocate request.
	allocation func(service.Allocation) any
}

// dialectOf picks the dialect by the ApiVersion of the entry point. One that
// is missing means 2.x: every pod manager that we know of sends it, but it is
// an OEM property. A 2.1 says "2.0.0" or "2.1.0".
func dialectOf(apiVersion string) (d dialect, known bool) {
	if apiVersion == "" || strings.HasPrefix(apiVersion, "2.") {
		return rsd2(), true
	}
	return dialect{}, false
}

// rsd2 is the dialect of RSD 2.1 to 2.4.
func rsd2() dialect {
	return dialect{
		states: map[string]service.MachineState{
			// Seen only by somebody who looks while Allocate is being answered.
			"Allocating": service.MachineAllocated,
			"Allocated":  service.MachineAllocated,
			"Assembling": service.MachineAssembling,
			"Assembled":  service.MachineAssembled,
			"Failed":     service.MachineBroken,
		},
		allocation: allocation2,
	}
}

// allocationBody has the properties that every 2.x knows: an unknown one makes
// a pod manager refuse the whole request. An empty array element would ask for
// one component of its kind, so empty arrays are left out.
type allocationBody struct {
	Name                 string               `json:"Name,omitzero"`
	Description          string               `json:"Description"`
	TotalSystemCoreCount int                  `json:"TotalSystemCoreCount,omitzero"`
	TotalSystemMemoryMiB int                  `json:"TotalSystemMemoryMiB,omitzero"`
	Processors           []requestedProcessor `json:"Processors,omitzero"`
	Memory               []requestedMemory    `json:"Memory,omitzero"`
}

type requestedProcessor struct {
	Model string `json:"Model"`
}

type requestedMemory struct {
	MemoryDeviceType string `json:"MemoryDeviceType"`
}

func allocation2(a service.Allocation) any {
	b := allocationBody{
		Name:                 a.Name,
		Description:          redfish.AddMark(a.Description, a.NodeUUID),
		TotalSystemCoreCount: a.Requirements.Processor.TotalCores,
		TotalSystemMemoryMiB: a.Requirements.Memory.CapacityMiB,
	}
	if m := a.Requirements.Processor.Model; m != "" {
		b.Processors = []requestedProcessor{{Model: m}}
	}
	if t := a.Requirements.Memory.Type; t != "" {
		b.Memory = []requestedMemory{{MemoryDeviceType: t}}
	}
	return b
}

// checkRequirements refuses what no RSD pod manager could honour.
func checkRequirements(r service.Requirements) error {
	switch {
	case len(r.PCIDevices) > 0:
		return service.Errorf(service.Invalid, "pci_devices: RSD pod managers do not choose machines by PCI devices; leave it out")
	case r.Processor.TotalCores < 0:
		return service.Errorf(service.Invalid, "processor.total_cores: %d is negative", r.Processor.TotalCores)
	case r.Memory.CapacityMiB < 0:
		return service.Errorf(service.Invalid, "memory.capacity_mib: %d is negative", r.Memory.CapacityMiB)
	}
	return nil
}
