package composition

import (
	"slices"

	"github.com/valence-rsd/valence/service"
)

// complete adds to the bearers of a plan what was asked for beside them and
// what the service insists on, and decides how to ask. It is false where that
// cannot be done.
func (p planner) complete(pl plan, free []block) (plan, bool) {
	for _, kind := range p.want.devices {
		i := slices.IndexFunc(free, func(b block) bool { return p.kinds[b.ref] == kind && !pl.has(b.ref) })
		if i < 0 {
			return pl, false
		}
		pl.more = append(pl.more, free[i])
	}
	for _, way := range p.stock.ways(pl.zone) {
		made := pl
		made.way = way
		made.manual = way.target == "" && p.stock.byAction()
		made.more = slices.Clone(pl.more)
		if made, ok := p.fill(made, free); ok && made.expressible() {
			return made, true
		}
	}
	return pl, false
}

// ways are the ways of composing in a zone, the preferred first. Only where the
// client chooses is a machine placed by us, and marked before it exists; so the
// service chooses where it offers nothing else.
func (st *stock) ways(z zone) []offer {
	var all []offer
	for _, useCase := range []string{useSpecific, useConstrained} {
		for _, o := range st.offers {
			if o.useCase == useCase && (len(o.zones) == 0 || slices.Contains(o.zones, z.ref)) {
				all = append(all, o)
			}
		}
	}
	switch {
	case st.byAction():
		return []offer{{useCase: useSpecific}}
	case len(st.offers) == 0: // not every service says what it can
		return []offer{{useCase: useSpecific, target: st.systems}}
	}
	return all
}

func (pl plan) has(ref string) bool {
	return slices.ContainsFunc(pl.blocks(), func(b block) bool { return b.ref == ref })
}

// expressible says whether a plan can be asked for. A service that chooses the
// blocks is not told of devices, and must not let a system grow that it was not
// told of.
func (pl plan) expressible() bool {
	return !pl.constrained() || pl.home() == "" && len(pl.more) == 0
}

// limited are the types of blocks that a service may limit.
var limited = []string{"Compute", "ComputerSystem", "Processor", "Memory", "Storage", "Network", "Expansion"}

// fill adds the smallest blocks that make up for the limits of the service.
func (p planner) fill(pl plan, free []block) (plan, bool) {
	rules := pl.way.template
	if id := rules.allowed("Id"); rules.requires("Id") && id != "" {
		pl = p.named(pl, id)
	}
	for _, kind := range limited {
		n := count(pl.blocks(), kind)
		if most, set := rules.limit("Max" + kind); set && n > most {
			return pl, false
		}
		for least, _ := rules.limit("Min" + kind); n < least; n++ {
			i := slices.IndexFunc(free, func(b block) bool { return b.is(kind) && !b.bears() && !pl.has(b.ref) })
			if i < 0 {
				return pl, false
			}
			pl.more = append(pl.more, free[i])
		}
	}
	if pl.manual && pl.home() != "" && len(pl.blocks()) == 1 {
		return p.pair(pl, free)
	}
	return pl, true
}

// named adds the block whose id the request must have. Services that give a
// network with a template want that (HPE).
func (p planner) named(pl plan, id string) plan {
	for _, ref := range pl.zone.blocks {
		if b, known := p.stock.blocks[ref]; known && b.doc.ID == id && !pl.has(ref) {
			pl.more = append(pl.more, b)
		}
	}
	return pl
}

// pair adds a block to the one of a physical system: with one alone it would
// not grow, and the Compose action is refused (ODIM).
func (p planner) pair(pl plan, free []block) (plan, bool) {
	i := slices.IndexFunc(free, func(b block) bool { return b.expandable() && !pl.has(b.ref) })
	if i < 0 {
		return pl, false
	}
	pl.more = append(pl.more, free[i])
	return pl, true
}

func count(blocks []block, kind string) (n int) {
	for _, b := range blocks {
		if b.is(kind) {
			n++
		}
	}
	return n
}

// shortage says why there is no plan: how many blocks are left after each of
// the filters, as pod managers of RSD do.
func (p planner) shortage() error {
	free, compute, cores, model, mib, memory := 0, 0, 0, 0, 0, 0
	apart := map[string]int{}
	for ref, b := range p.stock.blocks {
		s := p.stock.sizes[ref]
		if !p.usable(b) {
			continue
		}
		free++
		for _, kind := range []string{"Processor", "Memory"} {
			if !b.bears() && b.is(kind) {
				apart[kind]++
			}
		}
		steps := []bool{b.bears(), s.cores() >= max(p.want.cores, 1), s.isModel(p.want.model), s.mib() >= max(p.want.mib, 1), s.isMemory(p.want.memory)}
		for i, n := range []*int{&compute, &cores, &model, &mib, &memory} {
			if !steps[i] {
				break
			}
			*n++
		}
	}
	return service.Errorf(service.NoCapacity, "no free hardware satisfies the request: resource blocks left after each filter: "+
		"[all: %d -> free: %d -> compute: %d -> cores: %d -> processor model: %d -> memory: %d -> memory type: %d -> "+
		"zone, devices and limits: 0]; of the free ones, %d are separate processors and %d separate memory",
		len(p.stock.blocks), free, compute, cores, model, mib, memory, apart["Processor"], apart["Memory"])
}
