package service

// Requirements says what hardware a node must have at least. The zero value of
// every field means "any".
type Requirements struct {
	Memory    MemoryRequirement    `json:"memory,omitzero"`
	Processor ProcessorRequirement `json:"processor,omitzero"`
	// PCIDevices are the types of pooled devices to attach, such as "SSD".
	PCIDevices []string `json:"pci_devices,omitempty"`
}

// MemoryRequirement asks for memory.
type MemoryRequirement struct {
	CapacityMiB int    `json:"capacity_mib,omitzero"` // the sum over all modules
	Type        string `json:"type,omitzero"`         // DIMM type, such as "DDR4"
}

// ProcessorRequirement asks for processors.
type ProcessorRequirement struct {
	TotalCores int    `json:"total_cores,omitzero"` // the sum over all processors
	Model      string `json:"model,omitzero"`
}
