package inventory

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/valence-rsd/valence/service"
)

// head is the short part of what is kept of a pod manager.
type head struct {
	// URL is where the rest was read: of another address nothing is known.
	URL string `json:"url,omitzero"`
	// ReadAt is when the reading began that gave the pieces; zero where
	// nothing was read yet.
	ReadAt time.Time `json:"read_at,omitzero"`
	// Later are systems, by ref, that were read by themselves since then.
	Later map[string]time.Time `json:"later,omitempty"`
	// Failure is why the pod could not be read the last time, and FailedAt when
	// that began.
	Failure  *service.Failure `json:"failure,omitempty"`
	FailedAt time.Time        `json:"failed_at,omitzero"`
	// DevicesAt is when the stored devices were in step with the pod.
	DevicesAt time.Time `json:"devices_at,omitzero"`
	// Events is how the pod tells of changes; nil where it does not.
	Events *subscription `json:"events,omitempty"`
}

// view is what is kept of one pod manager, ready to be looked at. Nobody
// changes one.
type view struct {
	head
	raw    string // the head as it was kept
	pieces []unpackedPiece
}

type unpackedPiece struct {
	service.Piece
	group
}

// known says whether the hardware is known at all.
func (v *view) known() bool { return v != nil && !v.ReadAt.IsZero() }

// seenAt is when the thing at a ref was read.
func (v *view) seenAt(ref string) time.Time {
	if at, later := v.Later[ref]; later {
		return at
	}
	return v.ReadAt
}

// viewOf makes a snapshot ready. Pieces that were so already are not unpacked
// again.
func (i *Inventory) viewOf(x service.Snapshot) (*view, error) {
	i.viewsMu.Lock()
	old := i.views[x.PodManagerID]
	i.viewsMu.Unlock()
	if old != nil && old.raw == string(x.Head) && samePieces(old.pieces, x.Pieces) {
		return old, nil
	}
	fresh, err := unpackView(x, old)
	if err != nil {
		return nil, err
	}
	i.viewsMu.Lock()
	defer i.viewsMu.Unlock()
	i.views[x.PodManagerID] = fresh
	return fresh, nil
}

func samePieces(a []unpackedPiece, b []service.Piece) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if a[n].ID != b[n].ID {
			return false
		}
	}
	return true
}

// unpackView unpacks a snapshot, with what an older view has unpacked already.
func unpackView(x service.Snapshot, old *view) (*view, error) {
	v := &view{raw: string(x.Head)}
	if err := json.Unmarshal(x.Head, &v.head); err != nil {
		return nil, fmt.Errorf("reading what is kept of pod manager %s: %w", x.PodManagerID, err)
	}
	ready := map[string]unpackedPiece{}
	if old != nil {
		for _, p := range old.pieces {
			ready[p.ID] = p
		}
	}
	for _, p := range x.Pieces {
		done, isReady := ready[p.ID]
		if !isReady {
			g, err := unpackFacts(p)
			if err != nil {
				return nil, fmt.Errorf("pod manager %s: %w", x.PodManagerID, err)
			}
			done = unpackedPiece{p, g}
		}
		v.pieces = append(v.pieces, done)
	}
	return v, nil
}

// systems adds the systems of a pod manager to a list.
func (v *view) systems(podManagerID string, documents bool, all []service.System) ([]service.System, error) {
	for _, p := range v.pieces {
		whole, err := p.documents(documents && len(p.Systems) > 0)
		if err != nil {
			return nil, err
		}
		for n, s := range p.Systems {
			s.PodManagerID, s.SeenAt = podManagerID, v.seenAt(s.Ref)
			if n < len(whole) {
				s.Document = whole[n]
			}
			all = append(all, s)
		}
	}
	return all, nil
}

// chassis adds the chassis of a pod manager to a list.
func (v *view) chassis(podManagerID string, documents bool, all []service.Chassis) ([]service.Chassis, error) {
	for _, p := range v.pieces {
		whole, err := p.documents(documents && len(p.Chassis) > 0)
		if err != nil {
			return nil, err
		}
		for n, c := range p.Chassis {
			c.PodManagerID, c.SeenAt = podManagerID, v.ReadAt
			if n < len(whole) {
				c.Document = whole[n]
			}
			all = append(all, c)
		}
	}
	return all, nil
}

func (p unpackedPiece) documents(wanted bool) ([]map[string]any, error) {
	if !wanted {
		return nil, nil
	}
	return unpackDocuments[map[string]any](p.Piece)
}

// systemItems are the systems of a piece with their documents.
func (p unpackedPiece) systemItems() ([]item[service.System], error) {
	documents, err := unpackDocuments[json.RawMessage](p.Piece)
	if err == nil && len(documents) != len(p.Systems) {
		err = errors.New("a piece of an inventory has documents of other systems")
	}
	if err != nil {
		return nil, err
	}
	all := make([]item[service.System], len(documents))
	for n, s := range p.Systems {
		all[n] = item[service.System]{s, documents[n]}
	}
	return all, nil
}

// place is where a system is kept: which piece, and which of its systems.
func (v *view) place(ref string) (piece, system int, found bool) {
	for n, p := range v.pieces {
		for m := range p.Systems {
			if p.Systems[m].Ref == ref {
				return n, m, true
			}
		}
	}
	return 0, 0, false
}
