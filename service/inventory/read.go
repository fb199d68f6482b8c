package inventory

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// reading is what a pod said of its hardware.
type reading struct {
	at      time.Time // when it was asked
	systems []item[service.System]
	chassis []item[service.Chassis]
}

// refresh reads the hardware of a pod and keeps it, or why it cannot be read.
func (i *Inventory) refresh(ctx context.Context, pm service.PodManager) error {
	r, err := i.readPod(ctx, pm)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		i.log.Warn("a pod manager cannot be read", "pod_manager", pm.UUID, "name", pm.Name, "error", err)
		return errors.Join(err, i.keepFailure(ctx, pm, err))
	}
	return i.keep(ctx, pm, r)
}

func (i *Inventory) readPod(ctx context.Context, pm service.PodManager) (reading, error) {
	r := reading{at: service.Now()}
	_, err := ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) (struct{}, error) {
		systems, chassis, err := together(ctx, pod)
		if err != nil {
			return struct{}{}, err
		}
		if r.systems, err = systemItems(systems); err != nil {
			return struct{}{}, err
		}
		r.chassis, err = items(chassis, func(c service.Chassis) map[string]any { return c.Document })
		return struct{}{}, err
	})
	return r, err
}

// together reads systems and chassis, at once in one way or the other.
func together(ctx context.Context, pod service.Pod) (systems []service.System, chassis []service.Chassis, err error) {
	if both, can := pod.(service.PodTogether); can {
		return both.Together(ctx)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		systems, err = pod.Systems(ctx)
		return err
	})
	g.Go(func() (err error) {
		chassis, err = pod.Chassis(ctx)
		return err
	})
	err = g.Wait()
	return systems, chassis, err
}

// keep puts what was read in the place of what is kept. What somebody has read
// later stays: a replica may be slow, and a system may have been read by itself
// while all of them were.
func (i *Inventory) keep(ctx context.Context, pm service.PodManager, r reading) error {
	return i.change(ctx, pm, func(v *view, h *head, x *service.Snapshot) error {
		if v.known() && h.ReadAt.After(r.at) && !h.ReadAt.After(service.Now()) { // or that clock was wrong
			return errSettled
		}
		later := map[string]time.Time{}
		if v.known() {
			for ref, at := range h.Later {
				if at.After(r.at) {
					later[ref] = at
				}
			}
		}
		systems := r.systems
		if len(later) > 0 {
			var err error
			if systems, err = v.overlaid(r.systems, later); err != nil {
				return err
			}
		}
		h.ReadAt, h.Later, h.Failure, h.FailedAt = r.at, later, nil, time.Time{}
		var err error
		x.Pieces, err = packAll(systems, r.chassis)
		return err
	})
}

// overlaid puts the systems at some refs into a list as they are kept.
func (v *view) overlaid(systems []item[service.System], refs map[string]time.Time) ([]item[service.System], error) {
	kept := map[string]item[service.System]{}
	for _, p := range v.pieces {
		if !slices.ContainsFunc(p.Systems, func(s service.System) bool { return !refs[s.Ref].IsZero() }) {
			continue
		}
		all, err := p.systemItems()
		if err != nil {
			return nil, err
		}
		for _, it := range all {
			if !refs[it.facts.Ref].IsZero() {
				kept[it.facts.Ref] = it
			}
		}
	}
	var out []item[service.System]
	for _, s := range systems {
		_, wanted := refs[s.facts.Ref]
		newer, is := kept[s.facts.Ref]
		switch {
		case is:
			out = append(out, newer)
			delete(kept, s.facts.Ref)
		case !wanted: // else it is gone since
			out = append(out, s)
		}
	}
	for _, newer := range kept { // that turned up since
		out = append(out, newer)
	}
	return out, nil
}

// keepFailure notes that a pod could not be read. One that fails in the same
// way as before is not written again.
func (i *Inventory) keepFailure(ctx context.Context, pm service.PodManager, cause error) error {
	failure := service.FailureOf(cause)
	err := i.change(ctx, pm, func(_ *view, h *head, _ *service.Snapshot) error {
		if h.Failure != nil && *h.Failure == *failure {
			return errSettled
		}
		if h.Failure == nil {
			h.FailedAt = service.Now()
		}
		h.Failure = failure
		return nil
	})
	if service.CodeOf(err) == service.NotFound {
		return nil // it was removed meanwhile
	}
	return err
}

// errSettled ends a change that is none.
var errSettled = errors.New("nothing is to be changed")

// change changes what is kept of a pod manager. v is what is there, nil for
// nothing; edit changes the head h and may replace the pieces in x. What was
// read at another address than the present one counts as nothing.
func (i *Inventory) change(ctx context.Context, pm service.PodManager, edit func(v *view, h *head, x *service.Snapshot) error) error {
	_, err := i.store.UpdateSnapshot(ctx, pm.UUID, func(x *service.Snapshot) error {
		v, h := i.present(*x), head{}
		if v != nil {
			h = v.head
		}
		if v == nil || v.URL != pm.URL {
			v, h, x.Pieces = nil, head{URL: pm.URL, Events: h.Events}, nil
		}
		if err := edit(v, &h, x); err != nil {
			return err
		}
		var err error
		x.Head, err = json.Marshal(h)
		return err
	})
	if errors.Is(err, errSettled) {
		return nil
	}
	return err
}

// present is the view of a snapshot; nil for one that is empty or cannot be
// understood, which is as good as none: it is read again.
func (i *Inventory) present(x service.Snapshot) *view {
	if x.Head == nil {
		return nil
	}
	v, err := i.viewOf(x)
	if err != nil {
		i.log.Warn("what is kept of a pod manager cannot be understood, and is read again", "pod_manager", x.PodManagerID, "error", err)
		return nil
	}
	return v
}
