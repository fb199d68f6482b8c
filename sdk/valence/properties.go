package valence

import (
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
)

// Properties say what hardware a node must have at least. A zero field means "any".
// Flavors store properties, and nodes are composed by them.
type Properties struct {
	Memory    Memory    `json:"memory,omitzero"`
	Processor Processor `json:"processor,omitzero"`
	PCIDevice PCIDevice `json:"pci_device,omitzero"`
}

// Memory asks for memory.
type Memory struct {
	// CapacityMiB is the sum over all modules. It travels as a string of
	// decimal digits.
	CapacityMiB int    `json:"capacity_mib,omitzero,string"`
	Type        string `json:"type,omitzero"` // DIMM type, such as "DDR4"
}

// Processor asks for processors.
type Processor struct {
	// TotalCores is the sum over all processors. It travels as a string of
	// decimal digits.
	TotalCores int    `json:"total_cores,omitzero,string"`
	Model      string `json:"model,omitzero"`
}

// PCIDevice asks for pooled devices, one for each entry.
type PCIDevice struct {
	Type []string `json:"type,omitempty"` // such as "SSD" or "NIC"
}

// Validate gives gophercloud's ErrInvalidInput for a number that no hardware
// can meet, naming the field. Whether a pod has the hardware, only the service
// knows.
func (p Properties) Validate() error {
	if p.Memory.CapacityMiB < 0 {
		return negative("Properties.Memory.CapacityMiB", p.Memory.CapacityMiB)
	}
	if p.Processor.TotalCores < 0 {
		return negative("Properties.Processor.TotalCores", p.Processor.TotalCores)
	}
	return nil
}

func negative(field string, value int) error {
	err := gophercloud.ErrInvalidInput{Value: value}
	err.Argument = field
	err.Info = fmt.Sprintf("%s is %d: expected a whole number above zero, or zero for any", field, value)
	return err
}
