package etcd

import (
	"context"
	"fmt"
	"sync"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

const (
	// pieceBatch is how many pieces one transaction reads or removes; etcd by
	// default allows 128 operations.
	pieceBatch = 64
	// pieceBytes is how much one transaction writes; etcd by default allows
	// 1.5 MiB.
	pieceBytes = 1 << 20
)

// pieces are the pieces of the present snapshots in memory, by pod manager and
// ID. Those that another process stored come in when they are asked for.
type pieces struct {
	mu  sync.Mutex
	all map[string]map[string][]byte
}

// known gives the pieces of a pod manager that are in memory.
func (p *pieces) known(podManagerID string) map[string][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all[podManagerID]
}

// remember keeps the pieces of a snapshot, and no other of its pod manager.
// Nobody changes a map that others may have.
func (p *pieces) remember(x service.Snapshot) {
	held := make(map[string][]byte, len(x.Pieces))
	for _, piece := range x.Pieces {
		held[piece.ID] = piece.Data
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]map[string][]byte{}
	}
	p.all[x.PodManagerID] = held
}

func (p *pieces) forget(podManagerID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, podManagerID)
}

func (s *Store) pieceKey(podManagerID, id string) string {
	return s.prefix + "/pieces/" + podManagerID + "/" + id
}

// whole puts a snapshot together; false where a piece of it is gone.
func (s *Store) whole(ctx context.Context, stored storedSnapshot) (service.Snapshot, bool, error) {
	whole := service.Snapshot{PodManagerID: stored.PodManagerID, Head: stored.Head}
	known, fetched := s.pieces.known(stored.PodManagerID), map[string][]byte{}
	var missing []string
	for _, id := range stored.Pieces {
		if _, here := known[id]; !here {
			missing = append(missing, id)
		}
	}
	if err := s.fetchPieces(ctx, stored.PodManagerID, missing, fetched); err != nil {
		return whole, false, fmt.Errorf("reading the snapshot of pod manager %s: %w", stored.PodManagerID, err)
	}
	for _, id := range stored.Pieces {
		data, here := known[id]
		if !here {
			data, here = fetched[id]
		}
		if !here {
			return service.Snapshot{}, false, nil
		}
		whole.Pieces = append(whole.Pieces, service.Piece{ID: id, Data: data})
	}
	if len(missing) > 0 {
		s.pieces.remember(whole)
	}
	return whole, true, nil
}

// fetchPieces reads pieces into found, as many as are there.
func (s *Store) fetchPieces(ctx context.Context, podManagerID string, ids []string, found map[string][]byte) error {
	for len(ids) > 0 {
		n := min(len(ids), pieceBatch)
		var gets []clientv3.Op
		for _, id := range ids[:n] {
			gets = append(gets, clientv3.OpGet(s.pieceKey(podManagerID, id)))
		}
		var resp *clientv3.TxnResponse
		err := s.try(ctx, func(ctx context.Context) (err error) {
			resp, err = s.client.Txn(ctx).Then(gets...).Commit()
			return err
		})
		if err != nil {
			return err
		}
		for i, answer := range resp.Responses {
			for _, kv := range answer.GetResponseRange().Kvs {
				found[ids[i]] = kv.Value
			}
		}
		ids = ids[n:]
	}
	return nil
}

// storePieces writes the pieces of a snapshot that are not stored.
func (s *Store) storePieces(ctx context.Context, x service.Snapshot, stored map[string]bool) error {
	var puts []clientv3.Op
	size := 0
	flush := func() error {
		err := s.transact(ctx, puts)
		puts, size = nil, 0
		return err
	}
	for _, p := range x.Pieces {
		if len(p.Data) > service.MaxPiece {
			return service.Errorf(service.Invalid, "a piece of the snapshot has more than %d bytes", service.MaxPiece)
		}
		if stored[p.ID] {
			continue
		}
		stored[p.ID] = true
		if size+len(p.Data) > pieceBytes || len(puts) == pieceBatch {
			if err := flush(); err != nil {
				return err
			}
		}
		puts, size = append(puts, clientv3.OpPut(s.pieceKey(x.PodManagerID, p.ID), string(p.Data))), size+len(p.Data)
	}
	return flush()
}

// transact does operations that may be done twice.
func (s *Store) transact(ctx context.Context, ops []clientv3.Op) error {
	if len(ops) == 0 {
		return nil
	}
	return s.try(ctx, func(ctx context.Context) error {
		_, err := s.client.Txn(ctx).Then(ops...).Commit()
		return err
	})
}

// forgetPieces removes what is left of a pod manager that is gone.
func (s *Store) forgetPieces(ctx context.Context, podManagerID string) {
	s.pieces.forget(podManagerID)
	all := clientv3.OpDelete(s.pieceKey(podManagerID, ""), clientv3.WithPrefix())
	if err := s.transact(ctx, []clientv3.Op{all}); err != nil {
		s.log.Warn("the pieces of a snapshot could not be removed", "pod_manager", podManagerID, "error", err)
	}
}
