package compose

import (
	"cmp"
	"context"
	"path"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// Manage implements service.Work. Only an assembled machine is adopted: one
// that is not may be that of a compose that has not written it down yet.
func (s *Service) Manage(ctx context.Context, r service.ManageRequest) (service.Node, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return service.Node{}, err
	}
	if r.Index == "" {
		return service.Node{}, service.Errorf(service.Invalid, "index: a machine to manage must be named")
	}
	pm, err := s.podManager(ctx, r.PodManagerID)
	if err != nil {
		return service.Node{}, err
	}
	m, err := s.find(ctx, pm, r.Index)
	if err != nil {
		return service.Node{}, err
	}
	at := service.Now()
	n := service.Node{
		UUID:         uuid.NewString(),
		Name:         cmp.Or(r.Name, m.Name, r.Index),
		Description:  m.Description,
		PodManagerID: pm.UUID,
		ProjectID:    owner,
		State:        service.NodeComposed,
		Ref:          m.Ref,
		CreatedAt:    at,
		UpdatedAt:    at,
	}
	// A caller that goes away now must not leave it open whether this was written.
	if err := s.store.CreateNode(context.WithoutCancel(ctx), n); err != nil {
		return service.Node{}, err
	}
	s.log.Info("machine managed", "node", n.UUID, "pod_manager", pm.UUID, "machine", n.Ref)
	return n, nil
}

// find reads the machine of a pod manager whose path ends in index, if it can
// be managed.
func (s *Service) find(ctx context.Context, pm service.PodManager, index string) (service.Machine, error) {
	pod, err := s.pods.Pod(ctx, pm.UUID)
	if err != nil {
		return service.Machine{}, err
	}
	refs, err := pod.Machines(ctx)
	if err != nil {
		return service.Machine{}, err
	}
	for _, ref := range refs {
		if path.Base(ref) != index {
			continue
		}
		m, err := pod.Machine(ctx, ref)
		m.Ref = ref
		switch {
		case err != nil:
			return m, err
		case m.State != service.MachineAssembled:
			return m, service.Errorf(service.Conflict, "machine %q of pod manager %s is %s; only an assembled one can be managed",
				index, pm.Name, m.State)
		}
		return m, nil
	}
	return service.Machine{}, service.Errorf(service.NotFound, "pod manager %s has no machine %q", pm.Name, index)
}
