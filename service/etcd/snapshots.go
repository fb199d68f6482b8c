package etcd

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// storedSnapshot is a snapshot as it is stored: its pieces have keys of their
// own, named after what is in them, so that they never change. The record is
// written after its pieces, and what it does not name is garbage.
type storedSnapshot struct {
	PodManagerID string          `json:"uuid"`
	Head         json.RawMessage `json:"head"`
	Pieces       []string        `json:"pieces,omitempty"`
}

// Snapshots implements service.Snapshots.
func (s *Store) Snapshots(ctx context.Context, podManagerID string) iter.Seq2[service.Snapshot, error] {
	meant := func(x storedSnapshot) bool { return podManagerID == "" || x.PodManagerID == podManagerID }
	return func(yield func(service.Snapshot, error) bool) {
		for stored, err := range s.snapshots.list(ctx, "", meant) {
			if err != nil {
				yield(service.Snapshot{}, err)
				return
			}
			whole, isThere, err := s.latest(ctx, stored)
			if (isThere || err != nil) && !yield(whole, err) || err != nil {
				return
			}
		}
	}
}

// latest completes a snapshot. Where a piece is missing, another snapshot has
// taken the place of this one since it was listed, and that is given.
func (s *Store) latest(ctx context.Context, stored storedSnapshot) (whole service.Snapshot, isThere bool, err error) {
	if whole, isThere, err = s.whole(ctx, stored); isThere || err != nil {
		return whole, isThere, err
	}
	now, err := s.snapshots.found(ctx, stored.PodManagerID)
	if err != nil || now == nil {
		return whole, false, err
	}
	return s.whole(ctx, now.value)
}

// UpdateSnapshot implements service.Snapshots.
func (s *Store) UpdateSnapshot(ctx context.Context, podManagerID string, edit func(*service.Snapshot) error) (service.Snapshot, error) {
	var none service.Snapshot
	registered, err := s.registered(podManagerID)
	if err != nil {
		return none, err
	}
	for {
		old, err := s.snapshots.found(ctx, podManagerID)
		if err != nil {
			return none, err
		}
		edited, c, err := s.snapshotEdited(ctx, podManagerID, old, edit)
		if err != nil {
			return none, err
		}
		c.guards = append([]guard{registered}, c.guards...)
		out, err := s.commit(ctx, c)
		switch {
		case err != nil:
			return none, fmt.Errorf("keeping the snapshot of pod manager %s: %w", podManagerID, err)
		case out.done:
			s.settle(ctx, old, edited, out.rev)
			return edited, nil
		case !out.stale(): // there is no pod manager any more
			s.forgetPieces(ctx, podManagerID)
			return none, out.refused.refusal
		}
	}
}

// snapshotEdited is a snapshot after an edit, whose new pieces are stored, and
// the change that puts it in the place of the old one.
func (s *Store) snapshotEdited(ctx context.Context, podManagerID string, old *row[storedSnapshot], edit func(*service.Snapshot) error) (service.Snapshot, change, error) {
	edited, stored := service.Snapshot{PodManagerID: podManagerID}, map[string]bool{}
	if old != nil {
		whole, isThere, err := s.whole(ctx, old.value)
		if err != nil {
			return edited, change{}, err
		}
		if isThere {
			edited = whole
			for _, id := range old.value.Pieces {
				stored[id] = true
			}
		}
	}
	edited.Pieces = slices.Clone(edited.Pieces)
	if err := edit(&edited); err != nil {
		return edited, change{}, err
	}
	edited.PodManagerID = podManagerID
	if err := s.storePieces(ctx, edited, stored); err != nil {
		return edited, change{}, err
	}
	next := storedSnapshot{PodManagerID: podManagerID, Head: edited.Head}
	for _, p := range edited.Pieces {
		next.Pieces = append(next.Pieces, p.ID)
	}
	if old != nil {
		c, err := s.snapshots.replaced(*old, next)
		return edited, c, err
	}
	key := s.snapshots.key(podManagerID)
	c, err := s.snapshots.put(next, guard{key, absent(key), nil}, nil, 1)
	return edited, c, err
}

// settle is what follows a write: its pieces are remembered, and those that
// nothing names any more removed.
func (s *Store) settle(ctx context.Context, old *row[storedSnapshot], now service.Snapshot, rev int64) {
	s.pieces.remember(now)
	if old != nil && slices.EqualFunc(old.value.Pieces, now.Pieces, func(id string, p service.Piece) bool { return id == p.ID }) {
		return
	}
	if err := s.sweep(ctx, now, rev); err != nil && ctx.Err() == nil {
		s.log.Warn("old pieces of a snapshot could not be removed; the next change removes them",
			"pod_manager", now.PodManagerID, "error", err)
	}
}

// snapshotRemoved is the change that removes a snapshot, if there is one.
func (s *Store) snapshotRemoved(ctx context.Context, podManagerID string) (change, error) {
	old, err := s.snapshots.found(ctx, podManagerID)
	if err != nil {
		return change{}, err
	}
	if old == nil {
		key := s.snapshots.key(podManagerID)
		return change{guards: []guard{{key, absent(key), nil}}}, nil
	}
	return s.snapshots.removed(*old), nil
}

// sweep removes the pieces of a pod manager that a snapshot, which was written
// at rev, does not name. Those that were stored since then are for a later one.
func (s *Store) sweep(ctx context.Context, now service.Snapshot, rev int64) error {
	named := map[string]bool{}
	for _, p := range now.Pieces {
		named[s.pieceKey(now.PodManagerID, p.ID)] = true
	}
	resp, err := s.read(ctx, s.pieceKey(now.PodManagerID, ""), clientv3.WithPrefix(), clientv3.WithKeysOnly())
	if err != nil {
		return err
	}
	var removals []clientv3.Op
	for _, kv := range resp.Kvs {
		if key := string(kv.Key); !named[key] {
			older := clientv3.Compare(clientv3.ModRevision(key), "<", rev)
			removals = append(removals, clientv3.OpTxn([]clientv3.Cmp{older}, []clientv3.Op{clientv3.OpDelete(key)}, nil))
		}
	}
	for batch := range slices.Chunk(removals, pieceBatch) {
		if err := s.transact(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}
