package inventory

import (
	"context"
	"slices"
	"time"

	"github.com/valence-rsd/valence/service"
)

// reread reads one system, and keeps it as it is now. Of one that is known it is
// not asked again where it stands, where that costs more than the rest.
func (i *Inventory) reread(ctx context.Context, pm service.PodManager, ref, id string, known bool) error {
	at := service.Now()
	system, err := ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) (service.System, error) {
		if quick, can := pod.(service.PodGlance); can && known {
			return quick.Glance(ctx, ref)
		}
		return pod.System(ctx, id)
	})
	switch {
	case service.CodeOf(err) == service.NotFound && err != nil:
		return i.keepSystem(ctx, pm, ref, nil, at)
	case err != nil:
		return err
	}
	return i.keepSystem(ctx, pm, ref, &system, at)
}

// keepSystem keeps a system that was read by itself, or nil for one that is
// gone. Where nothing else of its pod is known, it is not kept: it would look
// like all there is.
func (i *Inventory) keepSystem(ctx context.Context, pm service.PodManager, ref string, system *service.System, at time.Time) error {
	return i.change(ctx, pm, func(v *view, h *head, x *service.Snapshot) error {
		if !v.known() || v.seenAt(ref).After(at) {
			return errSettled
		}
		later := map[string]time.Time{ref: at}
		for other, when := range h.Later {
			if other != ref {
				later[other] = when
			}
		}
		h.Later = later
		return v.replace(x, ref, system)
	})
}

// replace makes the pieces in which a system is another one, or not there.
func (v *view) replace(x *service.Snapshot, ref string, system *service.System) error {
	n, m, found := v.place(ref)
	if !found {
		return add(x, system)
	}
	all, err := v.pieces[n].systemItems()
	if err != nil {
		return err
	}
	if system == nil {
		all = slices.Delete(all, m, m+1)
	} else {
		if len(system.Location) == 0 {
			system.Chassis, system.Location = all[m].facts.Chassis, all[m].facts.Location
		}
		fresh, err := systemItems([]service.System{*system})
		if err != nil {
			return err
		}
		all[m] = fresh[0]
	}
	if len(all) == 0 {
		x.Pieces = slices.Delete(x.Pieces, n, n+1)
		return nil
	}
	x.Pieces[n], err = packGroup(all, func(all []service.System) group { return group{Systems: all} })
	return err
}

// add puts a system that is new behind the others, in a piece of its own until
// the whole pod is read next.
func add(x *service.Snapshot, system *service.System) error {
	if system == nil {
		return nil
	}
	fresh, err := systemItems([]service.System{*system})
	if err != nil {
		return err
	}
	pieces, err := packAll(fresh, nil)
	x.Pieces = append(x.Pieces, pieces...)
	return err
}
