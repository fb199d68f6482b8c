package service

import "time"

// Device is a pooled device that can be attached to nodes, as it was found
// when the devices were last synchronised.
type Device struct {
	UUID         string      `json:"uuid"`
	PodManagerID string      `json:"podm_id"`
	Ref          string      `json:"ref"`           // its path on the pod; unique there
	Type         DeviceType  `json:"type,omitzero"` // empty where the pod does not say
	State        DeviceState `json:"state"`
	// MachineRef is the machine on the pod that it is attached to, if any.
	MachineRef string `json:"machine_ref,omitzero"`
	// Group names what it hangs on, such as a fabric or a chassis: it can only
	// be attached to machines there.
	Group      string         `json:"group,omitzero"`
	Properties map[string]any `json:"properties,omitempty"` // what it is: ids, model, capacity
	Extra      map[string]any `json:"extra,omitempty"`      // what the vendor says of it
	CreatedAt  time.Time      `json:"created_at"`
	UpdatedAt  time.Time      `json:"updated_at"`
}

// DeviceType is what a pooled device is.
type DeviceType string

// The types of pooled devices.
const (
	DeviceSSD     DeviceType = "SSD"
	DeviceNIC     DeviceType = "NIC"
	DeviceGPU     DeviceType = "GPU"
	DeviceFPGA    DeviceType = "FPGA"
	DeviceUnknown DeviceType = "Unknown"
)

// DeviceState says whether a device can be attached.
type DeviceState string

// The states of a device.
const (
	DeviceFree      DeviceState = "free"
	DeviceAllocated DeviceState = "allocated"
)

// DeviceFilter selects devices; an empty field selects all.
type DeviceFilter struct {
	PodManagerID string
}

// Match says whether d is selected.
func (f DeviceFilter) Match(d Device) bool {
	return f.PodManagerID == "" || f.PodManagerID == d.PodManagerID
}
