package chaos

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// thing is a node, a flavor or a volume as its client knows it: what was
// acknowledged, and what may be the case because an answer was lost.
type thing struct {
	kind string
	name string // its own among all things; the idempotency key, too
	uuid string // empty until a client was told

	mayExist, mayBeGone bool

	// contents are what it may have in the one respect that changes: a node its
	// power, a flavor its description, a volume the node that it is attached
	// to. Nil is whatever.
	contents []string
}

func (c *client) newThing(kind string) *thing {
	x := &thing{kind: kind, name: fmt.Sprintf("%s-%s-%d", c.name, kind, len(c.made)), mayBeGone: true}
	c.made = append(c.made, x)
	return x
}

// created is what is known after a request that was to make it.
func (x *thing) created(uuid string, e ending) {
	if e.err == nil {
		x.uuid, x.mayExist, x.mayBeGone = uuid, true, false
	} else if e.unsure {
		x.mayExist = true
	}
}

// changed is what is known after a request that was to change it.
func (x *thing) changed(content string, e ending) {
	if e.err == nil {
		x.contents = []string{content}
	} else if e.unsure && x.contents != nil {
		x.contents = append(x.contents, content)
	}
}

// deleted is what is known after a request that was to delete it.
func (x *thing) deleted(e ending) {
	if e.err == nil {
		x.mayExist, x.mayBeGone = false, true
	} else if e.unsure {
		x.mayBeGone = true
	}
}

// may says whether the thing may have that content.
func (x *thing) may(content string) bool {
	return x.contents == nil || slices.Contains(x.contents, content)
}

func (x *thing) String() string { return fmt.Sprintf("%s %s (%s)", x.kind, x.name, x.uuid) }

// hand is the things of a kind that a client works with: those of which it
// knows for certain how they are.
type hand []*thing

// pick gives one of the things that fit, or nil.
func (h hand) pick(r *rand.Rand, fits func(*thing) bool) *thing {
	var fitting []*thing
	for _, x := range h {
		if fits == nil || fits(x) {
			fitting = append(fitting, x)
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	return fitting[r.IntN(len(fitting))]
}

// keep takes a thing in, or lets it be, where an ending leaves it unsure.
func (h *hand) keep(x *thing, e ending) {
	h.drop(x)
	if x.mayExist && !x.mayBeGone && !e.unsure {
		*h = append(*h, x)
	}
}

func (h *hand) drop(x *thing) {
	*h = slices.DeleteFunc(*h, func(y *thing) bool { return x == y })
}
