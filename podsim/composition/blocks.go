package composition

import "slices"

// The states of a resource block.
const (
	stateUnused    = "Unused"
	stateComposing = "Composing"
	stateComposed  = "Composed"
	stateShareable = "ComposedAndAvailable"
	stateFailed    = "Failed"
)

func stateOf(block object) string { return textAt(block, "CompositionStatus", "CompositionState") }

func setState(block object, state string) {
	inner(block, "CompositionStatus")["CompositionState"] = state
}

// shares tells whether several systems may have the block.
func shares(block object) bool {
	return trueAt(block, "CompositionStatus", "SharingCapable") && trueAt(block, "CompositionStatus", "SharingEnabled")
}

// usable tells whether a block may become part of one more composition.
func usable(block object) bool {
	state := stateOf(block)
	return healthy(block) && (state == stateUnused || state == stateShareable && shares(block) && !full(block))
}

func healthy(body object) bool {
	return slices.Contains([]string{"", "Enabled"}, textAt(body, "Status", "State")) &&
		slices.Contains([]string{"", "OK"}, textAt(body, "Status", "Health"))
}

func full(block object) bool {
	most, limited := numberAt(block, "CompositionStatus", "MaxCompositions")
	return limited && float64(compositions(block)) >= most
}

// compositions is how many systems have the block.
func compositions(block object) int {
	if n, counted := numberAt(block, "CompositionStatus", "NumberOfCompositions"); counted {
		return int(n)
	}
	if slices.Contains([]string{stateUnused, stateFailed}, stateOf(block)) {
		return 0
	}
	return max(1, len(listAt(block, "Links", "ComputerSystems")))
}

// settle sets the number of systems that have the block and the state that follows from it. The number is only written
// where the service shows it.
func settle(block object, n int) {
	status := inner(block, "CompositionStatus")
	if _, counted := status["NumberOfCompositions"]; counted {
		status["NumberOfCompositions"] = n
	}
	switch {
	case n == 0:
		setState(block, stateUnused)
	case shares(block) && !full(block):
		setState(block, stateShareable)
	default:
		setState(block, stateComposed)
	}
}

// alwaysUsed tells whether a block stays composed all its life, as those of physical systems do in one flavour.
func (p *Pod) alwaysUsed(uri string) bool { return p.opts.Flavour.bound && p.anchors[uri] != "" }

// claim takes a block for a system that is being composed: nobody else can have it, or one system fewer can.
func (p *Pod) claim(uri string) {
	if p.alwaysUsed(uri) {
		return
	}
	block := p.tree.edit(uri)
	if shares(block) {
		settle(block, compositions(block)+1)
	} else {
		setState(block, stateComposing)
	}
	p.tellState(uri)
}

// unclaim undoes a claim; a composition that failed leaves the block so.
func (p *Pod) unclaim(uri string, failed bool) {
	if p.alwaysUsed(uri) {
		return
	}
	block := p.tree.edit(uri)
	switch {
	case shares(block):
		settle(block, compositions(block)-1)
	case failed:
		setState(block, stateFailed)
	default:
		setState(block, stateUnused)
	}
	p.tellState(uri)
}

// grant gives a claimed block to its system.
func (p *Pod) grant(uri, system string) {
	if p.alwaysUsed(uri) {
		return
	}
	block := p.tree.edit(uri)
	if !shares(block) {
		settle(block, 1)
		p.tellState(uri)
	}
	if p.anchors[uri] != system {
		addLink(inner(block, "Links"), "ComputerSystems", system)
	}
	p.move(block, "Active")
}

// release takes a block from a system.
func (p *Pod) release(uri, system string) {
	block := p.tree.edit(uri)
	if block == nil || p.alwaysUsed(uri) {
		return
	}
	settle(block, max(0, compositions(block)-1))
	p.tellState(uri)
	if p.anchors[uri] != system {
		dropLinks(inner(block, "Links"), "ComputerSystems", is(system))
	}
	if compositions(block) == 0 {
		p.move(block, "Free")
	}
}

// move puts a block into another pool where there are pools.
func (p *Pod) move(block object, pool string) {
	if _, has := block["Pool"]; has {
		block["Pool"] = pool
		p.stale = true
	}
}

// fillPools brings the collections of the pools up to date. It is done when somebody looks: composing changes one block,
// and a pool may have ten thousand.
func (p *Pod) fillPools() {
	if !p.stale {
		return
	}
	p.stale = false
	in := map[string][]string{}
	for _, uri := range p.blocks {
		pool := textAt(p.tree.view(uri), "Pool")
		in[pool] = append(in[pool], uri)
	}
	for pool, uri := range map[string]string{"Active": p.places.active, "Free": p.places.free} {
		if collection := p.tree.edit(uri); collection != nil {
			collection["Members"] = links(in[pool]...)
			recount(collection, "Members")
		}
	}
}

// findBlocks lists the resource blocks once each. A mockup has one that its collection names twice, and one that it does
// not.
func (p *Pod) findBlocks() {
	seen := map[string]bool{}
	for _, uri := range urisAt(p.tree.view(p.places.blocks), "Members") {
		if !seen[uri] && p.isBlock(uri, p.tree.view(uri)) {
			p.blocks = append(p.blocks, uri)
		}
		seen[uri] = true
	}
	var others []string
	for uri, d := range p.tree.documents {
		if d.body != nil && !seen[uri] && p.isBlock(uri, d.body) {
			others = append(others, uri)
		}
	}
	p.blocks = append(p.blocks, slices.Sorted(slices.Values(others))...)
}

// findAnchors finds the blocks that are bound to a physical system: they cannot be composed into another one, but that
// system can be expanded by other blocks.
func (p *Pod) findAnchors() {
	for _, uri := range p.blocks {
		block := p.tree.view(uri)
		bound := urisAt(block, "ComputerSystems")
		if slices.Contains(textsAt(block, "ResourceBlockType"), "Compute") {
			bound = append(bound, urisAt(block, "Links", "ComputerSystems")...)
		}
		for _, system := range bound {
			if expandable(p.tree.view(system)) {
				p.anchors[uri] = system
			}
		}
	}
}

// expandable tells whether a system is a physical one that can only grow.
func expandable(system object) bool {
	return slices.Contains(textsAt(system, "Composition", "UseCases"), "ExpandableSystem")
}
