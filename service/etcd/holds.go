package etcd

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// hold is a key with the lease of the process that has it, so that it
// disappears when the process does. The revision of the key is its fence:
// every write of the work compares it, so that work whose lease was lost, and
// whose node may be somebody else's by now, can write nothing any more.
type hold struct {
	key  string
	what string // for messages
}

func (s *Store) nodeHold(uuid string) hold { return hold{s.prefix + "/holds/" + uuid, "node " + uuid} }

func (s *Store) volumeHold(uuid string) hold {
	return hold{s.prefix + "/volume-holds/" + uuid, "volume " + uuid}
}

func (h hold) notOurs() error {
	return service.Errorf(service.Conflict, "%s is not held by this process", h.what)
}

func (h hold) busy() error {
	return service.Errorf(service.Conflict, "%s is being worked on", h.what)
}

// take makes the change c and takes the hold in the same transaction.
func (s *Store) take(ctx context.Context, h hold, c change) (outcome, error) {
	if !s.reserve(h) {
		return outcome{refused: &guard{key: h.key, refusal: h.busy()}}, nil
	}
	fence := int64(0)
	defer func() { s.keep(h, fence) }()
	for free := int64(0); ; {
		out, err := s.takeFree(ctx, h, free, c)
		switch {
		case errors.Is(err, rpctypes.ErrLeaseNotFound): // it was lost since; there is a new one
			continue
		case err != nil || !out.done && out.refused.key != h.key:
			return out, err
		case out.done:
			fence = out.rev
			return out, nil
		}
		// A hold of ours that nobody here knows of comes from a request whose
		// answer was lost. It would live as long as this process: take it over.
		resp, err := s.read(ctx, h.key)
		if err != nil {
			return outcome{}, err
		}
		free = 0
		for _, kv := range resp.Kvs {
			if !ours(s, kv.Value) {
				return out, nil
			}
			free = kv.ModRevision
		}
	}
}

func ours(s *Store, value []byte) bool {
	return len(value) > len(s.id) && string(value[:len(s.id)]) == s.id
}

// takeFree takes a hold that nobody has, or that has been left at revision free.
func (s *Store) takeFree(ctx context.Context, h hold, free int64, c change) (outcome, error) {
	lease, err := s.lease(ctx)
	if err != nil {
		return outcome{}, err
	}
	mine := s.id + "/" + newStamp()
	c.guards = append([]guard{{h.key, unchanged(h.key, free), h.busy()}}, c.guards...)
	c.then = append([]clientv3.Op{clientv3.OpPut(h.key, mine, clientv3.WithLease(lease))}, c.then...)
	c.happened = func(ctx context.Context) (int64, bool, error) {
		resp, err := s.read(ctx, h.key)
		if err != nil || len(resp.Kvs) == 0 || string(resp.Kvs[0].Value) != mine {
			return 0, false, err
		}
		return resp.Kvs[0].ModRevision, true, nil
	}
	out, err := s.commit(ctx, c)
	switch {
	case errors.Is(err, rpctypes.ErrLeaseNotFound):
		s.lost(lease)
	case err != nil: // it may have been taken
		s.giveBack(h, clientv3.Compare(clientv3.Value(h.key), "=", mine), true)
	}
	return out, err
}

// reserve keeps other goroutines of this process off a hold while it is being
// taken. It is false if one of them has it.
func (s *Store) reserve(h hold) bool {
	s.heldMu.Lock()
	defer s.heldMu.Unlock()
	if _, taken := s.held[h.key]; taken {
		return false
	}
	s.held[h.key] = 0
	return true
}

// keep remembers the fence of a hold; 0 forgets it.
func (s *Store) keep(h hold, fence int64) {
	s.heldMu.Lock()
	defer s.heldMu.Unlock()
	if fence == 0 {
		delete(s.held, h.key)
		return
	}
	s.held[h.key] = fence
}

// fenced is the condition that a hold of this process still is one. It is
// empty where this process does not have it.
func (s *Store) fenced(h hold) []guard {
	s.heldMu.Lock()
	defer s.heldMu.Unlock()
	if fence := s.held[h.key]; fence != 0 {
		return []guard{{h.key, unchanged(h.key, fence), h.notOurs()}}
	}
	return nil
}

// hold takes a hold, with a function that lets go.
func (s *Store) hold(ctx context.Context, h hold, c change) (release func(), err error) {
	out, err := s.take(ctx, h, c)
	if err != nil {
		return nil, fmt.Errorf("holding %s: %w", h.what, err)
	}
	if !out.done {
		return nil, out.refused.refusal
	}
	return sync.OnceFunc(func() { s.letGo(h) }), nil
}

// letGo gives back a hold that nothing was written with.
func (s *Store) letGo(h hold) {
	for _, still := range s.fenced(h) {
		_, err := s.commit(s.ctx, change{guards: []guard{still}, then: []clientv3.Op{clientv3.OpDelete(h.key)}})
		if err != nil {
			s.giveBack(h, still.cmp, false)
		}
	}
	s.keep(h, 0)
}

// giveBack removes a hold in the background, for as long as that takes: it
// would keep every other process away. With late it looks a second time, for a
// request that was still on its way at the first.
func (s *Store) giveBack(h hold, still clientv3.Cmp, late bool) {
	if s.ctx.Err() != nil {
		return // it goes with the lease
	}
	s.tasks.Go(func() {
		free := change{guards: []guard{{h.key, still, h.notOurs()}}, then: []clientv3.Op{clientv3.OpDelete(h.key)}}
		for s.ctx.Err() == nil {
			if _, err := s.commit(s.ctx, free); err != nil {
				wait(s.ctx, time.Second)
				continue
			}
			if !late {
				return
			}
			late = false
			wait(s.ctx, s.ttl)
		}
	})
}

// Hold implements service.Journal.
func (s *Store) Hold(ctx context.Context, nodeUUID string) (release func(), err error) {
	if !canonical(nodeUUID) {
		return nil, s.nodes.notFound(nodeUUID)
	}
	key := s.nodes.key(nodeUUID)
	return s.hold(ctx, s.nodeHold(nodeUUID), change{guards: []guard{
		{key, exists(key), s.nodes.notFound(nodeUUID)},
		s.settled(nodeUUID),
	}})
}
