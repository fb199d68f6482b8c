package storetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// pieces makes so many pieces of such a size, each another one.
func pieces(n, size int) []service.Piece {
	var all []service.Piece
	for i := range n {
		all = append(all, service.NewPiece(bytes.Repeat([]byte{byte(i)}, size)))
	}
	return all
}

// brief is a snapshot for comparing: its pieces by their IDs, which their data
// must have.
func brief(t *testing.T, x service.Snapshot) string {
	t.Helper()
	text := x.PodManagerID + " " + string(x.Head)
	for _, p := range x.Pieces {
		if service.NewPiece(p.Data).ID != p.ID {
			t.Errorf("piece %s has other data", p.ID)
		}
		text += " " + p.ID
	}
	return text
}

// has wants a store to give these snapshots.
func has(t *testing.T, s service.Store, podManagerID string, want ...service.Snapshot) {
	t.Helper()
	var texts, wanted []string
	for _, x := range all(t, s.Snapshots(t.Context(), podManagerID)) {
		texts = append(texts, brief(t, x))
	}
	for _, x := range want {
		wanted = append(wanted, brief(t, x))
	}
	same(t, texts, wanted)
}

// kept puts a snapshot in place of what there is.
func kept(t *testing.T, s service.Store, want service.Snapshot) {
	t.Helper()
	got, err := s.UpdateSnapshot(t.Context(), want.PodManagerID, func(now *service.Snapshot) error {
		*now = want
		return nil
	})
	ok(t, err)
	same(t, brief(t, got), brief(t, want))
}

func testSnapshots(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	pm, other := registered(t, a, "a"), registered(t, a, "b")
	for _, s := range []service.Store{a, b} {
		has(t, s, "")
		has(t, s, pm.UUID)
	}
	// What is kept is larger than one request may be.
	first := service.Snapshot{PodManagerID: pm.UUID, Head: json.RawMessage(`{"n":1}`), Pieces: pieces(9, service.MaxPiece/2)}
	kept(t, a, first)
	small := service.Snapshot{PodManagerID: other.UUID, Head: json.RawMessage(`{}`)}
	kept(t, b, small)
	for _, s := range []service.Store{a, b, only(t, open)} {
		has(t, s, "", first, small)
		has(t, s, other.UUID, small)
	}

	second := first
	second.Head = json.RawMessage(`{"n":2}`)
	second.Pieces = append(pieces(2, 10), first.Pieces[1:8]...)
	second.Pieces = append(second.Pieces, second.Pieces[0]) // nothing is wrong with one that is there twice
	kept(t, b, second)
	for _, s := range []service.Store{a, b, only(t, open)} {
		has(t, s, pm.UUID, second)
	}
	kept(t, a, first) // pieces that were dropped are there again
	has(t, b, pm.UUID, first)
}

func testSnapshotRefusals(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	nothing := func(*service.Snapshot) error { return nil }
	for _, id := range []string{uuid.NewString(), "", "a"} {
		_, err := s.UpdateSnapshot(ctx, id, nothing)
		code(t, err, service.NotFound)
	}
	pm := registered(t, s, "a")
	_, err := s.UpdateSnapshot(ctx, pm.UUID, func(x *service.Snapshot) error {
		x.Head, x.Pieces = json.RawMessage(`{}`), pieces(1, service.MaxPiece+1)
		return nil
	})
	code(t, err, service.Invalid)
	refusal := errors.New("no")
	_, err = s.UpdateSnapshot(ctx, pm.UUID, func(x *service.Snapshot) error {
		if x.PodManagerID != pm.UUID || x.Head != nil || x.Pieces != nil {
			t.Errorf("the first one is made of %+v", x)
		}
		return refusal
	})
	if !errors.Is(err, refusal) {
		t.Errorf("got %v", err)
	}
	has(t, s, "")

	kept(t, s, service.Snapshot{PodManagerID: pm.UUID, Head: json.RawMessage(`{}`), Pieces: pieces(3, 10)})
	ok(t, s.DeletePodManager(ctx, pm.UUID))
	has(t, s, "")
	has(t, s, pm.UUID)
}

// testConcurrentSnapshots is about several who change one snapshot at once:
// none of their changes is lost, and no reader sees half of one.
func testConcurrentSnapshots(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	pm := registered(t, a, "a")
	const writers, times = 4, 5
	var working sync.WaitGroup
	for i := range writers {
		s := []service.Store{a, b}[i%2]
		working.Go(func() {
			for range times {
				_, err := s.UpdateSnapshot(t.Context(), pm.UUID, func(x *service.Snapshot) error {
					n := len(x.Pieces) + 1
					x.Head = json.RawMessage(fmt.Sprint(n))
					x.Pieces = pieces(n, 100+n)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				for x, err := range s.Snapshots(t.Context(), pm.UUID) {
					if err != nil || string(x.Head) != fmt.Sprint(len(x.Pieces)) || len(x.Pieces[0].Data) != 100+len(x.Pieces) {
						t.Errorf("head %s with %d pieces, %v", x.Head, len(x.Pieces), err)
					}
				}
			}
		})
	}
	working.Wait()
	for _, s := range []service.Store{a, b} {
		got := all(t, s.Snapshots(t.Context(), pm.UUID))
		if len(got) != 1 || len(got[0].Pieces) != writers*times {
			t.Errorf("%d changes are left of %d", len(got[0].Pieces), writers*times)
		}
	}
}
