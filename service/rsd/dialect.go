package rsd

import (
	"fmt"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// dialect is what differs between the versions of the RSD API. Differences
// that can be seen in the documents themselves, such as where the entry point
// links the nodes or whether a Location is absolute, are not in it.
type dialect struct {
	// states are the values of ComposedNodeState.
	states map[string]service.MachineState
	// allocations makes the bodies of Allocate requests that mean the same.
	// They are tried in turn until there is hardware for one.
	allocations func(service.Allocation) []any
	// vague is a pod manager that answers 400 both to what it does not
	// understand and to what the machine's state does not allow.
	vague bool
	// wholeBoot is one that takes a boot override only as a whole.
	wholeBoot bool
	// attaches is false for one that connects nothing to a machine that it has
	// allocated already.
	attaches bool
	// leavesOn is one that gives hardware back without switching it off.
	leavesOn bool
	// tasks is one that makes volumes after it has answered.
	tasks bool
}

// dialectOf picks the dialect by the ApiVersion of the entry point. A 2.1 says
// "2.0.0" or "2.1.0". It is an OEM property, and not all of 1.2 have it: where
// it is missing, the links tell.
func dialectOf(root rootDocument) (d dialect, known bool) {
	var major, minor int
	version := root.Oem.Intel.APIVersion
	n, _ := fmt.Sscanf(version, "%d.%d", &major, &minor)
	switch {
	case version == "":
		return root.likely(), true
	case n == 2 && major == 1 && minor == 2:
		return rsd12(), true
	case n == 2 && major == 2 && minor < 4:
		return rsd2(), true
	case n == 2 && major == 2:
		return rsd24(), true
	}
	return dialect{}, false
}

// likely is the dialect that an entry point looks like: fabrics came with 2.1,
// sessions, beside the nodes in Intel's object, with 2.4.
func (d rootDocument) likely() dialect {
	switch {
	case d.Nodes.ID != "" && d.Fabrics.ID == "":
		return rsd12()
	case d.Nodes.ID == "" && d.SessionService.ID != "":
		return rsd24()
	}
	return rsd2()
}

// rsd2 is the dialect of RSD 2.1 to 2.3.
func rsd2() dialect {
	return dialect{
		states:      statesWith("Assembled"),
		allocations: allocations2,
		attaches:    true,
	}
}

// rsd24 is the dialect of RSD 2.4 and later.
func rsd24() dialect {
	d := rsd2()
	d.leavesOn, d.tasks = true, true
	return d
}

// rsd12 is the dialect of RSD 1.2, where an assembled machine is in one of two
// states.
func rsd12() dialect {
	return dialect{
		states:      statesWith("PoweredOn", "PoweredOff"),
		allocations: allocations12,
		vague:       true,
		wholeBoot:   true,
	}
}

// statesWith are the states of all versions and those of an assembled machine.
func statesWith(assembled ...string) map[string]service.MachineState {
	states := map[string]service.MachineState{
		// Seen only by somebody who looks while Allocate is being answered.
		"Allocating": service.MachineAllocated,
		"Allocated":  service.MachineAllocated,
		"Assembling": service.MachineAssembling,
		"Failed":     service.MachineBroken,
	}
	for _, name := range assembled {
		states[name] = service.MachineAssembled
	}
	return states
}

// allocationBody has the properties that a version knows: an unknown one makes
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
	Model      string `json:"Model,omitzero"`
	TotalCores int    `json:"TotalCores,omitzero"`
}

type requestedMemory struct {
	MemoryDeviceType string `json:"MemoryDeviceType,omitzero"`
	CapacityMiB      int    `json:"CapacityMiB,omitzero"`
}

func newAllocationBody(a service.Allocation) allocationBody {
	return allocationBody{Name: a.Name, Description: redfish.AddMark(a.Description, a.NodeUUID)}
}

// allocations2 asks for sums, which every 2.x knows.
func allocations2(a service.Allocation) []any {
	b := newAllocationBody(a)
	b.TotalSystemCoreCount = a.Requirements.Processor.TotalCores
	b.TotalSystemMemoryMiB = a.Requirements.Memory.CapacityMiB
	if m := a.Requirements.Processor.Model; m != "" {
		b.Processors = []requestedProcessor{{Model: m}}
	}
	if t := a.Requirements.Memory.Type; t != "" {
		b.Memory = []requestedMemory{{MemoryDeviceType: t}}
	}
	return []any{b}
}

// allocations12 asks for components: RSD 1.2 knows no sums. Several modules may
// meet one entry of memory, but cores are those of one processor, so they are
// asked for in one processor, then spread over two, then over four.
func allocations12(a service.Allocation) []any {
	b := newAllocationBody(a)
	memory, processor := a.Requirements.Memory, a.Requirements.Processor
	if memory != (service.MemoryRequirement{}) {
		b.Memory = []requestedMemory{{memory.Type, memory.CapacityMiB}}
	}
	if processor.TotalCores == 0 && processor.Model == "" {
		return []any{b}
	}
	var bodies []any
	for _, sockets := range []int{1, 2, 4} {
		if sockets > max(processor.TotalCores, 1) {
			break
		}
		b.Processors = make([]requestedProcessor, sockets)
		for i := range b.Processors {
			b.Processors[i] = requestedProcessor{processor.Model, (processor.TotalCores + sockets - 1) / sockets}
		}
		bodies = append(bodies, b)
	}
	return bodies
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
