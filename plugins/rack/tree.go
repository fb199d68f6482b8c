package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
	"github.com/valence-rsd/valence/sdk/valence/v1/racks"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

// draw draws what stands in the racks of a pod manager, or of all when it is
// empty. It takes one request for the pod managers, one for the systems and one
// for the nodes, and those of findUsers.
func draw(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient, podManager string, all []racks.Rack) error {
	podManagers, err := collect(podmanagers.All(ctx, client, nil))
	if err != nil {
		return fmt.Errorf("listing the pod managers: %w", err)
	}
	inside, err := collect(systems.All(ctx, client, systems.ListOpts{PodManagerID: podManager}))
	if err != nil {
		return fmt.Errorf("listing the systems: %w", err)
	}
	users, err := findUsers(ctx, call, client, inside)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, p := range podManagers {
		names[p.UUID] = p.Name
	}
	spots := byRack(inside)
	var lines []string
	for _, r := range all {
		root := &branch{label: fmt.Sprintf("%s (%s)", cmp.Or(r.Name, named("rack", r.ID)), names[r.PodManagerID])}
		root.grow(inOrder(spots[place{r.PodManagerID, r.ID}], r), users)
		lines = append(lines, root.lines()...)
	}
	call.Draw(strings.Join(lines, "\n"))
	return nil
}

func collect[T any](things iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for thing, err := range things {
		if err != nil {
			return nil, err
		}
		all = append(all, thing)
	}
	return all, nil
}

// spot is a system and the chassis between it and its rack, from the inside
// outwards.
type spot struct {
	system systems.System
	within []systems.Place
}

// byRack finds the racks that systems are in: by pod manager and id.
func byRack(inside []systems.System) map[place][]spot {
	spots := map[place][]spot{}
	for _, s := range inside {
		around := s.Places()
		i := slices.IndexFunc(around, func(p systems.Place) bool { return strings.EqualFold(p.Type, "Rack") })
		if i >= 0 {
			rack := place{s.PodManagerID, around[i].ID}
			spots[rack] = append(spots[rack], spot{s, around[:i]})
		}
	}
	return spots
}

// inOrder puts systems into the order in which the rack names them, which is
// that of its chassis: the pod's own has what was composed last at its end.
func inOrder(spots []spot, r racks.Rack) []spot {
	order := map[string]int{}
	for i, uuid := range r.Systems {
		order[uuid] = i - len(r.Systems) // what it does not name comes last
	}
	slices.SortStableFunc(spots, func(a, b spot) int { return order[a.system.UUID] - order[b.system.UUID] })
	return spots
}

// named is a thing of which only an id is known. An id that says itself what it
// is, such as Drawer1, is enough.
func named(kind, id string) string {
	kind = strings.ToLower(kind)
	if strings.HasPrefix(strings.ToLower(id), kind) {
		return id
	}
	return kind + " " + id
}

// describe is the line of a system.
func describe(s systems.System, user string) string {
	words := []string{"system " + cmp.Or(s.Name, s.ID)}
	var size []string
	if s.CPU.Cores != nil {
		size = append(size, fmt.Sprintf("%d cores", *s.CPU.Cores))
	}
	if s.RAM != nil {
		size = append(size, strconv.FormatFloat(*s.RAM, 'f', -1, 64)+" GiB")
	}
	if len(size) > 0 {
		words = append(words, strings.Join(size, " "))
	}
	if user != "" {
		words = append(words, "used by "+user)
	}
	return strings.Join(words, "  ")
}

// branch is a line of a drawing with what hangs below it.
type branch struct {
	label string
	twigs []*branch
}

// twig gives the branch with a label below b, which is made when there is none.
func (b *branch) twig(label string) *branch {
	for _, t := range b.twigs {
		if t.label == label {
			return t
		}
	}
	t := &branch{label: label}
	b.twigs = append(b.twigs, t)
	return t
}

// grow hangs systems below a rack, each in its chassis.
func (b *branch) grow(spots []spot, users map[place]string) {
	for _, s := range spots {
		around := b
		for _, p := range slices.Backward(s.within) {
			around = around.twig(named(p.Type, p.ID))
		}
		around.twigs = append(around.twigs, &branch{label: describe(s.system, users[placeOf(s.system)])})
	}
}

// lines draws the branch and all below it. A name is not to begin a line of its
// own.
func (b *branch) lines() []string {
	lines := []string{strings.Join(strings.FieldsFunc(b.label, func(c rune) bool { return c == '\n' || c == '\r' }), " ")}
	for i, t := range b.twigs {
		stem, below := "├── ", "│   "
		if i == len(b.twigs)-1 {
			stem, below = "└── ", "    "
		}
		for _, line := range t.lines() {
			lines = append(lines, stem+line)
			stem = below
		}
	}
	return lines
}
