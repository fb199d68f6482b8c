package compose

import (
	"context"
	"fmt"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// Register implements service.Work. That the provisioner knows the node is
// written before it hears of it, so that no crash leaves it with a node that
// nobody remembers: whoever deletes the node asks it.
func (s *Service) Register(ctx context.Context, nodeUUID string, properties map[string]any) (service.Node, error) {
	return s.enrolled(ctx, nodeUUID, func(ctx context.Context, n service.Node) (service.Node, error) {
		e, err := s.enrolment(ctx, n, properties)
		if err != nil {
			return n, err
		}
		if _, err := s.manage(ctx, nodeUUID, s.provisioner.Name(), RegisterBegun); err != nil {
			return n, err
		}
		if err := s.provisioner.Register(ctx, e); err != nil {
			if n.ManagedBy == "" {
				s.withdraw(ctx, nodeUUID)
			}
			return n, fmt.Errorf("registering the node: %w", err)
		}
		s.observe(RegisterEnrolled)
		// Whoever has taken the node from us meanwhile may have deregistered it
		// before it was there.
		after, err := s.manage(ctx, nodeUUID, s.provisioner.Name(), RegisterFinished)
		if code := service.CodeOf(err); err != nil && (code == service.NotFound || code == service.Conflict) {
			s.withdraw(ctx, nodeUUID)
		}
		return after, err
	})
}

// Deregister implements service.Work.
func (s *Service) Deregister(ctx context.Context, nodeUUID string) (service.Node, error) {
	return s.enrolled(ctx, nodeUUID, func(ctx context.Context, n service.Node) (service.Node, error) {
		if err := s.provisioner.Deregister(ctx, nodeUUID); err != nil {
			return n, fmt.Errorf("deregistering the node: %w", err)
		}
		s.observe(DeregisterRemoved)
		return s.manage(ctx, nodeUUID, "", DeregisterFinished)
	})
}

// enrolled does something with a composed node that concerns the provisioner.
func (s *Service) enrolled(ctx context.Context, nodeUUID string, do func(context.Context, service.Node) (service.Node, error)) (service.Node, error) {
	if _, err := s.node(ctx, nodeUUID); err != nil {
		return service.Node{}, err
	}
	if s.provisioner == nil {
		return service.Node{}, service.Errorf(service.Invalid, "no provisioner is configured: nodes cannot be registered")
	}
	var after service.Node
	err := s.held(ctx, nodeUUID, func(ctx context.Context, n service.Node) (err error) {
		after, err = do(ctx, n)
		return err
	})
	if err != nil {
		return service.Node{}, err
	}
	return after, nil
}

// enrolment collects what the provisioner needs to know.
func (s *Service) enrolment(ctx context.Context, n service.Node, properties map[string]any) (service.Enrolment, error) {
	pm, err := s.store.PodManager(ctx, n.PodManagerID)
	if err != nil {
		return service.Enrolment{}, err
	}
	m, err := s.machine(ctx, n)
	return service.Enrolment{Node: n, Machine: m, PodManager: pm, Properties: properties}, err
}

// manage writes who manages the node; nobody, where by is empty.
func (s *Service) manage(ctx context.Context, nodeUUID, by, point string) (service.Node, error) {
	n, err := s.store.UpdateNode(ctx, nodeUUID, func(n *service.Node) error {
		if n.ManagedBy != by {
			n.ManagedBy, n.UpdatedAt = by, service.Now()
		}
		return nil
	})
	if err == nil {
		s.observe(point)
	}
	return n, err
}

// withdraw takes back a registration that failed, whatever there is of it. If
// it fails as well, the node stays marked: it may be registered or deregistered
// again, and deleting it does the latter.
func (s *Service) withdraw(ctx context.Context, nodeUUID string) {
	ctx, cancel := s.jobs.Bound(context.WithoutCancel(ctx)) // the caller may have gone
	defer cancel()
	ctx, release := context.WithTimeout(ctx, jobs.QuickCall)
	defer release()
	err := s.provisioner.Deregister(ctx, nodeUUID)
	if err == nil {
		_, err = s.manage(ctx, nodeUUID, "", DeregisterFinished)
	}
	if err != nil {
		s.log.Warn("a registration that failed was not taken back", "node", nodeUUID, "error", err)
	}
}
