package service

import "time"

// Volume is a piece of pooled storage, as Valence remembers it. What the pod
// says of it now is a PodVolume.
//
// The record is its own journal: before the pod is touched, the state says
// what is about to happen, so that after a crash whoever holds the volume next
// can finish that or undo it.
type Volume struct {
	UUID         string      `json:"uuid"`
	Name         string      `json:"name"` // need not be unique
	Description  string      `json:"description,omitzero"`
	PodManagerID string      `json:"podm_id"`
	ProjectID    string      `json:"project_id,omitzero"` // who made it; empty without authentication
	State        VolumeState `json:"state"`
	Failure      *Failure    `json:"failure,omitempty"` // only in state VolumeFailed
	// CapacityBytes is what was asked for, until the pod says how much it gave.
	CapacityBytes int64  `json:"capacity_bytes"`
	Protocol      string `json:"protocol,omitzero"` // such as "NVMeOverFabrics" or "iSCSI"
	Pool          string `json:"pool,omitzero"`     // ref of the pool it is taken from
	EraseOnDetach bool   `json:"erase_on_detach,omitzero"`
	// Ref is the path of the volume on its pod. Empty until it has been made.
	Ref string `json:"ref,omitzero"`
	// NodeID is the node that it is attached to, or on its way to or from.
	NodeID string `json:"node_id,omitzero"`
	// IdempotencyKey is the key its create request carried, if any.
	IdempotencyKey string    `json:"idempotency_key,omitzero"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
}

// VolumeState is where a volume is in its life.
type VolumeState string

// The states of a volume. Available, attached and failed ones are settled; the
// others are on their way, and somebody holds them or will claim them.
const (
	VolumeCreating  VolumeState = "creating"
	VolumeAvailable VolumeState = "available"
	VolumeAttaching VolumeState = "attaching"
	VolumeAttached  VolumeState = "attached"
	VolumeDetaching VolumeState = "detaching"
	VolumeErasing   VolumeState = "erasing"
	VolumeDeleting  VolumeState = "deleting"
	VolumeFailed    VolumeState = "failed" // creating failed, and nothing of it is on the pod
)

// Settled says whether nothing is on its way.
func (s VolumeState) Settled() bool {
	return s == VolumeAvailable || s == VolumeAttached || s == VolumeFailed
}

// VolumeFilter selects volumes; an empty field selects all.
type VolumeFilter struct {
	Name         string
	PodManagerID string
	ProjectID    string
	NodeID       string
}

// Match says whether v is selected.
func (f VolumeFilter) Match(v Volume) bool {
	return (f.Name == "" || f.Name == v.Name) &&
		(f.PodManagerID == "" || f.PodManagerID == v.PodManagerID) &&
		(f.ProjectID == "" || f.ProjectID == v.ProjectID) &&
		(f.NodeID == "" || f.NodeID == v.NodeID)
}

// PodVolume is a volume as its pod describes it. A nil pointer or an empty
// string means that the pod did not say.
type PodVolume struct {
	Ref           string
	CapacityBytes *int64
	Protocol      string
	Pool          string // ref of the pool that provides it
	Health        string
	Erased        *bool
}

// Pool is a pool of storage that volumes are taken from.
type Pool struct {
	Ref       string
	Name      string
	Protocol  string // of the volumes taken from it; empty where the pod does not say
	Health    string
	Bytes     *int64 // what it has in all
	FreeBytes *int64
}

// VolumeAllocation is a request for a volume to a pod.
type VolumeAllocation struct {
	VolumeUUID    string
	Name          string
	Description   string
	CapacityBytes int64
	Protocol      string // empty: any
	Pool          string // ref of a pool; empty: one that has room
	EraseOnDetach bool
}
