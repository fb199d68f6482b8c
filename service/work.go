package service

import "context"

// Work is what can be done to nodes. Nodes that the caller in the context may
// not see are NotFound, those that it may see but not touch are Forbidden.
type Work interface {
	// Compose makes a node. With r.Async it returns as soon as hardware is
	// allocated, with the node in state NodeComposing; otherwise when the node
	// is composed. When it returns an error, nothing is left of the node. When
	// ctx ends while it waits, the work goes on.
	Compose(ctx context.Context, r ComposeRequest) (Node, error)

	// Delete gives the node's hardware back and forgets the node.
	Delete(ctx context.Context, nodeUUID string) error

	// Reset does a power action. Conflict while the node is not composed or is
	// being worked on.
	Reset(ctx context.Context, nodeUUID string, reset ResetType) error

	// Show gives the node, and its machine where it has one.
	Show(ctx context.Context, nodeUUID string) (Node, *Machine, error)
}

// ComposeRequest asks for a node.
type ComposeRequest struct {
	Name         string
	Description  string
	PodManagerID string // empty: the only one; with several, Invalid and a message that lists them
	FlavorID     string // empty: Requirements says it all
	Requirements Requirements
	// IdempotencyKey, where not empty, makes a repeated request give the node
	// of the first one. The same key with another request is Conflict.
	IdempotencyKey string
	Async          bool
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

	// Remove forgets a pod manager. Conflict while it has nodes.
	Remove(ctx context.Context, uuid string) error
}
