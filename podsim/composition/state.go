package composition

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// State is what a pod remembers between runs: the documents that are not as they were when the pod was made, null for
// those that are gone.
type State struct {
	LastSystem int                        `json:"last_system"`
	Documents  map[string]json.RawMessage `json:"documents"`
}

// State returns what has changed since the pod was made. The collections of the pools are left out: they follow from what
// the blocks say.
func (p *Pod) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := State{p.lastSystem, map[string]json.RawMessage{}}
	for uri := range p.tree.touched {
		if uri == p.places.active || uri == p.places.free {
			continue
		}
		raw, _, there := p.tree.text(uri)
		if !there {
			raw = []byte("null")
		}
		s.Documents[uri] = raw
	}
	return s
}

// Restore makes a pod that nobody has used yet what it was. What was being composed then is not: its blocks are free.
func (p *Pod) Restore(s State) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, uri := range slices.Sorted(maps.Keys(s.Documents)) {
		var body object
		if err := json.Unmarshal(s.Documents[uri], &body); err != nil || tooDeep(body, maxDepth) {
			return fmt.Errorf("document %s: expected a JSON object of at most %d levels, or null", uri, maxDepth)
		}
		if body == nil {
			p.tree.remove(uri)
		} else {
			p.tree.put(uri, body)
		}
	}
	if _, err := p.tree.findPlaces(); err != nil {
		return err
	}
	p.lastSystem = max(p.lastSystem, s.LastSystem)
	p.stale = true
	clear(p.parts)
	p.endHalfDone()
	p.resumeReservations()
	return nil
}

// endHalfDone frees the blocks of compositions that the end of the pod's last run has broken off.
func (p *Pod) endHalfDone() {
	for _, uri := range p.blocks {
		if stateOf(p.tree.view(uri)) == stateComposing {
			p.unclaim(uri, false)
		}
	}
	for _, uri := range urisAt(p.tree.view(taskURI), "Members") {
		if task := p.tree.view(uri); textAt(task, "TaskState") == "Running" {
			endTask(p.tree.edit(uri), false)
		}
	}
}

// resumeReservations lets reservations end when they would have.
func (p *Pod) resumeReservations() {
	for _, uri := range urisAt(p.tree.view(p.places.reservations), "Members") {
		if made, err := time.Parse(time.RFC3339, textAt(p.tree.view(uri), "ReservationTime")); err == nil {
			p.expire(lastOf(uri), uri, time.Until(made.Add(p.reservationTime())))
		}
	}
}
