package nodes

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

type commonResult struct {
	gophercloud.Result
}

// Extract gives the node of a result.
func (r commonResult) Extract() (*Node, error) { return resource.Extract[Node](r.Result) }

// CreateResult is the answer to Create. Call its Extract method to interpret
// it as a Node. StatusCode 202 means that the node is still composing.
type CreateResult struct{ commonResult }

// GetResult is the answer to Get. Call its Extract method to interpret it as a
// Node.
type GetResult struct{ commonResult }

// ETag is the version of the node, for UpdateOpts.IfMatch; the original service
// has none.
func (r GetResult) ETag() string { return r.Header.Get("ETag") }

// UpdateResult is the answer to Update. Call its Extract method to interpret
// it as the changed Node.
type UpdateResult struct{ commonResult }

// ManageResult is the answer to Manage. Call its Extract method to interpret
// it as a Node.
type ManageResult struct{ commonResult }

// RegisterResult is the answer to Register and Deregister. Call its Extract
// method to interpret it as a Node, whose ManagedBy has changed.
type RegisterResult struct{ commonResult }

// DeleteResult is the answer to Delete. Call its ExtractErr method to see
// whether the node is gone.
type DeleteResult struct{ gophercloud.ErrResult }

// ActionResult is the answer to Reset, SetBoot, Attach and Detach. Call its
// ExtractErr method to see whether the action was accepted.
type ActionResult struct{ gophercloud.ErrResult }

// NodePage is a page of a list.
type NodePage struct{ valence.PageBase }

// ExtractNodes gives the nodes of a page that List made.
func ExtractNodes(r pagination.Page) ([]Node, error) {
	page, ok := r.(NodePage)
	if !ok {
		return nil, fmt.Errorf("expected a page of nodes, not %T", r)
	}
	return resource.ExtractItems[Node](page.PageBase)
}

// State is where a node is in its life.
type State string

// The states of a node.
const (
	StateComposing State = "composing"
	StateComposed  State = "composed"
	StateFailed    State = "failed" // its hardware has been given back
	StateDeleting  State = "deleting"
)

// Node is a machine composed of the hardware of a pod. In a list most fields
// are empty.
type Node struct {
	UUID         string   `json:"uuid"`
	Name         string   `json:"name"` // need not be unique
	Description  string   `json:"description"`
	PodManagerID string   `json:"podm_id"`
	Index        string   `json:"index"`        // the node's identifier on its pod manager; empty before hardware is allocated
	ResourceURI  string   `json:"resource_uri"` // the node's path on its pod manager, such as "Nodes/12"
	State        State    `json:"state"`
	Progress     string   `json:"progress,omitempty"` // how far composing or deleting has come, such as "allocated"
	Failure      *Failure `json:"failure,omitempty"`  // only in state failed

	PowerState       string         `json:"node_power_state"` // such as "On", "Off", "PoweringOn"
	NodeState        string         `json:"node_state"`       // the pod manager's own state, such as "Assembled"
	BootSource       string         `json:"boot_source"`
	TargetBootSource string         `json:"target_boot_source"`
	HealthStatus     string         `json:"health_status"` // "OK", "Warning" or "Critical"
	ComputerSystem   ComputerSystem `json:"computer_system"`
	Metadata         Metadata       `json:"metadata"`

	ManagedBy string    `json:"managed_by"` // such as "ironic"
	ProjectID string    `json:"project_id"` // who composed it; empty without authentication
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
}

// UnmarshalJSON reads the times in the format of the service.
func (r *Node) UnmarshalJSON(b []byte) error {
	type plain Node
	s := struct {
		*plain
		CreatedAt resource.Timestamp `json:"created_at"`
		UpdatedAt resource.Timestamp `json:"updated_at"`
	}{plain: (*plain)(r)}
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	r.CreatedAt, r.UpdatedAt = time.Time(s.CreatedAt), time.Time(s.UpdatedAt)
	return nil
}

// Failure is why a node failed.
type Failure struct {
	Code    string `json:"code"` // such as "no_capacity"
	Message string `json:"message"`
}

// ComputerSystem links to the computer system behind a node.
type ComputerSystem struct {
	ID string `json:"@odata.id"` // path on the pod manager
}

// Metadata is the hardware of a node. A nil number means that the pod manager
// did not say.
type Metadata struct {
	Processor []Processor `json:"processor"`
	Memory    []Memory    `json:"memory"`
	Network   []Interface `json:"network"`
}

// Processor is one processor.
type Processor struct {
	InstructionSet string `json:"instruction_set"`
	Model          string `json:"model"`
	SpeedMHz       *int   `json:"speed_mhz"`
	TotalCore      *int   `json:"total_core"`
}

// Memory is one memory module.
type Memory struct {
	DataWidthBit  *int `json:"data_width_bit"`
	SpeedMHz      *int `json:"speed_mhz"`
	TotalMemoryMB *int `json:"total_memory_mb"` // in MiB, in spite of the name: the wire calls it so
}

// Interface is one network interface.
type Interface struct {
	MAC       string `json:"mac"`
	SpeedMbps *int   `json:"speed_mbps"`
	Status    string `json:"status"`
	IPv4      []IPv4 `json:"ipv4"`
	VLANs     []VLAN `json:"vlans,omitempty"`
}

// IPv4 is one address of an interface.
type IPv4 struct {
	Address    string `json:"address"`
	SubnetMask string `json:"subnet_mask"`
	Gateway    string `json:"gateway"`
}

// VLAN is one VLAN of an interface.
type VLAN struct {
	ID     int    `json:"vlanid"`
	Status string `json:"status"`
}
