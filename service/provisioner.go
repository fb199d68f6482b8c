package service

import "context"

// Provisioner enrols composed nodes in a service that deploys operating
// systems on them, such as OpenStack Bare Metal. A node is known there by the
// UUID that Valence gave it, so that doing something twice is doing it once.
//
// Errors carry these codes: Invalid for what the service refuses as written,
// Conflict where the state of the node there does not allow it, Unavailable
// and Timeout when the service does not answer, PodFailed never; Unauthorized
// never (wrong credentials of ours are Unavailable). No error contains a
// credential.
type Provisioner interface {
	// Name is what ManagedBy of a registered node says, such as "ironic".
	Name() string

	// Register enrols the node with one port for each network interface that
	// has a MAC address. What is there already is brought in step with e.
	Register(ctx context.Context, e Enrolment) error

	// Deregister removes the node and its ports. A node that is unknown there
	// is success.
	Deregister(ctx context.Context, nodeUUID string) error
}

// Enrolment is what a Provisioner needs to know of a node.
type Enrolment struct {
	Node       Node
	Machine    Machine
	PodManager PodManager // with the credentials that the provisioner drives the power with
	// Properties are further properties of the node there, as the caller
	// wrote them. driver_info is merged over what Valence would send; every
	// other key stands as it is.
	Properties map[string]any
}
