package compose

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// plan turns a request into the node that it asks for.
func (s *Service) plan(ctx context.Context, r service.ComposeRequest) (service.Node, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return service.Node{}, err
	}
	if r.Name == "" {
		return service.Node{}, service.Errorf(service.Invalid, "name: a node needs a name")
	}
	requirements, err := s.requirements(ctx, r)
	if err != nil {
		return service.Node{}, err
	}
	pm, err := s.podManager(ctx, r.PodManagerID)
	if err != nil {
		return service.Node{}, err
	}
	at := service.Now()
	return service.Node{
		UUID:           uuid.NewString(),
		Name:           r.Name,
		Description:    r.Description,
		PodManagerID:   pm.UUID,
		ProjectID:      owner,
		State:          service.NodeComposing,
		Requirements:   requirements,
		IdempotencyKey: r.IdempotencyKey,
		CreatedAt:      at,
		UpdatedAt:      at,
	}, nil
}

// owner is the project that a node of the caller belongs to. An administrator
// may ask for none.
func (s *Service) owner(ctx context.Context) (projectID string, err error) {
	caller := service.CallerOf(ctx)
	if caller.Role < service.Admin && caller.ProjectID == "" {
		return "", service.Errorf(service.Forbidden, "a node belongs to a project, and the request comes from none")
	}
	return caller.ProjectID, nil
}

// requirements are those of the flavor or of the request.
func (s *Service) requirements(ctx context.Context, r service.ComposeRequest) (service.Requirements, error) {
	if len(r.Requirements.PCIDevices) == 0 {
		r.Requirements.PCIDevices = nil // as it comes back from the store
	}
	own := !reflect.DeepEqual(r.Requirements, service.Requirements{})
	switch {
	case r.FlavorID != "" && own:
		return r.Requirements, service.Errorf(service.Invalid, "flavor: a request has a flavor or properties of its own, not both")
	case r.FlavorID != "":
		f, err := s.flavor(ctx, r.FlavorID)
		return f.Properties, err
	}
	sizes := []struct {
		name string
		size int
	}{
		{"memory capacity", r.Requirements.Memory.CapacityMiB},
		{"processor cores", r.Requirements.Processor.TotalCores},
	}
	for _, x := range sizes {
		if x.size < 0 {
			return r.Requirements, service.Errorf(service.Invalid, "%s: %d is less than nothing; 0 means any", x.name, x.size)
		}
	}
	return r.Requirements, nil
}

// flavor finds a flavor by UUID or name.
func (s *Service) flavor(ctx context.Context, named string) (service.Flavor, error) {
	f, err := s.store.Flavor(ctx, named)
	if service.CodeOf(err) != service.NotFound {
		return f, err
	}
	var found []service.Flavor
	for f, err := range s.store.Flavors(ctx, "") {
		if err != nil {
			return f, err
		}
		if f.Name == named {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 0:
		return service.Flavor{}, service.Errorf(service.NotFound, "flavor %q does not exist", named)
	case 1:
		return found[0], nil
	}
	return service.Flavor{}, service.Errorf(service.Conflict, "there are several flavors %q, name one by its UUID: %s",
		named, listed(found, func(f service.Flavor) string { return f.UUID }))
}

// podManager finds the pod manager by UUID or name; the empty one is the only
// one there is.
func (s *Service) podManager(ctx context.Context, named string) (service.PodManager, error) {
	if named != "" {
		pm, err := s.store.PodManager(ctx, named)
		if service.CodeOf(err) != service.NotFound {
			return pm, err
		}
	}
	var all []service.PodManager
	for pm, err := range s.store.PodManagers(ctx, "") {
		if err != nil {
			return pm, err
		}
		if named != "" && pm.Name == named {
			return pm, nil
		}
		all = append(all, pm)
	}
	switch {
	case named != "":
		return service.PodManager{}, service.Errorf(service.NotFound, "pod manager %q does not exist", named)
	case len(all) == 0:
		return service.PodManager{}, service.Errorf(service.Invalid, "no pod manager is registered: register one first")
	case len(all) > 1:
		return service.PodManager{}, service.Errorf(service.Invalid, "there are several pod managers, name one of them: %s", listed(all, func(pm service.PodManager) string { return pm.Name }))
	}
	return all[0], nil
}

// listed names things for a message, the first ten of them.
func listed[T any](all []T, name func(T) string) string {
	const most = 10
	var list []string
	for _, x := range all[:min(len(all), most)] {
		list = append(list, name(x))
	}
	if len(all) > most {
		list = append(list, "…")
	}
	return strings.Join(list, ", ")
}

// sameRequest says whether the request that made a would make b. The stored
// node is all that is kept of a request.
func sameRequest(a, b service.Node) bool {
	p, q := a.Requirements, b.Requirements
	return a.Name == b.Name && a.Description == b.Description && a.PodManagerID == b.PodManagerID &&
		p.Memory == q.Memory && p.Processor == q.Processor && slices.Equal(p.PCIDevices, q.PCIDevices)
}
