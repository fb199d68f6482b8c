package etcd

import (
	"context"
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

func (s *Store) orderKey(nodeUUID string) string { return s.prefix + "/orders/" + nodeUUID }

// Order implements service.Journal.
func (s *Store) Order(ctx context.Context, nodeUUID string, o service.Order) error {
	nothing := service.Errorf(service.NotFound, "node %q is not being worked on", nodeUUID)
	if !canonical(nodeUUID) {
		return nothing
	}
	key, intent := s.orderKey(nodeUUID), s.intents.key(nodeUUID)
	for {
		standing, rev, err := s.standing(ctx, nodeUUID)
		if err != nil {
			return err
		}
		if rev != 0 && (standing == service.OrderForget || standing == o) {
			return nil
		}
		c := change{
			guards: []guard{{intent, exists(intent), nothing}, {key, unchanged(key, rev), nil}},
			then:   []clientv3.Op{clientv3.OpPut(key, string(o))},
		}
		out, err := s.commit(ctx, c)
		switch {
		case err != nil:
			return fmt.Errorf("ordering what becomes of node %s: %w", nodeUUID, err)
		case out.done:
			return nil
		case !out.stale():
			return out.refused.refusal
		}
	}
}

// Ordered implements service.Journal.
func (s *Store) Ordered(ctx context.Context, nodeUUID string) (service.Order, error) {
	if !canonical(nodeUUID) {
		return service.OrderNone, nil
	}
	o, _, err := s.standing(ctx, nodeUUID)
	return o, err
}

// standing reads the order that stands, and its revision.
func (s *Store) standing(ctx context.Context, nodeUUID string) (service.Order, int64, error) {
	resp, err := s.read(ctx, s.orderKey(nodeUUID))
	if err != nil {
		return service.OrderNone, 0, fmt.Errorf("reading the order for node %s: %w", nodeUUID, err)
	}
	for _, kv := range resp.Kvs {
		return service.Order(kv.Value), kv.ModRevision, nil
	}
	return service.OrderNone, 0, nil
}
