package compose

import (
	"context"
	"fmt"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// Reset implements service.Work.
func (s *Service) Reset(ctx context.Context, nodeUUID string, reset service.ResetType) error {
	return s.onMachine(ctx, nodeUUID, func(ctx context.Context, pod service.Pod, ref string) error {
		return pod.Reset(ctx, ref, reset)
	})
}

// SetBoot implements service.Work.
func (s *Service) SetBoot(ctx context.Context, nodeUUID string, boot service.Boot) error {
	return s.onMachine(ctx, nodeUUID, func(ctx context.Context, pod service.Pod, ref string) error {
		return pod.SetBoot(ctx, ref, boot)
	})
}

// onMachine does something to the machine of a composed node.
func (s *Service) onMachine(ctx context.Context, nodeUUID string, do func(context.Context, service.Pod, string) error) error {
	return s.held(ctx, nodeUUID, func(ctx context.Context, n service.Node) error {
		pod, err := s.pods.Pod(ctx, n.PodManagerID)
		if err != nil {
			return err
		}
		err = do(ctx, pod, n.Ref)
		if service.CodeOf(err) == service.NotFound {
			return gone(n, err)
		}
		return err
	})
}

// held does something with a composed node while nobody else works on it. It
// may not take longer than a quick call: whoever wants to forget the node has
// to wait for it.
func (s *Service) held(ctx context.Context, nodeUUID string, do func(context.Context, service.Node) error) error {
	if _, err := s.node(ctx, nodeUUID); err != nil {
		return err
	}
	if err := s.jobs.Enter(); err != nil {
		return err
	}
	defer s.jobs.Leave()
	ctx, cancel := s.jobs.Bound(ctx)
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
	ctx, cancel = context.WithTimeout(ctx, jobs.QuickCall)
	defer cancel()
	return do(ctx, n)
}

// Show implements service.Work.
func (s *Service) Show(ctx context.Context, nodeUUID string) (service.Node, *service.Machine, error) {
	n, err := s.node(ctx, nodeUUID)
	if err != nil || n.Ref == "" {
		return n, nil, err
	}
	m, err := s.machine(ctx, n)
	switch {
	case err == nil:
		return n, &m, nil
	case service.CodeOf(err) != service.NotFound || n.State == service.NodeComposed:
		return n, nil, err
	}
	return n, nil, nil // on its way, out or back
}

// machine reads the machine of a node that has one.
func (s *Service) machine(ctx context.Context, n service.Node) (service.Machine, error) {
	pod, err := s.pods.Pod(ctx, n.PodManagerID)
	if err != nil {
		return service.Machine{}, err
	}
	m, err := pod.Machine(ctx, n.Ref)
	if service.CodeOf(err) == service.NotFound {
		return m, gone(n, err)
	}
	return m, err
}

func gone(n service.Node, err error) error {
	return &service.Error{
		Code:    service.NotFound,
		Message: fmt.Sprintf("the hardware of node %s is gone from its pod manager; deleting the node removes the record", n.UUID),
		Err:     err,
	}
}
