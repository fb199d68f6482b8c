package storage

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// plan turns a request into the volume that it asks for.
func (s *Service) plan(ctx context.Context, r service.VolumeRequest) (service.Volume, error) {
	caller := service.CallerOf(ctx)
	switch {
	case caller.Role < service.Admin && caller.ProjectID == "":
		return service.Volume{}, service.Errorf(service.Forbidden, "a volume belongs to a project, and the request comes from none")
	case r.Name == "":
		return service.Volume{}, service.Errorf(service.Invalid, "name: a volume needs a name")
	case r.CapacityBytes <= 0:
		return service.Volume{}, service.Errorf(service.Invalid, "capacity: %d bytes are no size for a volume, expected more than 0", r.CapacityBytes)
	}
	pm, err := s.podManager(ctx, r.PodManagerID)
	if err != nil {
		return service.Volume{}, err
	}
	pool, err := s.pool(ctx, pm.UUID, r.Pool)
	if err != nil {
		return service.Volume{}, err
	}
	at := service.Now()
	return service.Volume{
		UUID:           uuid.NewString(),
		Name:           r.Name,
		Description:    r.Description,
		PodManagerID:   pm.UUID,
		ProjectID:      caller.ProjectID,
		State:          service.VolumeCreating,
		CapacityBytes:  r.CapacityBytes,
		Protocol:       r.Protocol,
		Pool:           pool,
		EraseOnDetach:  r.EraseOnDetach,
		IdempotencyKey: r.IdempotencyKey,
		CreatedAt:      at,
		UpdatedAt:      at,
	}, nil
}

// pool finds the pool by ref or name; the empty one is any.
func (s *Service) pool(ctx context.Context, podManagerID, named string) (string, error) {
	if named == "" {
		return "", nil
	}
	var pools []service.Pool
	err := s.call(ctx, podManagerID, jobs.QuickCall, func(ctx context.Context, pod service.Pod) (err error) {
		pools, err = pod.Pools(ctx)
		return err
	})
	if err != nil {
		return "", err
	}
	var found, all []string
	for _, p := range pools {
		if p.Ref == named {
			return p.Ref, nil
		}
		if p.Name == named {
			found = append(found, p.Ref)
		}
		all = append(all, p.Name)
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", service.Errorf(service.Invalid, "pool: there is no pool %q, expected one of: %s", named, someOf(all))
	}
	return "", service.Errorf(service.Invalid, "pool: several are named %q, use one of their paths: %s", named, someOf(found))
}

// podManager finds the pod manager by UUID or name; the empty one is the only
// one there is.
func (s *Service) podManager(ctx context.Context, named string) (service.PodManager, error) {
	var all []string
	var only service.PodManager
	for pm, err := range s.store.PodManagers(ctx, "") {
		if err != nil {
			return pm, err
		}
		if named != "" && (pm.UUID == named || pm.Name == named) {
			return pm, nil
		}
		all, only = append(all, pm.Name), pm
	}
	switch {
	case named != "":
		return service.PodManager{}, service.Errorf(service.NotFound, "pod manager %q does not exist", named)
	case len(all) == 0:
		return service.PodManager{}, service.Errorf(service.Invalid, "no pod manager is registered: register one first")
	case len(all) > 1:
		return service.PodManager{}, service.Errorf(service.Invalid, "there are several pod managers, name one of them: %s", someOf(all))
	}
	return only, nil
}

// someOf lists names for a message, the first ten of them.
func someOf(all []string) string {
	const most = 10
	if len(all) == 0 {
		return "none"
	}
	if len(all) > most {
		all = append(all[:most:most], "…")
	}
	return strings.Join(all, ", ")
}

// probe finds out whether a pod manager answers.
func (s *Service) probe(ctx context.Context, podManagerID string) error {
	return s.call(ctx, podManagerID, jobs.QuickCall, func(ctx context.Context, pod service.Pod) error { return pod.Probe(ctx) })
}

// sameRequest says whether the request that made v would make plan. The record
// is all that is kept of a request, and where that left something open, the
// record has what the pod chose.
func sameRequest(v, plan service.Volume) bool {
	return v.Name == plan.Name && v.Description == plan.Description && v.PodManagerID == plan.PodManagerID &&
		v.EraseOnDetach == plan.EraseOnDetach && v.CapacityBytes >= plan.CapacityBytes &&
		(plan.Protocol == "" || strings.EqualFold(plan.Protocol, v.Protocol)) &&
		(plan.Pool == "" || plan.Pool == v.Pool)
}
