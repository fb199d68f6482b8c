package compose

import (
	"context"
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/service"
)

// Compose implements service.Work.
func (s *Service) Compose(ctx context.Context, r service.ComposeRequest) (service.Node, error) {
	plan, err := s.plan(ctx, r)
	if err != nil {
		return service.Node{}, err
	}
	for {
		first, j, err := s.begin(ctx, service.IntentCompose, plan, r.Async)
		if err != nil {
			return service.Node{}, err
		}
		if j != nil {
			return s.result(ctx, j, r.Async)
		}
		if !sameRequest(first, plan) {
			return service.Node{}, service.Errorf(service.Conflict, "this idempotency key was used before, for another request")
		}
		n, err := s.await(ctx, first.UUID, r.Async)
		if !errors.Is(err, errForgotten) {
			return n, err
		}
		// The first use failed elsewhere and is forgotten, its key with it.
	}
}

// begin journals the intent and starts the work. There is no job where the
// node's idempotency key was used before; then the node is that of its first
// use.
func (s *Service) begin(ctx context.Context, kind service.IntentKind, n service.Node, async bool) (service.Node, *job, error) {
	if err := s.enter(); err != nil {
		return n, nil, err
	}
	in := service.Intent{
		NodeUUID: n.UUID, Kind: kind, Step: service.StepIntended, StartedAt: n.UpdatedAt, UpdatedAt: n.UpdatedAt,
	}
	// A caller that goes away now must not leave it open whether this was written.
	first, begun, err := s.store.Begin(context.WithoutCancel(ctx), in, n)
	if err != nil || !begun {
		s.leave()
		return first, nil, err
	}
	j := s.newJob(in, n)
	j.async = async
	return n, s.launch(ctx, j, j.fresh), nil
}

// Delete implements service.Work.
func (s *Service) Delete(ctx context.Context, nodeUUID string) error {
	n, err := s.node(ctx, nodeUUID)
	if err != nil {
		return err
	}
	switch n.State {
	case service.NodeComposing:
		return service.Errorf(service.Conflict, "node %s is still being composed", nodeUUID)
	case service.NodeDeleting:
		return service.Errorf(service.Conflict, "node %s is being deleted already", nodeUUID)
	}
	if n.Ref != "" {
		// Once begun, a delete goes on until the pod answers: look before.
		if err := s.probe(ctx, n); err != nil {
			return err
		}
	}
	n.State, n.UpdatedAt = service.NodeDeleting, now()
	_, j, err := s.begin(ctx, service.IntentDelete, n, false)
	if err != nil {
		return err
	}
	_, err = s.result(ctx, j, false)
	return err
}

// Reset implements service.Work.
func (s *Service) Reset(ctx context.Context, nodeUUID string, reset service.ResetType) error {
	if _, err := s.node(ctx, nodeUUID); err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	ctx, cancel := s.whileRunning(ctx)
	defer cancel()
	release, err := s.store.Hold(ctx, nodeUUID)
	if err != nil {
		return err
	}
	defer release()
	n, err := s.node(ctx, nodeUUID) // as it is now that nobody changes it
	if err != nil {
		return err
	}
	if n.State != service.NodeComposed {
		return service.Errorf(service.Conflict, "node %s is %s, not composed", nodeUUID, n.State)
	}
	pod, err := s.pods.Pod(ctx, n.PodManagerID)
	if err != nil {
		return err
	}
	err = pod.Reset(ctx, n.Ref, reset)
	if service.CodeOf(err) == service.NotFound {
		return gone(n, err)
	}
	return err
}

// Show implements service.Work.
func (s *Service) Show(ctx context.Context, nodeUUID string) (service.Node, *service.Machine, error) {
	n, err := s.node(ctx, nodeUUID)
	if err != nil || n.Ref == "" {
		return n, nil, err
	}
	pod, err := s.pods.Pod(ctx, n.PodManagerID)
	if err != nil {
		return n, nil, err
	}
	m, err := pod.Machine(ctx, n.Ref)
	switch {
	case err == nil:
		return n, &m, nil
	case service.CodeOf(err) != service.NotFound:
		return n, nil, err
	case n.State == service.NodeComposed:
		return n, nil, gone(n, err)
	}
	return n, nil, nil // on its way, out or back
}

// node reads a node that the caller in ctx may see.
func (s *Service) node(ctx context.Context, nodeUUID string) (service.Node, error) {
	n, err := s.store.Node(ctx, nodeUUID)
	if err != nil {
		return n, err
	}
	caller := service.CallerOf(ctx)
	if caller.Sees(n.ProjectID) {
		return n, nil
	}
	return service.Node{}, service.Errorf(service.NotFound, "node %q does not exist", nodeUUID)
}

// probe finds out whether the pod of a node answers.
func (s *Service) probe(ctx context.Context, n service.Node) error {
	pod, err := s.pods.Pod(ctx, n.PodManagerID)
	if err != nil {
		return err
	}
	if err := pod.Probe(ctx); err != nil {
		return fmt.Errorf("trying the pod manager: %w", err)
	}
	return nil
}

func gone(n service.Node, err error) error {
	return &service.Error{
		Code:    service.NotFound,
		Message: fmt.Sprintf("the hardware of node %s is gone from its pod manager; deleting the node removes the record", n.UUID),
		Err:     err,
	}
}
