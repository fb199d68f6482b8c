package nodes

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// WaitFor asks for a node until it is composed or has failed, first after a
// tenth of a second and then ever less often, down to every two seconds. It
// calls onUpdate, which may be nil, with every answer, and returns the last
// one.
//
// A node that failed is a *FailedError. The end of the context is an error that
// says in which state the node was last seen. A node that is deleted meanwhile
// ends in a *valence.Error of status 404. Services that know no states answer
// a Create only when it is done: a node without a state counts as composed.
func WaitFor(ctx context.Context, client *gophercloud.ServiceClient, id string, onUpdate func(Node)) (Node, error) {
	return poll(ctx, client, id, onUpdate, func(n Node) (bool, error) {
		if n.State == StateFailed {
			return true, &FailedError{Node: n}
		}
		return n.State == StateComposed || n.State == "", nil
	})
}

// WaitForPower asks for a node, as often as WaitFor does, until its power state
// is the one that is wanted, such as "On". The end of the context is an error
// that says in which state the node was last seen.
func WaitForPower(ctx context.Context, client *gophercloud.ServiceClient, id, powerState string, onUpdate func(Node)) (Node, error) {
	return poll(ctx, client, id, onUpdate, func(n Node) (bool, error) {
		return n.PowerState == powerState, nil
	})
}

// poll reads a node until done says so, or says what is wrong with it.
func poll(ctx context.Context, client *gophercloud.ServiceClient, id string, onUpdate func(Node), done func(Node) (bool, error)) (Node, error) {
	last, err := resource.Poll(ctx,
		func() (*Node, error) { return Get(ctx, client, id).Extract() },
		func(n Node) (bool, error) {
			if onUpdate != nil {
				onUpdate(n)
			}
			return done(n)
		})
	if _, failed := errors.AsType[*FailedError](err); failed || err == nil {
		return last, err
	}
	return last, waitError(id, last, err)
}

// waitError says in which state the node was, and its power where it has any.
func waitError(id string, last Node, err error) error {
	switch {
	case last.State == StateComposed && last.PowerState != "":
		return fmt.Errorf("waiting for node %s, last seen %s and its power %s: %w", id, last.State, last.PowerState, err)
	case last.State != "":
		return fmt.Errorf("waiting for node %s, last seen %s: %w", id, last.State, err)
	}
	return fmt.Errorf("waiting for node %s: %w", id, err)
}

// FailedError says that a node could not be composed. Its hardware has been
// given back; the node stays, in state failed, until it is deleted.
type FailedError struct {
	Node Node
}

// Error says which node failed and, where the service told, why.
func (e *FailedError) Error() string {
	text := fmt.Sprintf("composing node %q (%s) failed", e.Node.Name, e.Node.UUID)
	if f := e.Node.Failure; f != nil && f.Message != "" {
		text += ": " + f.Message
	}
	return text
}

// ErrorCode is the code of the failure, such as "no_capacity", or "failed"
// where the service told none.
func (e *FailedError) ErrorCode() string {
	if f := e.Node.Failure; f != nil && f.Code != "" {
		return f.Code
	}
	return string(StateFailed)
}
