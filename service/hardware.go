package service

// System is a physical computer system of a pod. A nil pointer or an empty
// string means that the pod did not say.
type System struct {
	PodManagerID string
	Ref          string // such as /redfish/v1/Systems/9
	ID           string // what the pod calls it
	UUID         string
	Name         string
	Description  string
	AssetTag     string
	Health       string
	PowerState   string
	Cores        *int // the sum over all processors
	Architecture string
	Model        string // of its processors
	MemoryGiB    *float64
	StorageBytes *int64   // the sum over all its local drives
	Interfaces   *int     // how many network interfaces it has
	Chassis      string   // ref of the chassis that it sits in
	Location     []string // chassis from the inside outwards, each "Type:Id"
	// Document is the pod's own description, for filters by its properties.
	Document map[string]any
}

// SystemParts is what a system is made of.
type SystemParts struct {
	Processors []Processor
	Memory     []MemoryModule
	Drives     []Drive
	Interfaces []Interface
}

// Drive is a local drive of a system or machine.
type Drive struct {
	Ref           string
	Name          string
	Protocol      string
	MediaType     string
	Model         string
	CapacityBytes *int64
	Health        string
	Pooled        bool // attached over a fabric, not built in
}

// Chassis is a chassis of a pod: the pod itself, a rack, a drawer, a sled.
type Chassis struct {
	PodManagerID string
	Ref          string
	ID           string
	Type         string // Redfish's ChassisType, such as "Rack"
	Name         string
	Description  string
	Manufacturer string
	Model        string
	SerialNumber string
	Health       string
	Contains     []string // refs of the chassis directly inside
	Systems      []string // refs of the systems directly inside
	Document     map[string]any
}

// Boot is how a machine is to boot next, in the words of Redfish
// (ComputerSystem.Boot).
type Boot struct {
	Enabled string // Once, Continuous or Disabled
	Target  string // such as Pxe or Hdd
}

// The values of Boot.Enabled.
const (
	BootOnce       = "Once"
	BootContinuous = "Continuous"
	BootDisabled   = "Disabled"
)
