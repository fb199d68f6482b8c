package httpapi

import (
	"strconv"

	"github.com/valence-rsd/valence/service"
)

// requirementsWire is what the contract calls properties (2.2). Quantities are
// strings of decimal digits; an absent key means "any".
type requirementsWire struct {
	Memory    *memoryWire    `json:"memory,omitempty"`
	Processor *processorWire `json:"processor,omitempty"`
	PCIDevice *pciDeviceWire `json:"pci_device,omitempty"`
}

type memoryWire struct {
	CapacityMiB string `json:"capacity_mib,omitempty" pattern:"^[0-9]{1,9}$" patternDescription:"a string of 1 to 9 decimal digits" doc:"MiB over all modules." example:"16384"`
	Type        string `json:"type,omitempty" maxLength:"64" doc:"DIMM type." example:"DDR4"`
}

type processorWire struct {
	TotalCores string `json:"total_cores,omitempty" pattern:"^[0-9]{1,9}$" patternDescription:"a string of 1 to 9 decimal digits" doc:"Cores over all processors." example:"8"`
	Model      string `json:"model,omitempty" maxLength:"255"`
}

type pciDeviceWire struct {
	Type []string `json:"type,omitempty" nullable:"false" doc:"Types of pooled devices." example:"[\"SSD\"]"`
}

// requirements turns checked properties into requirements; nil asks for
// nothing in particular.
func (q *requirementsWire) requirements() service.Requirements {
	var out service.Requirements
	if q == nil {
		return out
	}
	if q.Memory != nil {
		out.Memory = service.MemoryRequirement{CapacityMiB: quantity(q.Memory.CapacityMiB), Type: q.Memory.Type}
	}
	if q.Processor != nil {
		out.Processor = service.ProcessorRequirement{TotalCores: quantity(q.Processor.TotalCores), Model: q.Processor.Model}
	}
	if q.PCIDevice != nil {
		out.PCIDevices = q.PCIDevice.Type
	}
	return out
}

func wireRequirements(q service.Requirements) requirementsWire {
	var out requirementsWire
	if q.Memory != (service.MemoryRequirement{}) {
		out.Memory = &memoryWire{CapacityMiB: digits(q.Memory.CapacityMiB), Type: q.Memory.Type}
	}
	if q.Processor != (service.ProcessorRequirement{}) {
		out.Processor = &processorWire{TotalCores: digits(q.Processor.TotalCores), Model: q.Processor.Model}
	}
	if len(q.PCIDevices) > 0 {
		out.PCIDevice = &pciDeviceWire{Type: q.PCIDevices}
	}
	return out
}

// quantity reads digits that the schema has let through, so it cannot fail;
// an absent quantity is 0, which asks for any.
func quantity(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func digits(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
