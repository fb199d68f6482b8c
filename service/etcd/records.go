package etcd

import (
	"context"
	"iter"

	"github.com/valence-rsd/valence/service"
)

var _ service.Store = (*Store)(nil)

// Node implements service.Nodes.
func (s *Store) Node(ctx context.Context, uuid string) (service.Node, error) {
	r, err := s.nodes.get(ctx, uuid)
	return r.value, err
}

// Nodes implements service.Nodes.
func (s *Store) Nodes(ctx context.Context, f service.NodeFilter) iter.Seq2[service.Node, error] {
	return func(yield func(service.Node, error) bool) {
		all := s.nodes.list(ctx)
		if f.UUID != "" {
			all = s.onlyNode(ctx, f.UUID)
		}
		for n, err := range all {
			if (err != nil || f.Match(n)) && !yield(n, err) {
				return
			}
		}
	}
}

// onlyNode is the list of at most one node.
func (s *Store) onlyNode(ctx context.Context, uuid string) iter.Seq2[service.Node, error] {
	return func(yield func(service.Node, error) bool) {
		n, err := s.Node(ctx, uuid)
		if service.CodeOf(err) == service.NotFound {
			return
		}
		yield(n, err)
	}
}

// Flavor implements service.Flavors.
func (s *Store) Flavor(ctx context.Context, uuid string) (service.Flavor, error) {
	r, err := s.flavors.get(ctx, uuid)
	return r.value, err
}

// Flavors implements service.Flavors.
func (s *Store) Flavors(ctx context.Context) iter.Seq2[service.Flavor, error] {
	return s.flavors.list(ctx)
}

// CreateFlavor implements service.Flavors.
func (s *Store) CreateFlavor(ctx context.Context, f service.Flavor) error {
	return s.flavors.create(ctx, f)
}

// UpdateFlavor implements service.Flavors.
func (s *Store) UpdateFlavor(ctx context.Context, uuid string, change func(*service.Flavor) error) (service.Flavor, error) {
	return s.flavors.update(ctx, uuid, change)
}

// DeleteFlavor implements service.Flavors.
func (s *Store) DeleteFlavor(ctx context.Context, uuid string) error {
	_, err := s.flavors.delete(ctx, uuid)
	return err
}

// PodManager implements service.PodManagers.
func (s *Store) PodManager(ctx context.Context, uuid string) (service.PodManager, error) {
	r, err := s.podManagers.get(ctx, uuid)
	return r.value, err
}

// PodManagers implements service.PodManagers.
func (s *Store) PodManagers(ctx context.Context) iter.Seq2[service.PodManager, error] {
	return s.podManagers.list(ctx)
}

// CreatePodManager implements service.PodManagers.
func (s *Store) CreatePodManager(ctx context.Context, pm service.PodManager) error {
	return s.podManagers.create(ctx, pm)
}

// UpdatePodManager implements service.PodManagers.
func (s *Store) UpdatePodManager(ctx context.Context, uuid string, change func(*service.PodManager) error) (service.PodManager, error) {
	return s.podManagers.update(ctx, uuid, change)
}

// DeletePodManager implements service.PodManagers. A Begin at the same time
// either comes first, and its node is seen here, or finds no pod manager.
func (s *Store) DeletePodManager(ctx context.Context, uuid string) error {
	noNodes := absent(s.nodesOn(uuid)).WithPrefix()
	deleted, err := s.podManagers.delete(ctx, uuid, noNodes)
	if err == nil && !deleted {
		return service.Errorf(service.Conflict, "pod manager %s still has nodes: delete them first", uuid)
	}
	return err
}
