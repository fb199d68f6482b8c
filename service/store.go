package service

import (
	"context"
	"iter"
)

// Store keeps what Valence knows. A read of one record sees every write that
// was acknowledged before, by whichever process; so does a list. A record that
// does not exist is NotFound; a store that cannot be reached is Unavailable.
//
// Lists are in order of creation. They begin behind the record whose UUID is
// after, or with the first where after is empty; an after that does not exist
// is NotFound.
//
// A change function is called with what is stored, possibly several times, and
// what it leaves is written if nobody else has written in between; its error
// is returned as it is, and nothing written.
type Store interface {
	Nodes
	Flavors
	PodManagers
	Volumes
	Devices
	Snapshots
	Journal

	// Version gives a number that grows with every change of a record of the
	// kind. A list that is read afterwards is at least as new as that.
	Version(ctx context.Context, k Kind) (int64, error)

	// Ready says whether the store can be read and written now.
	Ready(ctx context.Context) error
}

// Kind is a kind of record.
type Kind string

// The kinds of records.
const (
	KindNode       Kind = "nodes"
	KindFlavor     Kind = "flavors"
	KindPodManager Kind = "pod_managers"
	KindVolume     Kind = "volumes"
	KindDevice     Kind = "devices"
	KindSnapshot   Kind = "snapshots"
)

// Nodes reads nodes. What is on its way only the Journal writes.
type Nodes interface {
	Node(ctx context.Context, uuid string) (Node, error)
	Nodes(ctx context.Context, f NodeFilter, after string) iter.Seq2[Node, error]
	// CreateNode records a settled node whose hardware exists already.
	// Conflict where its machine is recorded as a node.
	CreateNode(ctx context.Context, n Node) error
	// UpdateNode changes a settled node; Conflict while it has an intent.
	UpdateNode(ctx context.Context, uuid string, change func(*Node) error) (Node, error)
}

// Flavors keeps flavors.
type Flavors interface {
	Flavor(ctx context.Context, uuid string) (Flavor, error)
	Flavors(ctx context.Context, after string) iter.Seq2[Flavor, error]
	CreateFlavor(ctx context.Context, f Flavor) error
	UpdateFlavor(ctx context.Context, uuid string, change func(*Flavor) error) (Flavor, error)
	DeleteFlavor(ctx context.Context, uuid string) error
}

// PodManagers keeps pod managers.
type PodManagers interface {
	PodManager(ctx context.Context, uuid string) (PodManager, error)
	PodManagers(ctx context.Context, after string) iter.Seq2[PodManager, error]
	// CreatePodManager is Conflict where the name or the URL is taken.
	CreatePodManager(ctx context.Context, pm PodManager) error
	// UpdatePodManager has the Conflict of CreatePodManager.
	UpdatePodManager(ctx context.Context, uuid string, change func(*PodManager) error) (PodManager, error)
	// DeletePodManager is Conflict while a node or a volume is on it. Its
	// devices and its snapshot go with it.
	DeletePodManager(ctx context.Context, uuid string) error
}

// Volumes keeps volumes.
type Volumes interface {
	Volume(ctx context.Context, uuid string) (Volume, error)
	Volumes(ctx context.Context, f VolumeFilter, after string) iter.Seq2[Volume, error]
	// CreateVolume writes a new volume. Where its IdempotencyKey was used
	// before in the same project, nothing is written and CreateVolume returns
	// the volume of the first use and false. NotFound where its pod manager
	// does not exist.
	CreateVolume(ctx context.Context, v Volume) (first Volume, created bool, err error)
	UpdateVolume(ctx context.Context, uuid string, change func(*Volume) error) (Volume, error)
	DeleteVolume(ctx context.Context, uuid string) error

	// HoldVolume keeps everybody else from working on a volume, which need not
	// exist yet, until release is called or the process dies. Conflict where
	// it is held already. While it is held, writes of this process fail with
	// Conflict once the hold is lost.
	HoldVolume(ctx context.Context, uuid string) (release func(), err error)
}

// Devices keeps the pooled devices.
type Devices interface {
	Device(ctx context.Context, uuid string) (Device, error)
	Devices(ctx context.Context, f DeviceFilter, after string) iter.Seq2[Device, error]
	// CreateDevice is Conflict where the pod manager has a device with this
	// Ref, and NotFound where it does not exist.
	CreateDevice(ctx context.Context, d Device) error
	UpdateDevice(ctx context.Context, uuid string, change func(*Device) error) (Device, error)
	DeleteDevice(ctx context.Context, uuid string) error
}

// Snapshots keeps what was last read of the pods' hardware, one for each pod
// manager.
type Snapshots interface {
	// Snapshots gives that of one pod manager, or of all for an empty
	// podManagerID. Nobody may change the bytes of what it gives. One of which
	// a piece was lost counts as not there.
	Snapshots(ctx context.Context, podManagerID string) iter.Seq2[Snapshot, error]
	// UpdateSnapshot changes one; change gets an empty one where there is none.
	// Only pieces that are not kept already are written. NotFound where the pod
	// manager does not exist, Invalid for a piece of more than MaxPiece.
	UpdateSnapshot(ctx context.Context, podManagerID string, change func(*Snapshot) error) (Snapshot, error)
}
