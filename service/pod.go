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
// pod's own, Unavailable when it cannot be reached, Timeout when it did not
// answer in time.
type Pod interface {
	// Probe signs in and reads the entry point.
	Probe(ctx context.Context) error

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

	// Delete gives the hardware back. A machine that is gone already is
	// success.
	Delete(ctx context.Context, ref string) error

	// Close lets go of connections and sessions.
	Close() error
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
