package service

import "time"

// System is a physical computer system of a pod. A nil pointer or an empty
// string means that the pod did not say.
type System struct {
	PodManagerID string   `json:"-"`
	Ref          string   `json:"ref"` // such as /redfish/v1/Systems/9
	ID           string   `json:"id"`  // what the pod calls it
	UUID         string   `json:"uuid,omitzero"`
	Name         string   `json:"name,omitzero"`
	Description  string   `json:"description,omitzero"`
	AssetTag     string   `json:"asset_tag,omitzero"`
	Health       string   `json:"health,omitzero"`
	PowerState   string   `json:"power_state,omitzero"`
	Cores        *int     `json:"cores,omitempty"` // the sum over all processors
	Architecture string   `json:"architecture,omitzero"`
	Model        string   `json:"model,omitzero"` // of its processors
	MemoryGiB    *float64 `json:"memory_gib,omitempty"`
	StorageBytes *int64   `json:"storage_bytes,omitempty"` // the sum over all its local drives
	Interfaces   *int     `json:"interfaces,omitempty"`    // how many network interfaces it has
	Chassis      string   `json:"chassis,omitzero"`        // ref of the chassis that it sits in
	Location     []string `json:"location,omitempty"`      // chassis from the inside outwards, each "Type:Id"
	// Document is the pod's own description, for filters by its properties.
	Document map[string]any `json:"-"`
	// SeenAt is when it was read; set by an Inventory only.
	SeenAt time.Time `json:"-"`
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
	PodManagerID string         `json:"-"`
	Ref          string         `json:"ref"`
	ID           string         `json:"id"`
	Type         string         `json:"type,omitzero"` // Redfish's ChassisType, such as "Rack"
	Name         string         `json:"name,omitzero"`
	Description  string         `json:"description,omitzero"`
	Manufacturer string         `json:"manufacturer,omitzero"`
	Model        string         `json:"model,omitzero"`
	SerialNumber string         `json:"serial_number,omitzero"`
	Health       string         `json:"health,omitzero"`
	Contains     []string       `json:"contains,omitempty"` // refs of the chassis directly inside
	Systems      []string       `json:"systems,omitempty"`  // refs of the systems directly inside
	Document     map[string]any `json:"-"`
	SeenAt       time.Time      `json:"-"` // as of a System
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
