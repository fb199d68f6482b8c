package etcd

import (
	"context"
	"errors"
	"fmt"
	"sync"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"

	"github.com/valence-rsd/valence/service"
)

// A hold is a key with the lease of the process that has it, so that it
// disappears when the process does. The revision of the hold is its fence:
// every write of the work compares it, so that work whose lease was lost, and
// whose node may be somebody else's by now, can write nothing any more.

// lease gives the lease of this store's holds. A lease that was lost is
// replaced; the holds that hung on it stay lost.
func (s *Store) lease(ctx context.Context) (clientv3.LeaseID, error) {
	s.sessionMu.Lock()
	defer s.sessionMu.Unlock()
	if s.closed {
		return 0, service.Errorf(service.Unavailable, "the store is closed")
	}
	if s.session != nil {
		select {
		case <-s.session.Done():
			s.log.Warn("the lease of this process's holds was lost; its work stops and is claimed again")
		default:
			return s.session.Lease(), nil
		}
	}
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	// Granted here, and not by NewSession, which would wait without a limit.
	granted, err := s.client.Grant(bounded, int64(s.ttl.Seconds()))
	if err != nil {
		return 0, fmt.Errorf("asking for a lease: %w", s.failure(ctx, err))
	}
	session, err := concurrency.NewSession(s.client, concurrency.WithLease(granted.ID))
	if err != nil || session == nil {
		return 0, fmt.Errorf("keeping the lease: %w", s.failure(ctx, errors.Join(errors.New("no session"), err)))
	}
	s.session = session
	return granted.ID, nil
}

// take runs c and holds the node in the same transaction. It says whether that
// was done, and if not, whether because the node is held; otherwise the
// conditions of c did not hold.
func (s *Store) take(ctx context.Context, nodeUUID string, c change) (resp *clientv3.TxnResponse, held bool, err error) {
	lease, err := s.lease(ctx)
	if err != nil {
		return nil, false, err
	}
	if !s.reserve(nodeUUID) {
		return &clientv3.TxnResponse{}, true, nil
	}
	fence := int64(0)
	defer func() { s.keep(nodeUUID, fence) }()

	key := s.holdKey(nodeUUID)
	ifs := c.ifs
	c.then = append(c.then, clientv3.OpPut(key, s.id, clientv3.WithLease(lease)))
	c.orElse = []clientv3.Op{clientv3.OpGet(key)}
	for free := int64(0); ; {
		c.ifs = append(ifs[:len(ifs):len(ifs)], unchanged(key, free))
		resp, err := s.commit(ctx, c)
		if err != nil {
			return nil, false, err
		}
		if resp.Succeeded {
			fence = resp.Header.Revision
			return resp, false, nil
		}
		// A hold of ours that nobody here knows of comes from a write whose
		// answer was lost. It would live as long as this process: take it over.
		found, ours := int64(0), true
		for _, kv := range resp.Responses[0].GetResponseRange().Kvs {
			found, ours = kv.ModRevision, string(kv.Value) == s.id
		}
		if found == free || !ours {
			return resp, found != free, nil
		}
		free = found
	}
}

// reserve keeps other goroutines of this process off a node while its hold is
// being taken. It is false if one of them has it.
func (s *Store) reserve(nodeUUID string) bool {
	s.heldMu.Lock()
	defer s.heldMu.Unlock()
	if _, taken := s.held[nodeUUID]; taken {
		return false
	}
	s.held[nodeUUID] = 0
	return true
}

// keep remembers the fence of a hold; 0 forgets it.
func (s *Store) keep(nodeUUID string, fence int64) {
	s.heldMu.Lock()
	defer s.heldMu.Unlock()
	if fence == 0 {
		delete(s.held, nodeUUID)
		return
	}
	s.held[nodeUUID] = fence
}

// fence gives the fence of a hold of this process, or Conflict.
func (s *Store) fence(nodeUUID string) (int64, error) {
	s.heldMu.Lock()
	defer s.heldMu.Unlock()
	if f := s.held[nodeUUID]; f != 0 {
		return f, nil
	}
	return 0, notOurs(nodeUUID)
}

func notOurs(nodeUUID string) error {
	return service.Errorf(service.Conflict, "node %s is not held by this process", nodeUUID)
}

func busy(nodeUUID string) error {
	return service.Errorf(service.Conflict, "node %s is being worked on", nodeUUID)
}

// letGo gives back the hold of a node that nothing was written to. A failure
// needs no answer: take recognises what is left.
func (s *Store) letGo(nodeUUID string) {
	fence, err := s.fence(nodeUUID)
	if err != nil {
		return
	}
	key := s.holdKey(nodeUUID)
	_, err = s.commit(context.Background(), change{
		ifs:  []clientv3.Cmp{unchanged(key, fence)},
		then: []clientv3.Op{clientv3.OpDelete(key)},
	})
	if err != nil {
		s.log.Warn("a hold could not be given back", "node", nodeUUID, "error", err)
	}
	s.keep(nodeUUID, 0)
}

// Hold implements service.Journal.
func (s *Store) Hold(ctx context.Context, nodeUUID string) (release func(), err error) {
	for {
		if _, err := s.nodes.get(ctx, nodeUUID); err != nil {
			return nil, err
		}
		resp, held, err := s.take(ctx, nodeUUID, change{ifs: []clientv3.Cmp{
			exists(s.nodes.key(nodeUUID)),
			absent(s.intents.key(nodeUUID)),
		}})
		if err != nil {
			return nil, fmt.Errorf("holding node %s: %w", nodeUUID, err)
		}
		if resp.Succeeded {
			return sync.OnceFunc(func() { s.letGo(nodeUUID) }), nil
		}
		if held {
			return nil, busy(nodeUUID)
		}
		if _, err := s.intents.get(ctx, nodeUUID); err == nil {
			return nil, busy(nodeUUID)
		}
	}
}
