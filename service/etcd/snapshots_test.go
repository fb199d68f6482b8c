package etcd

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// keptKeys are the keys of the pieces in etcd, with the revisions of their last
// writes.
func keptKeys(t *testing.T, s *Store) map[string]int64 {
	t.Helper()
	resp, err := s.client.Get(t.Context(), s.prefix+"/pieces/", clientv3.WithPrefix())
	must(t, err)
	all := map[string]int64{}
	for _, kv := range resp.Kvs {
		all[string(kv.Key)] = kv.ModRevision
	}
	return all
}

func piece(n byte) service.Piece { return service.NewPiece(bytes.Repeat([]byte{n}, 1000)) }

// TestOnlyChangedPiecesAreWritten is about what a change of a large snapshot
// costs, and what is left of the old one.
func TestOnlyChangedPiecesAreWritten(t *testing.T) {
	t.Parallel()
	s := opened(t, Config{Client: started(t, t.TempDir()).Client()})
	pm := service.PodManager{UUID: uuid.NewString(), Name: "a", URL: "https://a.example"}
	must(t, s.CreatePodManager(t.Context(), pm))
	keep := func(pieces ...service.Piece) {
		t.Helper()
		_, err := s.UpdateSnapshot(t.Context(), pm.UUID, func(x *service.Snapshot) error {
			x.Head, x.Pieces = json.RawMessage(`{}`), pieces
			return nil
		})
		must(t, err)
	}
	keep(piece(1), piece(2), piece(3))
	before := keptKeys(t, s)
	keep(piece(1), piece(4), piece(3))
	after := keptKeys(t, s)
	for _, p := range []service.Piece{piece(1), piece(3)} {
		if key := s.pieceKey(pm.UUID, p.ID); before[key] == 0 || after[key] != before[key] {
			t.Errorf("piece %s was written at %d and at %d", p.ID, before[key], after[key])
		}
	}
	if len(after) != 3 || after[s.pieceKey(pm.UUID, piece(2).ID)] != 0 {
		t.Errorf("the keys are %v", after)
	}

	// What somebody stored who died before he wrote the record goes with the
	// next change, what somebody is about to name does not.
	orphan, young := s.pieceKey(pm.UUID, piece(5).ID), s.pieceKey(pm.UUID, piece(6).ID)
	_, err := s.client.Put(t.Context(), orphan, "x")
	must(t, err)
	var now service.Snapshot
	for now, err = range s.Snapshots(t.Context(), pm.UUID) {
		must(t, err)
	}
	resp, err := s.client.Put(t.Context(), young, "x")
	must(t, err)
	must(t, s.sweep(t.Context(), now, resp.Header.Revision))
	after = keptKeys(t, s)
	if len(after) != 4 || after[orphan] != 0 || after[young] == 0 {
		t.Errorf("the keys are %v", after)
	}
	must(t, s.DeletePodManager(t.Context(), pm.UUID))
	if left := keptKeys(t, s); len(left) != 0 {
		t.Errorf("of a pod manager that is gone there are %v", left)
	}
}

// TestLostPiece is about an etcd that somebody has tampered with.
func TestLostPiece(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	keys := sealer(t)
	s := opened(t, Config{Client: e.Client(), Sealer: keys})
	pm := service.PodManager{UUID: uuid.NewString(), Name: "a", URL: "https://a.example"}
	must(t, s.CreatePodManager(t.Context(), pm))
	keep := func(s *Store) {
		_, err := s.UpdateSnapshot(t.Context(), pm.UUID, func(x *service.Snapshot) error {
			x.Head, x.Pieces = json.RawMessage(`{}`), []service.Piece{piece(1)}
			return nil
		})
		must(t, err)
	}
	keep(s)
	_, err := s.client.Delete(t.Context(), s.pieceKey(pm.UUID, piece(1).ID))
	must(t, err)
	again := opened(t, Config{Client: e.Client(), Sealer: keys})
	count := func() (n int) {
		for _, err := range again.Snapshots(t.Context(), "") {
			must(t, err)
			n++
		}
		return n
	}
	if n := count(); n != 0 {
		t.Errorf("there are %d snapshots, although a piece is gone", n)
	}
	keep(again)
	if n := count(); n != 1 {
		t.Errorf("there are %d snapshots after it was kept again", n)
	}
}
