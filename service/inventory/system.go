package inventory

import (
	"context"
	"errors"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// finding is a system that has the name that is looked for.
type finding struct {
	sight
	system service.System
}

// System implements service.Inventory. One that is not kept is looked for on
// the pods, which may have got it just now. A pod manager that does not answer
// then matters only where no other has such a system: it could be its.
func (i *Inventory) System(ctx context.Context, l service.Look, id string) (service.System, service.Part, error) {
	if id == "" {
		return service.System{}, service.Part{}, service.Errorf(service.NotFound, "a system without a name does not exist")
	}
	pms, err := i.meant(ctx, l.PodManagerID)
	if err != nil {
		return service.System{}, service.Part{}, err
	}
	sights, err := i.kept(ctx, l.PodManagerID, pms)
	if err != nil {
		return service.System{}, service.Part{}, err
	}
	found := findKept(sights, id)
	if len(found) == 1 && l.Refresh {
		return i.again(ctx, found[0])
	}
	if len(found) == 0 {
		if found, err = i.findLive(ctx, sights, id); err != nil && len(found) == 0 {
			return service.System{}, service.Part{}, err
		}
	}
	return onlyOne(found, id)
}

func onlyOne(found []finding, id string) (service.System, service.Part, error) {
	switch len(found) {
	case 0:
		return service.System{}, service.Part{}, service.Errorf(service.NotFound, "system %q does not exist", id)
	case 1:
		part := found[0].part()
		part.ReadAt = found[0].system.SeenAt
		return found[0].system, part, nil
	}
	var names []string
	for _, f := range found {
		names = append(names, f.system.ID+" of "+f.pm.Name)
	}
	return service.System{}, service.Part{}, service.Errorf(service.Conflict, "several systems are called %q: %s", id, strings.Join(names, ", "))
}

// findKept finds the systems of a name among those that are kept.
func findKept(sights []sight, id string) []finding {
	var found []finding
	for _, s := range sights {
		if !s.view.known() {
			continue
		}
		systems, _ := s.view.systems(s.pm.UUID, false, nil) // fails with documents only
		for _, system := range called(systems, id) {
			found = append(found, finding{s, system})
		}
	}
	return found
}

// called gives the system that has an id or UUID, or else those that have it as
// their name.
func called(systems []service.System, id string) []service.System {
	var named []service.System
	for _, s := range systems {
		if s.ID == id || s.UUID != "" && strings.EqualFold(s.UUID, id) {
			return []service.System{s}
		}
		if s.Name == id {
			named = append(named, s)
		}
	}
	return named
}

// again reads a system that is kept once more. Where the pod does not answer,
// it is given as it is kept.
func (i *Inventory) again(ctx context.Context, f finding) (service.System, service.Part, error) {
	at := service.Now()
	system, err := ask(ctx, i, f.pm, func(ctx context.Context, pod service.Pod) (service.System, error) {
		return pod.System(ctx, f.system.ID)
	})
	switch {
	case err != nil && service.CodeOf(err) == service.NotFound:
		return service.System{}, service.Part{}, errors.Join(err, i.keepSystem(ctx, f.pm, f.system.Ref, nil, at))
	case err != nil:
		f.err = err
		return onlyOne([]finding{f}, f.system.ID)
	}
	if err := i.keepSystem(ctx, f.pm, f.system.Ref, &system, at); err != nil {
		return service.System{}, service.Part{}, err
	}
	system.PodManagerID, system.SeenAt = f.pm.UUID, at
	return onlyOne([]finding{{sight{pm: f.pm}, system}}, f.system.ID)
}

// findLive asks the pods for a system. The error beside what was found names
// those that could not be asked.
func (i *Inventory) findLive(ctx context.Context, sights []sight, id string) ([]finding, error) {
	pms := make([]service.PodManager, len(sights))
	for n, s := range sights {
		pms[n] = s.pm
	}
	at := service.Now()
	answers := forAll(pms, func(pm service.PodManager) ([]service.System, error) {
		return ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) ([]service.System, error) {
			return systemsCalled(ctx, pod, id)
		})
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var found []finding
	for _, a := range answers {
		for _, s := range a.value {
			s.PodManagerID, s.SeenAt = a.pm.UUID, at
			found = append(found, finding{sight{pm: a.pm}, s})
		}
	}
	if len(pms) == 1 {
		return found, answers[0].err
	}
	for n, a := range answers {
		sights[n].err = a.err
	}
	return found, unreadable(sights)
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
	return called(all, id), err
}
