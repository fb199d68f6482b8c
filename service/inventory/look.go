package inventory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/valence-rsd/valence/service"
)

// patience is how long a list waits for something newer than what it could
// show anyway.
const patience = 10 * time.Second

// sight is one pod manager that is looked at.
type sight struct {
	pm   service.PodManager
	view *view
	err  error // of a reading that was tried for it
}

// Systems implements service.Inventory.
func (i *Inventory) Systems(ctx context.Context, l service.Look) (service.Seen[service.System], error) {
	return list(ctx, i, l, func(s sight, all []service.System) ([]service.System, error) {
		return s.view.systems(s.pm.UUID, l.Documents, all)
	})
}

// Chassis implements service.Inventory.
func (i *Inventory) Chassis(ctx context.Context, l service.Look) (service.Seen[service.Chassis], error) {
	return list(ctx, i, l, func(s sight, all []service.Chassis) ([]service.Chassis, error) {
		return s.view.chassis(s.pm.UUID, l.Documents, all)
	})
}

// list puts together what is known of the pod managers that are meant. Where
// nothing is known of any, and not for lack of pod managers, it is an error.
func list[T any](ctx context.Context, i *Inventory, l service.Look, add func(sight, []T) ([]T, error)) (service.Seen[T], error) {
	sights, read, err := i.look(ctx, l)
	if err != nil {
		return service.Seen[T]{}, err
	}
	seen := service.Seen[T]{Read: read}
	blind := len(sights) > 0
	for _, s := range sights {
		part := s.part()
		if s.view.known() {
			blind = false
			if seen.Items, err = add(s, seen.Items); err != nil {
				return service.Seen[T]{}, err
			}
		}
		seen.Parts = append(seen.Parts, part)
	}
	if blind {
		return service.Seen[T]{}, unreadable(sights)
	}
	return seen, nil
}

// part says how what is known of a pod manager came about.
func (s sight) part() service.Part {
	p := service.Part{PodManagerID: s.pm.UUID, Name: s.pm.Name, Err: s.err}
	if s.view.known() {
		p.ReadAt = s.view.ReadAt
	}
	switch {
	case p.Err != nil || s.view == nil:
	case s.view.Failure != nil:
		p.Err = service.Errorf(s.view.Failure.Code, "it could not be read since %s: %s",
			s.view.FailedAt.Format(time.RFC3339), s.view.Failure.Message)
	case s.pm.Status == service.PodManagerOffline && s.pm.StatusSince.After(s.view.ReadAt):
		p.Err = service.Errorf(service.Unavailable, "it is offline since %s: %s",
			s.pm.StatusSince.Format(time.RFC3339), s.pm.StatusReason)
	}
	return p
}

// unreadable says which pod managers could not be read; where one only is
// meant, it is its own error. Its code is that of the first.
func unreadable(sights []sight) error {
	var errs []error
	var names []string
	for _, s := range sights {
		if err := s.part().Err; err != nil {
			names = append(names, fmt.Sprintf("%s (%s)", s.pm.Name, service.FailureOf(err).Message))
			errs = append(errs, err)
		}
	}
	switch {
	case len(errs) == 0:
		return nil
	case len(sights) == 1:
		return errs[0]
	}
	return &service.Error{
		Code:    service.CodeOf(errs[0]),
		Message: "not every pod manager could be read: " + strings.Join(names, ", "),
		Err:     errors.Join(errs...),
	}
}

// look gives what is kept of the pod managers that are meant, after reading
// those that have to be.
func (i *Inventory) look(ctx context.Context, l service.Look) (sights []sight, read bool, err error) {
	pms, err := i.meant(ctx, l.PodManagerID)
	if err != nil {
		return nil, false, err
	}
	if sights, err = i.kept(ctx, l.PodManagerID, pms); err != nil {
		return nil, false, err
	}
	var due []service.PodManager
	place := map[string]int{}
	for n, s := range sights {
		if l.Refresh || i.tooOld(s) {
			due = append(due, s.pm)
			place[s.pm.UUID] = n
		}
	}
	if len(due) == 0 {
		return sights, false, nil
	}
	answers := forAll(due, func(pm service.PodManager) (struct{}, error) {
		return struct{}{}, i.readFor(ctx, sights[place[pm.UUID]], l.Refresh)
	})
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	if sights, err = i.kept(ctx, l.PodManagerID, pms); err != nil {
		return nil, false, err
	}
	for _, a := range answers {
		sights[place[a.pm.UUID]].err = a.err
	}
	return sights, true, nil
}

// kept gives what is kept of pod managers; named is what they were called by,
// if there is one only.
func (i *Inventory) kept(ctx context.Context, named string, pms []service.PodManager) ([]sight, error) {
	id := ""
	if named != "" {
		id = pms[0].UUID
	}
	views := map[string]*view{}
	for x, err := range i.store.Snapshots(ctx, id) {
		if err != nil {
			return nil, fmt.Errorf("reading what is kept of the pod managers: %w", err)
		}
		views[x.PodManagerID] = i.present(x)
	}
	sights := make([]sight, len(pms))
	for n, pm := range pms {
		sights[n] = sight{pm: pm, view: views[pm.UUID]}
		if v := views[pm.UUID]; v != nil && v.URL != pm.URL {
			sights[n].view = nil // it was read somewhere else
		}
	}
	return sights, nil
}

// tooOld says whether something has to be read before it is shown. What fails
// is not tried again for each list, as long as there is anything to show.
func (i *Inventory) tooOld(s sight) bool {
	if !s.view.known() {
		return true
	}
	failing := s.pm.Status == service.PodManagerOffline || time.Since(i.flights.failedAt(s.pm.UUID)) < i.interval()
	return time.Since(s.view.ReadAt) > i.oldest() && !failing
}

// readFor reads a pod for a list. Where there is something to show anyway, a
// list that was not asked to does not wait for long.
func (i *Inventory) readFor(ctx context.Context, s sight, asked bool) error {
	if !s.view.known() || asked {
		return i.read(ctx, s.pm, asked)
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := i.read(bounded, s.pm, false)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return service.Errorf(service.Timeout, "it is being read, which takes longer than %s", patience)
	}
	return err
}
