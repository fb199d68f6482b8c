package inventory

import (
	"context"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// System implements service.Inventory. A pod manager that does not answer
// matters only where no other has such a system: then it could be its.
func (i *Inventory) System(ctx context.Context, podManagerID, id string) (service.System, error) {
	if id == "" {
		return service.System{}, service.Errorf(service.NotFound, "a system without a name does not exist")
	}
	pms, err := i.meant(ctx, podManagerID)
	if err != nil {
		return service.System{}, err
	}
	answers := forAll(pms, func(pm service.PodManager) ([]service.System, error) {
		return ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) ([]service.System, error) {
			return systemsCalled(ctx, pod, id)
		})
	})
	var found []service.System
	var names []string
	for _, a := range answers {
		for _, s := range a.value {
			s.PodManagerID = a.pm.UUID
			found = append(found, s)
			names = append(names, s.ID+" of "+a.pm.Name)
		}
	}
	switch {
	case ctx.Err() != nil:
		return service.System{}, ctx.Err()
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return service.System{}, service.Errorf(service.Conflict, "several systems are called %q: %s", id, strings.Join(names, ", "))
	case podManagerID != "" && answers[0].err != nil:
		return service.System{}, answers[0].err
	}
	if err := missing(i, answers); err != nil {
		return service.System{}, err
	}
	return service.System{}, service.Errorf(service.NotFound, "system %q does not exist", id)
}

// systemsCalled gives the system of a pod that has this id or UUID, or else
// those that have it as their name.
func systemsCalled(ctx context.Context, pod service.Pod, id string) ([]service.System, error) {
	s, err := pod.System(ctx, id)
	if err == nil {
		return []service.System{s}, nil
	}
	if service.CodeOf(err) != service.NotFound {
		return nil, err
	}
	all, err := pod.Systems(ctx)
	var named []service.System
	for _, s := range all {
		if s.Name == id {
			named = append(named, s)
		}
	}
	return named, err
}
