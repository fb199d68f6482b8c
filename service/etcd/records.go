package etcd

import (
	"context"
	"fmt"
	"iter"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

var _ service.Store = (*Store)(nil)

// Node implements service.Nodes.
func (s *Store) Node(ctx context.Context, uuid string) (service.Node, error) {
	r, err := s.nodes.get(ctx, uuid)
	return r.value, err
}

// Nodes implements service.Nodes.
func (s *Store) Nodes(ctx context.Context, f service.NodeFilter, after string) iter.Seq2[service.Node, error] {
	return s.nodes.list(ctx, after, f.Match)
}

// CreateNode implements service.Nodes.
func (s *Store) CreateNode(ctx context.Context, n service.Node) error {
	registered, err := s.registered(n.PodManagerID)
	if err != nil {
		return err
	}
	return s.nodes.create(ctx, n, registered)
}

// UpdateNode implements service.Nodes.
func (s *Store) UpdateNode(ctx context.Context, uuid string, change func(*service.Node) error) (service.Node, error) {
	return s.nodes.update(ctx, uuid, change, s.settled(uuid))
}

// settled is the condition that a node has no intent.
func (s *Store) settled(nodeUUID string) guard {
	key := s.intents.key(nodeUUID)
	return guard{key, absent(key), s.nodeHold(nodeUUID).busy()}
}

// registered is the condition that a pod manager exists.
func (s *Store) registered(podManagerUUID string) (guard, error) {
	notFound := s.podManagers.notFound(podManagerUUID)
	if !canonical(podManagerUUID) {
		return guard{}, notFound
	}
	key := s.podManagers.key(podManagerUUID)
	return guard{key, exists(key), notFound}, nil
}

// Flavor implements service.Flavors.
func (s *Store) Flavor(ctx context.Context, uuid string) (service.Flavor, error) {
	r, err := s.flavors.get(ctx, uuid)
	return r.value, err
}

// Flavors implements service.Flavors.
func (s *Store) Flavors(ctx context.Context, after string) iter.Seq2[service.Flavor, error] {
	return s.flavors.list(ctx, after, nil)
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
	return s.flavors.delete(ctx, uuid)
}

// Version implements service.Store. It is etcd's revision of the last change
// of the kind, the same in every process that shares the records. A store that
// has them to itself counts its own start as a change.
func (s *Store) Version(ctx context.Context, k service.Kind) (int64, error) {
	kinds := map[service.Kind]mirrored{
		service.KindNode: s.nodes, service.KindFlavor: s.flavors, service.KindPodManager: s.podManagers,
		service.KindVolume: s.volumes, service.KindDevice: s.devices,
		service.KindSnapshot: s.snapshots,
	}
	t, known := kinds[k]
	if !known {
		return 0, fmt.Errorf("there is no kind of record %q", k)
	}
	if err := s.learned(ctx); err != nil {
		return 0, err
	}
	if err := t.caughtUp(ctx); err != nil {
		return 0, err
	}
	return t.lastChange(), nil
}

// Ready implements service.Store. It reads and writes, four times a second at
// most, however often it is asked.
func (s *Store) Ready(ctx context.Context) error {
	if s.ctx.Err() != nil {
		return errClosed()
	}
	return s.readiness.do(ctx)
}

func (s *Store) probe(ctx context.Context) error {
	lease, err := s.lease(ctx)
	if err != nil {
		return err
	}
	err = s.try(ctx, func(ctx context.Context) error {
		_, err := s.client.Put(ctx, s.prefix+"/ready/"+s.id, "", clientv3.WithLease(lease))
		return err
	})
	if err != nil {
		return fmt.Errorf("writing to the store: %w", err)
	}
	if err := s.learnRevisions(ctx); err != nil {
		return fmt.Errorf("reading from the store: %w", err)
	}
	for _, t := range s.tables {
		if err := t.caughtUp(ctx); err != nil {
			return err
		}
	}
	return nil
}
