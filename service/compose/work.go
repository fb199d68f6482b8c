package compose

import (
	"context"
	"errors"

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
		if !errors.Is(err, errForgotten) && !errors.Is(err, errInterrupted) {
			return n, err
		}
		// The first use failed elsewhere and is forgotten, its key with it.
	}
}

// begin journals the intent and starts the work. There is no job where the
// node's idempotency key was used before; then the node is that of its first
// use.
func (s *Service) begin(ctx context.Context, kind service.IntentKind, n service.Node, async bool) (service.Node, *job, error) {
	if err := s.jobs.Enter(); err != nil {
		return n, nil, err
	}
	n.Step = service.StepIntended
	in := service.Intent{NodeUUID: n.UUID, Kind: kind, Step: n.Step, StartedAt: n.UpdatedAt, UpdatedAt: n.UpdatedAt}
	// A caller that goes away now must not leave it open whether this was written.
	n, begun, err := s.store.Begin(context.WithoutCancel(ctx), in, n)
	if err != nil || !begun {
		s.jobs.Leave()
		return n, nil, err
	}
	j := s.newJob(in, n)
	j.async = async
	return n, s.launch(ctx, j, j.fresh), nil
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

// Update implements service.Work.
func (s *Service) Update(ctx context.Context, nodeUUID string, change func(*service.Node) error) (service.Node, error) {
	if _, err := s.node(ctx, nodeUUID); err != nil {
		return service.Node{}, err
	}
	return s.store.UpdateNode(ctx, nodeUUID, func(n *service.Node) error {
		wanted := *n
		wanted.Failure, wanted.Requirements.PCIDevices = nil, nil // what a copy would share
		if err := change(&wanted); err != nil {
			return err
		}
		if wanted.Name == "" {
			return service.Errorf(service.Invalid, "name: a node needs a name")
		}
		n.Name, n.Description, n.UpdatedAt = wanted.Name, wanted.Description, service.Now()
		return nil
	})
}
