package compose

import (
	"context"
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// Delete implements service.Work. Where the node is being deleted already, by
// whichever process, Delete waits for that: deleting twice at once is success
// twice. A node that is gone when Delete is called is NotFound.
func (s *Service) Delete(ctx context.Context, nodeUUID string, how service.Removal) error {
	if _, err := s.node(ctx, nodeUUID); err != nil {
		return err
	}
	return s.remove(ctx, nodeUUID, how)
}

// removal is somebody's wish that a node be gone.
type removal struct {
	s        *Service
	nodeUUID string
	how      service.Removal
	probed   bool // the pod is known to answer
	ordered  bool // whoever works on the node has been told
	refused  bool // somebody had the node although it was settled
	pause    *jobs.Pause
}

// errAgain says that the node is to be looked at again.
var errAgain = errors.New("look at the node again")

// remove sees to it that a node goes, whatever it is doing and whoever has it.
func (s *Service) remove(ctx context.Context, nodeUUID string, how service.Removal) error {
	r := &removal{s: s, nodeUUID: nodeUUID, how: how, pause: jobs.Look(s.poll)}
	for {
		n, err := s.store.Node(ctx, nodeUUID)
		switch {
		case ctx.Err() != nil:
			return stillGoing(ctx, nodeUUID)
		case service.CodeOf(err) == service.NotFound:
			return nil
		case err != nil:
			return err
		case n.State == service.NodeComposing || n.State == service.NodeDeleting:
			err = r.join(ctx, n)
		case how == service.Decompose && n.Ref != "" && !r.probed:
			err = r.probe(ctx, n)
		default:
			err = r.begin(ctx, n)
		}
		if !errors.Is(err, errAgain) {
			return err
		}
	}
}

// probe finds out whether the pod of a node answers: once begun, a delete goes
// on until it does. The node is read again afterwards, for that takes a while.
func (r *removal) probe(ctx context.Context, n service.Node) error {
	pod, err := r.s.pods.Pod(ctx, n.PodManagerID)
	if err != nil {
		return err
	}
	if err := pod.Probe(ctx); err != nil {
		return fmt.Errorf("trying the pod manager: %w", err)
	}
	r.probed = true
	return errAgain
}

// begin begins to delete or forget a settled node.
func (r *removal) begin(ctx context.Context, n service.Node) error {
	kind := service.IntentDelete
	if r.how == service.ForgetHardware {
		kind = service.IntentForget
	}
	n.State, n.UpdatedAt = service.NodeDeleting, service.Now()
	_, j, err := r.s.begin(ctx, kind, n, false)
	if code := service.CodeOf(err); err != nil && (code == service.Conflict || code == service.NotFound) {
		return r.busy(ctx, err)
	}
	if err != nil {
		return err
	}
	_, err = j.wait(ctx, false)
	if errors.Is(err, errLost) {
		return errAgain
	}
	return err
}

// busy is what to do when somebody was faster: a piece of work that has the node
// now is joined. Where the node is held for something short, such as a power
// action, it is tried once more; only one that is to be forgotten is waited for
// to the end.
func (r *removal) busy(ctx context.Context, conflict error) error {
	n, err := r.s.store.Node(ctx, r.nodeUUID)
	settled := n.State == service.NodeComposed || n.State == service.NodeFailed
	if err == nil && settled && r.how == service.Decompose {
		if r.refused {
			return conflict
		}
		r.refused = true
	}
	r.ordered = false // what it was told of was not this
	return r.rest(ctx)
}

// join tells whoever works on the node what is wanted, and waits for that work
// to end. Where nobody alive does, it is taken up here.
func (r *removal) join(ctx context.Context, n service.Node) error {
	if err := r.order(ctx, n); err != nil {
		return err
	}
	j := r.s.jobs.Find(r.nodeUUID)
	if j == nil {
		if err := r.s.claim(ctx, r.nodeUUID); err != nil {
			return err
		}
		return r.rest(ctx)
	}
	j.hear(ctx) // rather than when it listens next
	select {
	case <-j.done:
	case <-ctx.Done():
		return stillGoing(ctx, r.nodeUUID)
	}
	if j.in.Kind == service.IntentCompose || j.err == nil || errors.Is(j.err, errLost) {
		return errAgain
	}
	_, err := j.wait(ctx, false)
	return err
}

// order leaves the order for whoever works on the node, once. A delete needs no
// order to delete.
func (r *removal) order(ctx context.Context, n service.Node) error {
	order, point := service.OrderCancel, CancelOrdered
	switch {
	case r.how == service.ForgetHardware:
		order, point = service.OrderForget, ForgetOrdered
	case n.State == service.NodeDeleting:
		return nil
	}
	if r.ordered {
		return nil
	}
	err := r.s.store.Order(ctx, r.nodeUUID, order)
	if service.CodeOf(err) == service.NotFound {
		return nil // it has just ended
	}
	if err == nil {
		r.ordered = true
		r.s.observe(point)
	}
	return err
}

// rest waits before the node is looked at again.
func (r *removal) rest(ctx context.Context) error {
	if r.pause.Wait(ctx) != nil {
		return stillGoing(ctx, r.nodeUUID)
	}
	return errAgain
}
