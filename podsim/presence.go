package podsim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/valence-rsd/valence/podsim/events"
)

// absences are the resources that have vanished. What is in or below one of them is not there for clients, in any
// personality: the simulator takes it out of what it answers.
type absences struct {
	mu   sync.Mutex
	uris map[string]bool
}

func (a *absences) set(uri string, absent bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if absent {
		a.uris[uri] = true
	} else {
		delete(a.uris, uri)
	}
}

// all is a sorted copy, empty when everything is there.
func (a *absences) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.uris))
}

// hides tells whether a URI is one of the absent resources or below one.
func hides(absent []string, uri string) bool {
	return slices.ContainsFunc(absent, func(gone string) bool { return uri == gone || strings.HasPrefix(uri, gone+"/") })
}

// SetPresent lets the system, drive, volume, pooled device or resource block with that URI vanish, or come back. While
// it is away it is in no collection, and nobody can have it; nodes that have it are Failed, and come back with it if
// they were assembled and RSD is not 1.2.
func (s *Simulator) SetPresent(uri string, present bool) error {
	if s.absent.has(uri) == !present {
		return nil
	}
	var err error
	if s.composed != nil {
		err = s.composed.SetPresent(uri, present)
	} else {
		err = s.pod.setPresent(uri, present)
	}
	if err != nil {
		return err
	}
	s.absent.set(uri, !present)
	kind, message := events.ResourceRemoved, "The resource has vanished"
	if present {
		kind, message = events.ResourceAdded, "The resource has come back"
	}
	s.events.Publish(events.Event{Type: kind, Origin: uri, Message: message})
	s.keeper.touch()
	s.log.Info("hardware changed", "resource", uri, "present", present)
	return nil
}

func (a *absences) has(uri string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.uris[uri]
}

func (p *pod) setPresent(uri string, present bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	holder, err := p.setGone(uri, !present)
	switch {
	case err != nil || holder == nil:
		return err
	case present:
		holder.regain(p.dialect.nodes)
	default:
		holder.lose()
	}
	return nil
}

// setGone finds the thing with that URI, and returns the node that has it, nil for none. The caller holds the mutex.
func (p *pod) setGone(uri string, gone bool) (*node, error) {
	if a, ok := p.assets[uri]; ok {
		a.state.gone = gone
		return a.state.node, nil
	}
	for _, sys := range p.systems {
		if sys.uri == uri {
			sys.state.gone = gone
			return sys.state.node, nil
		}
	}
	for _, d := range p.allDrives() {
		if d.uri == uri {
			return d.setGone(gone), nil
		}
	}
	return nil, fmt.Errorf("there is no system, drive, volume or pooled device %q", uri)
}

// allDrives are those of the chassis, and those that hang elsewhere in older versions of RSD.
func (inv *inventory) allDrives() []*drive {
	var all []*drive
	for _, c := range inv.chassis {
		all = append(all, c.drives...)
	}
	for _, sys := range inv.systems {
		all = append(all, sys.drives()...)
	}
	for _, service := range inv.services {
		all = append(all, service.drives()...)
	}
	return all
}

// setGone takes a drive out of its system; a drive of a storage pool leaves no more than a gap.
func (d *drive) setGone(gone bool) *node {
	d.gone = gone
	if d.system == nil {
		return nil
	}
	return d.system.state.node
}

// lose makes a node Failed when the first of what it consists of has vanished. The caller holds the mutex.
func (n *node) lose() {
	if n.missing == 0 {
		n.before = n.state
	}
	n.missing++
	n.state = stateFailed
}

// regain gives a node that was assembled its state back when all it consists of is there again. The powered states of
// RSD 1.2 do not come back. The caller holds the mutex.
func (n *node) regain(rules nodeRules) {
	n.missing = max(0, n.missing-1)
	if n.missing == 0 && n.before == stateAssembled && rules.assembled == stateAssembled {
		n.state = n.before
	}
}

// lostStatus is the status of a node that lacks something.
func lostStatus() status { return status{"UnavailableOffline", "Critical", "Critical"} }

// SetHealthAt changes the health of the system, volume, pooled device or resource block with that URI to OK, Warning or
// Critical.
func (s *Simulator) SetHealthAt(uri, health string) error {
	if s.composed != nil {
		if err := oneOf("health", &health, healthOK, "Warning", "Critical"); err != nil {
			return err
		}
		defer s.keeper.touch()
		return s.composed.SetHealth(uri, health)
	}
	for _, sys := range s.pod.systems {
		if sys.uri == uri {
			return s.SetHealth(sys.id, health)
		}
	}
	return s.SetResourceHealth(uri, health)
}
