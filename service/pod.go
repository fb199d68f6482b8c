package service

import "context"

// Pod is one pod manager, in the words of the work that drives it. A ref is
// the path of a machine on the pod, as Allocate and Find return it.
//
// Every method returns promptly when its context ends, and no error it returns
// contains a credential. Errors carry these codes: NotFound for a ref that
// names nothing, Conflict where the machine's state does not allow the call,
// Invalid where the pod refuses the request as written, Unauthorized never
// (wrong credentials of ours are PodFailed), PodFailed for a failure of the
// pod's own, Unavailable when it cannot be reached or does not answer in the
// time that the driver gives it, Timeout when ctx ended before it answered.
type Pod interface {
	PodMachines
	PodStorage
	PodHardware

	// Probe signs in and reads the entry point.
	Probe(ctx context.Context) error

	// Close lets go of connections and sessions.
	Close() error
}

// PodMachines composes machines and drives them.
type PodMachines interface {
	// Allocate sets hardware aside and returns the ref of the new machine.
	// Where nothing fits, the code is NoCapacity. The machine carries
	// a.NodeUUID in a field that the pod gives back, so that Find can find it
	// after an answer was lost.
	Allocate(ctx context.Context, a Allocation) (ref string, err error)

	// Find gives the ref of the machine that carries the node's UUID, or
	// NotFound.
	Find(ctx context.Context, nodeUUID string) (ref string, err error)

	// Assemble starts to make an allocated machine ready for use. State tells
	// when it is.
	Assemble(ctx context.Context, ref string) error

	// State reads where the machine is, in one request.
	State(ctx context.Context, ref string) (MachineState, error)

	// Machine reads everything the pod says of the machine.
	Machine(ctx context.Context, ref string) (Machine, error)

	// Reset does a power action. One that the machine does not offer is
	// Invalid, with a message that lists what it offers.
	Reset(ctx context.Context, ref string, reset ResetType) error

	// SetBoot sets what the machine boots from. What it does not offer is
	// Invalid, with a message that lists what it offers.
	SetBoot(ctx context.Context, ref string, boot Boot) error

	// Delete gives the hardware back, that of attached volumes and devices
	// included. A machine that is gone already is success.
	Delete(ctx context.Context, ref string) error

	// Machines lists the refs of all machines there are, Valence's and others.
	Machines(ctx context.Context) (refs []string, err error)

	// Attach connects a volume or a pooled device to the machine. One that is
	// attached there already is success, one that is attached elsewhere
	// Conflict.
	Attach(ctx context.Context, ref, resource string) error

	// Detach disconnects a volume or device. One that is not attached to the
	// machine, or gone with it, is success.
	Detach(ctx context.Context, ref, resource string) error
}

// PodStorage makes volumes out of a pod's storage pools. A pod manager without
// pooled storage has no pools, and the other calls are Invalid and say so.
type PodStorage interface {
	Pools(ctx context.Context) ([]Pool, error)

	// CreateVolume makes a volume and returns its ref. Where no pool has the
	// room, the code is NoCapacity. The volume carries a.VolumeUUID in a field
	// that the pod gives back, for FindVolume.
	CreateVolume(ctx context.Context, a VolumeAllocation) (ref string, err error)

	// FindVolume gives the ref of the volume that carries the UUID, or
	// NotFound.
	FindVolume(ctx context.Context, volumeUUID string) (ref string, err error)

	Volume(ctx context.Context, ref string) (PodVolume, error)

	// EraseVolume overwrites what is on a volume, and returns when that is
	// done. Conflict while it is attached.
	EraseVolume(ctx context.Context, ref string) error

	// DeleteVolume gives the room back. A volume that is gone already is
	// success, one that is attached Conflict.
	DeleteVolume(ctx context.Context, ref string) error
}

// PodHardware reads what a pod is made of.
type PodHardware interface {
	// Systems lists every physical system. What one of them lacks is left
	// empty; one that cannot be read does not hide the others.
	Systems(ctx context.Context) ([]System, error)

	// System reads one system by what the pod calls it, or its UUID.
	System(ctx context.Context, id string) (System, error)

	// Parts reads what a system is made of.
	Parts(ctx context.Context, systemRef string) (SystemParts, error)

	// Chassis lists every chassis.
	Chassis(ctx context.Context) ([]Chassis, error)

	// Devices lists the pooled devices, without a UUID of Valence's.
	Devices(ctx context.Context) ([]Device, error)
}

// PodTogether is what a Pod is as well that can read its systems and chassis
// together for less than one after the other.
type PodTogether interface {
	Together(ctx context.Context) ([]System, []Chassis, error)
}

// PodGlance is what a Pod is as well that can read one system for less, without
// looking for the chassis that it sits in.
type PodGlance interface {
	Glance(ctx context.Context, systemRef string) (System, error)
}

// PodEvents is what a Pod is as well whose pod manager may tell of changes by
// itself.
type PodEvents interface {
	// Subscribe lets the pod manager send its events to a URL, each with the
	// token in it, and gives the ref of the subscription. Invalid where it
	// offers no events.
	Subscribe(ctx context.Context, destination, token string) (ref string, err error)

	// Subscribed says whether a subscription is still there: pod managers that
	// start anew may forget them.
	Subscribed(ctx context.Context, ref string) (bool, error)

	// Unsubscribe ends a subscription. One that is gone is success.
	Unsubscribe(ctx context.Context, ref string) error

	// Origins reads what was sent: the refs of what has changed, as far as it
	// says. Invalid for a body that is no events. It asks the pod nothing.
	Origins(body []byte) (refs []string, err error)
}

// Allocation is a request for hardware.
type Allocation struct {
	NodeUUID     string
	Name         string
	Description  string
	Requirements Requirements
}

// Driver opens a pod manager. It does no I/O: the first call on the Pod does.
// A URL or credentials that can never work are Invalid.
type Driver func(pm PodManager) (Pod, error)

// Pods gives the opened pod of a registered pod manager. A pod manager that is
// not registered is NotFound.
type Pods interface {
	Pod(ctx context.Context, podManagerID string) (Pod, error)
}
