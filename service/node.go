package service

import (
	"errors"
	"path"
	"time"
)

// Node is a composed node as Valence remembers it. What the hardware says of
// itself is a Machine, read from the pod when it is asked for.
type Node struct {
	UUID         string       `json:"uuid"`
	Name         string       `json:"name"` // need not be unique
	Description  string       `json:"description,omitzero"`
	PodManagerID string       `json:"podm_id"`
	ProjectID    string       `json:"project_id,omitzero"` // who composed it; empty without authentication
	State        NodeState    `json:"state"`
	Step         Step         `json:"step,omitzero"`     // how far the work on it has come; empty when it is settled
	Failure      *Failure     `json:"failure,omitempty"` // only in state NodeFailed
	Requirements Requirements `json:"requirements"`
	// Ref is the path of the machine on its pod, such as /redfish/v1/Nodes/12.
	// Empty until hardware has been allocated.
	Ref string `json:"ref,omitzero"`
	// IdempotencyKey is the key its compose request carried, if any.
	IdempotencyKey string    `json:"idempotency_key,omitzero"`
	ManagedBy      string    `json:"managed_by,omitzero"` // such as "ironic"
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
}

// Index is the last segment of the machine's path on its pod, or empty before
// hardware has been allocated.
func (n Node) Index() string {
	if n.Ref == "" {
		return ""
	}
	return path.Base(n.Ref)
}

// NodeState is where a node is in its life.
type NodeState string

// The states of a node. A node is on its way while an Intent names it, and
// settled otherwise.
const (
	NodeComposing NodeState = "composing" // being composed, or its compose being undone
	NodeComposed  NodeState = "composed"
	NodeFailed    NodeState = "failed" // composing failed and its hardware was given back
	NodeDeleting  NodeState = "deleting"
)

// Failure is why a node failed: the code and message of the error.
type Failure struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// FailureOf is what may be told of an error.
func FailureOf(err error) *Failure {
	var e *Error
	if errors.As(err, &e) {
		return &Failure{Code: e.Code, Message: e.Message}
	}
	return &Failure{Code: Internal, Message: "an internal error"}
}

// NodeFilter selects nodes; an empty field selects all.
type NodeFilter struct {
	UUID         string
	Name         string
	PodManagerID string
	Index        string
	ProjectID    string
}

// Match says whether n is selected.
func (f NodeFilter) Match(n Node) bool {
	return (f.UUID == "" || f.UUID == n.UUID) &&
		(f.Name == "" || f.Name == n.Name) &&
		(f.PodManagerID == "" || f.PodManagerID == n.PodManagerID) &&
		(f.Index == "" || f.Index == n.Index()) &&
		(f.ProjectID == "" || f.ProjectID == n.ProjectID)
}
