package service

import (
	"context"
	"iter"
	"time"
)

// Intent is what the service is about to do, or half way through doing, to one
// node. It is written before the pod is touched and removed with the write
// that records the result, so that after a crash whoever claims it can finish
// the work or undo it. There is at most one per node.
type Intent struct {
	NodeUUID string     `json:"node_uuid"`
	Kind     IntentKind `json:"kind"`
	Step     Step       `json:"step"`
	Failure  *Failure   `json:"failure,omitempty"` // why the work is being undone; only at StepUndoing
	// Async says that the caller was answered before the end. A failure then
	// stays visible as a node in state NodeFailed; otherwise it is forgotten.
	Async     bool      `json:"async,omitzero"`
	StartedAt time.Time `json:"started_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// IntentKind says what an intent is for.
type IntentKind string

// The kinds of intent.
const (
	IntentCompose IntentKind = "compose"
	IntentDelete  IntentKind = "delete"
	IntentForget  IntentKind = "forget" // the record goes, whatever becomes of the hardware
)

// Step is how far an intent has come.
type Step string

// The steps. A compose goes from StepIntended over StepAllocated and
// StepAssembling to its end, or from any of them to StepUndoing; a delete has
// StepIntended only.
const (
	StepIntended   Step = "intended"   // nothing is known to have happened on the pod
	StepAllocated  Step = "allocated"  // the node's Ref names a machine that is ours
	StepAssembling Step = "assembling" // assembly was asked for
	StepUndoing    Step = "undoing"    // hardware, if any, is being given back
)

// Order is what somebody wants of work that is under way.
type Order string

// The orders.
const (
	OrderNone   Order = ""
	OrderCancel Order = "cancel" // undo the compose
	OrderForget Order = "forget" // stop asking the pod, and forget the node
)

// Journal is the part of a store that the work goes through. Each method is
// one transaction. A node is held by the process that called Begin or Claim
// until Finish or Forget, or until that process dies; calls by anyone else on a
// held node are Conflict.
type Journal interface {
	// Begin writes the intent together with the node as it is to be meanwhile,
	// and holds it. For a compose the node must be new; where its
	// IdempotencyKey was used before in the same project, nothing is written
	// and Begin returns the node of the first use and false. For a delete the
	// node must exist and have no intent: NotFound, Conflict; only its State,
	// Step and UpdatedAt are taken over, and Begin returns the node as it is
	// then. What else n says may be out of date.
	Begin(ctx context.Context, in Intent, n Node) (node Node, begun bool, err error)

	// Advance replaces the intent and the node.
	Advance(ctx context.Context, in Intent, n Node) error

	// Finish removes the intent, writes the node as it has become, and lets go.
	Finish(ctx context.Context, n Node) error

	// Forget removes the intent, the node and its idempotency key.
	Forget(ctx context.Context, nodeUUID string) error

	// Intents lists all intents, whoever holds their nodes.
	Intents(ctx context.Context) iter.Seq2[Intent, error]

	// Claim holds a node whose holder died, for going on with its intent. It
	// gives false where somebody alive holds it or the intent is gone.
	Claim(ctx context.Context, nodeUUID string) (in Intent, n Node, claimed bool, err error)

	// Order tells whoever works on the node, now or later, what to do with it
	// instead. NotFound where the node has no intent, for there is nobody to
	// tell. A later order replaces an earlier one, but nothing replaces
	// OrderForget.
	Order(ctx context.Context, nodeUUID string, o Order) error

	// Ordered gives the order that stands, or OrderNone. Finish and Forget
	// remove it.
	Ordered(ctx context.Context, nodeUUID string) (Order, error)

	// Hold holds a settled node for a piece of work that needs no intent, such
	// as a power action. Conflict where it is held already.
	Hold(ctx context.Context, nodeUUID string) (release func(), err error)
}
