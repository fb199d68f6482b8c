package service

import (
	"context"
	"time"
)

// Work is what can be done to nodes. Nodes that the caller in the context may
// not see are NotFound.
type Work interface {
	// Compose makes a node. With r.Async it returns as soon as hardware is
	// allocated, with the node in state NodeComposing; otherwise when the node
	// is composed. When it returns an error, nothing is left of the node. When
	// ctx ends while it waits, the work goes on.
	Compose(ctx context.Context, r ComposeRequest) (Node, error)

	// Manage records a machine that exists on its pod already as a node.
	// Conflict where it is recorded, NotFound where the pod has none such.
	Manage(ctx context.Context, r ManageRequest) (Node, error)

	// Delete gives the node's hardware back and forgets the node. A node that
	// is being composed is cancelled first; what has been allocated is undone.
	// With ForgetHardware the pod is not asked, and the node is forgotten even
	// where other work on it is stuck.
	Delete(ctx context.Context, nodeUUID string, how Removal) error

	// Clear deletes every node of a pod manager, several at once, and goes on
	// after a failure; its error names the nodes that are left.
	Clear(ctx context.Context, podManagerID string, how Removal) error

	// Reset does a power action. Conflict while the node is not composed or is
	// being worked on.
	Reset(ctx context.Context, nodeUUID string, reset ResetType) error

	// SetBoot sets what the node boots from, under the conditions of Reset.
	SetBoot(ctx context.Context, nodeUUID string, boot Boot) error

	// Update changes the name and description of a settled node; nothing else
	// that change leaves counts.
	Update(ctx context.Context, nodeUUID string, change func(*Node) error) (Node, error)

	// Register enrols the node with the provisioner; doing it again brings it
	// in step. Deregister undoes that. Invalid where none is configured.
	Register(ctx context.Context, nodeUUID string, properties map[string]any) (Node, error)
	Deregister(ctx context.Context, nodeUUID string) (Node, error)

	// Show gives the node, and its machine where it has one.
	Show(ctx context.Context, nodeUUID string) (Node, *Machine, error)
}

// Removal says what becomes of the hardware of what is removed.
type Removal int

// The removals.
const (
	Decompose      Removal = iota // give it back
	ForgetHardware                // leave it as it is
)

// ComposeRequest asks for a node.
type ComposeRequest struct {
	Name         string
	Description  string
	PodManagerID string // empty: the only one; with several, Invalid and a message that lists them
	FlavorID     string // UUID or name; empty: Requirements says it all
	Requirements Requirements
	// IdempotencyKey, where not empty, makes a repeated request give the node
	// of the first one. The same key with another request is Conflict.
	IdempotencyKey string
	Async          bool
}

// ManageRequest asks to adopt a machine.
type ManageRequest struct {
	PodManagerID string // as in a ComposeRequest
	Index        string // last segment of the machine's path on its pod
	Name         string // empty: the name that the pod has for it
}

// Storage is what can be done to volumes and pooled devices. What the caller
// in the context may not see is NotFound.
type Storage interface {
	// CreateVolume makes a volume. When it returns an error, nothing is left.
	CreateVolume(ctx context.Context, r VolumeRequest) (Volume, error)

	// ShowVolume gives the volume, and what the pod says of it where it has
	// been made.
	ShowVolume(ctx context.Context, uuid string) (Volume, *PodVolume, error)

	// UpdateVolume changes name, description and EraseOnDetach; nothing else
	// that change leaves counts.
	UpdateVolume(ctx context.Context, uuid string, change func(*Volume) error) (Volume, error)

	// EraseVolume overwrites an available volume. Conflict in other states.
	EraseVolume(ctx context.Context, uuid string) error

	// DeleteVolume gives the room back and forgets the volume. Conflict while
	// it is attached. With ForgetHardware the pod is not asked.
	DeleteVolume(ctx context.Context, uuid string, how Removal) error

	// ClearVolumes is to volumes what Work.Clear is to nodes.
	ClearVolumes(ctx context.Context, podManagerID string, how Removal) error

	// Attach connects an available volume to a composed node of the same
	// project and pod. Doing it again is success.
	Attach(ctx context.Context, nodeUUID, volumeUUID string) (Volume, error)

	// Detach disconnects a volume from the node. NotFound where it is not
	// attached there.
	Detach(ctx context.Context, nodeUUID, volumeUUID string) error

	// AttachDevice and DetachDevice do the same with a pooled device. An
	// attached device, or one that is attached elsewhere, is Conflict.
	AttachDevice(ctx context.Context, nodeUUID, deviceUUID string) error
	DetachDevice(ctx context.Context, nodeUUID, deviceUUID string) error

	// Released tells that a node is gone, and what was attached to it free.
	Released(ctx context.Context, n Node) error
}

// VolumeRequest asks for a volume.
type VolumeRequest struct {
	Name           string
	Description    string
	PodManagerID   string // as in a ComposeRequest
	CapacityBytes  int64
	Protocol       string // empty: any
	Pool           string // ref of a pool, or its name; empty: one that has room
	EraseOnDetach  bool
	IdempotencyKey string
}

// Inventory tells what the pods are made of, out of what is kept of each. What
// it gives is shared: nobody may change what a field points at.
//
// A pod manager that cannot be read hides no other, nor what is known of it: the
// parts of a list say how old it is and what is the matter. Asked for alone,
// with nothing known of it, it is the error.
type Inventory interface {
	Systems(ctx context.Context, l Look) (Seen[System], error)

	// System finds a system by what its pod calls it, its UUID or its name, and
	// says how its part is. Conflict, with a message that lists them, where
	// several fit.
	System(ctx context.Context, l Look, id string) (System, Part, error)

	// Parts reads what a system is made of.
	Parts(ctx context.Context, s System) (SystemParts, error)

	// Chassis lists every chassis.
	Chassis(ctx context.Context, l Look) (Seen[Chassis], error)

	// Devices says how old what is stored of the devices is; with l.Refresh it
	// brings that in step first.
	Devices(ctx context.Context, l Look) ([]Part, error)

	// Pools lists the storage pools of one pod manager.
	Pools(ctx context.Context, podManagerID string) ([]Pool, error)

	// SyncDevices brings the stored devices in step with the pods, one result
	// for each, in the order of their registration.
	SyncDevices(ctx context.Context, podManagerID string) ([]SyncResult, error)

	// Notify takes what a pod sent to where it was asked to tell of its changes,
	// and reads soon what that is about. NotFound where nobody was told this
	// secret, Invalid where the body says nothing that the pod could say.
	Notify(ctx context.Context, secret string, body []byte) error
}

// Look says what of the inventory is wanted.
type Look struct {
	PodManagerID string // UUID or name; empty: all
	Refresh      bool   // read the pods now, instead of showing what is kept
	Documents    bool   // with the pods' own descriptions, which take a while to unpack
}

// Seen is a list out of the inventory, in parts.
type Seen[T any] struct {
	Items []T
	Parts []Part // in the order of the registration of the pod managers
	Read  bool   // something was read for it just now
}

// Part is how what a list has of one pod manager came about.
type Part struct {
	PodManagerID string
	Name         string
	ReadAt       time.Time // when that was read; zero: nothing is known
	Err          error     // why there is nothing, or nothing newer
}

// SyncResult is how synchronising the devices of one pod manager ended.
type SyncResult struct {
	PodManagerID string
	Err          error // nil for success
}

// Fleet registers pod managers and keeps their connections.
type Fleet interface {
	Pods

	// Register checks pm, probes it and stores it with its status. One that
	// does not answer is registered as Offline. Conflict where name or URL are
	// taken, Invalid for an unknown driver, a bad URL or missing credentials.
	Register(ctx context.Context, pm PodManager) (PodManager, error)

	// Update changes a registered pod manager and probes it again.
	Update(ctx context.Context, uuid string, change func(*PodManager) error) (PodManager, error)

	// Remove forgets a pod manager. Conflict while it has nodes or volumes.
	Remove(ctx context.Context, uuid string) error
}
