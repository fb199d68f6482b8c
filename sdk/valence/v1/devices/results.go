package devices

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// GetResult is the answer to Get. Call its Extract method to interpret it as a
// Device.
type GetResult struct{ gophercloud.Result }

// Extract gives the device of a result.
func (r GetResult) Extract() (*Device, error) { return resource.Extract[Device](r.Result) }

// SyncResult is the answer to Sync. Call its Extract method to see what became
// of each pod manager.
type SyncResult struct{ gophercloud.Result }

// Extract gives one entry for each pod manager.
func (r SyncResult) Extract() ([]PodManagerSync, error) {
	found, err := resource.Extract[[]PodManagerSync](r.Result)
	if err != nil {
		return nil, err
	}
	return *found, nil
}

// PodManagerSync is what became of the look for devices on one pod manager.
type PodManagerSync struct {
	PodManagerID string     `json:"podm_id"`
	Status       SyncStatus `json:"status"`
	Detail       string     `json:"detail"` // why it failed
}

// SyncStatus says whether a pod manager could be read.
type SyncStatus string

// The outcomes of a look for devices.
const (
	SyncSuccess SyncStatus = "SUCCESS"
	SyncFailed  SyncStatus = "FAILED"
)

// DevicePage is a page of a list.
type DevicePage struct{ valence.HardwarePage }

// ExtractDevices gives the devices of a page that List made.
func ExtractDevices(r pagination.Page) ([]Device, error) {
	page, ok := r.(DevicePage)
	if !ok {
		return nil, fmt.Errorf("expected a page of devices, not %T", r)
	}
	return resource.ExtractItems[Device](page.PageBase)
}

// State says whether a device can be attached.
type State string

// The states of a device.
const (
	StateFree      State = "free"
	StateAllocated State = "allocated"
)

// Device is a pooled device that can be attached to nodes.
type Device struct {
	UUID         string `json:"uuid"`
	PodManagerID string `json:"podm_id"`
	NodeIndex    string `json:"node_id"` // identifier on the pod manager of the node that it is attached to
	Type         string `json:"type"`    // such as "SSD", "NIC", "GPU" or "FPGA"; empty where the pod does not say
	State        State  `json:"state"`
	Group        string `json:"pooled_group_id"` // what it hangs on; it can be attached to machines there
	ResourceURI  string `json:"resource_uri"`    // path on the pod manager

	// InventoryAt is when the devices of its pod manager were looked for last.
	InventoryAt time.Time `json:"inventory_at,omitzero"`

	Properties map[string]any `json:"properties"` // what it is: ids, model, capacity
	Extra      map[string]any `json:"extra"`      // what the vendor says of it
	CreatedAt  time.Time      `json:"created_at,omitzero"`
	UpdatedAt  time.Time      `json:"updated_at,omitzero"`
}

// UnmarshalJSON reads the times in the formats of the service.
func (r *Device) UnmarshalJSON(b []byte) error {
	type plain Device
	s := struct {
		*plain
		InventoryAt resource.Timestamp `json:"inventory_at"`
		CreatedAt   resource.Timestamp `json:"created_at"`
		UpdatedAt   resource.Timestamp `json:"updated_at"`
	}{plain: (*plain)(r)}
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	r.InventoryAt, r.CreatedAt, r.UpdatedAt = time.Time(s.InventoryAt), time.Time(s.CreatedAt), time.Time(s.UpdatedAt)
	return nil
}
