package composition

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// plan is a composition that was decided on: its blocks are claimed.
type plan struct {
	system string // URI
	body   object // of the request
	blocks []string
	// keeps tells whether the system keeps a property that the client sets.
	keeps func(name string) bool
}

// postSystem composes a system out of the blocks that the client names, or out of those that fit.
func (p *Pod) postSystem(r *http.Request, _ string) (reply, error) {
	body, err := readBody(r)
	if err != nil {
		return reply{}, err
	}
	delay, fails := p.outcomeOf(r)
	p.mu.Lock()
	made, err := p.decide(body, true, "")
	p.mu.Unlock()
	switch {
	case err != nil:
		return reply{}, err
	case p.opts.Async:
		return p.composeLater(made, delay, fails), nil
	}
	return p.compose(made, delay, fails)
}

// decide finds the blocks for a request and claims them. The caller holds the mutex.
func (p *Pod) decide(body object, offered bool, reservation string) (plan, error) {
	if err := checkForm(body); err != nil {
		return plan{}, err
	}
	blocks, zones, err := p.named(body, reservation)
	if err != nil {
		return plan{}, err
	}
	wishes, err := readWishes(body)
	if err != nil {
		return plan{}, err
	}
	if len(wishes)+len(blocks) == 0 {
		return plan{}, refuse(propertyMissing, "Links/ResourceBlocks")
	}
	if err := p.checkFlavour(blocks, len(wishes)); err != nil {
		return plan{}, err
	}
	template, err := p.template(body, len(wishes) > 0, zones, offered)
	if err != nil {
		return plan{}, err
	}
	if len(wishes) > 0 {
		blocks, err = p.choose(choice{wishes: wishes, blocks: blocks, zones: zones, affinity: body["@Redfish.ZoneAffinity"],
			limits: objectAt(template, "@Redfish.ResourceBlockLimits"), reservation: reservation})
	} else {
		err = checkLimits(objectAt(template, "@Redfish.ResourceBlockLimits"), p.countTypes(blocks))
	}
	if err != nil {
		return plan{}, err
	}
	system := p.systemFor(blocks)
	if p.leaving[system] {
		return plan{}, refuse(busy)
	}
	made := plan{system: system, body: body, blocks: blocks, keeps: func(name string) bool {
		return template == nil || offers(template, name)
	}}
	for _, uri := range blocks {
		p.claim(uri)
	}
	return made, nil
}

// checkFlavour refuses what the service does not do.
func (p *Pod) checkFlavour(blocks []string, wishes int) error {
	f := p.opts.Flavour
	if f.limits == nil {
		return nil
	}
	if wishes > 0 {
		return refuse(generalError, "The service composes of blocks that are named only.")
	}
	if len(blocks) < f.least {
		return refuse(generalError, fmt.Sprintf("The request has %d resource blocks, expected %d or more.", len(blocks), f.least))
	}
	return checkLimits(f.limits, p.countTypes(blocks))
}

// systemFor is the physical system that one of the blocks is bound to, or a new one.
func (p *Pod) systemFor(blocks []string) string {
	for _, uri := range blocks {
		if system := p.anchors[uri]; system != "" {
			return system
		}
	}
	return p.newSystem()
}

// named reads the blocks that a request names, and the zones that they have in common.
func (p *Pod) named(body object, reservation string) (blocks, zones []string, err error) {
	for i, one := range listAt(body, "Links", "ResourceBlocks") {
		uri := uriOf(one)
		if slices.Contains(blocks, uri) {
			return nil, nil, refuse(blockInvalid, lastOf(uri))
		}
		if err := p.checkBlock(uri, reservation); err != nil {
			return nil, nil, err
		}
		blocks = append(blocks, uri)
		if i == 0 {
			zones = slices.Clone(p.zones[uri])
		}
		zones = slices.DeleteFunc(zones, func(zone string) bool { return !slices.Contains(p.zones[uri], zone) })
	}
	if len(blocks) == 0 {
		return nil, urisAt(p.tree.view(p.places.zones), "Members"), nil
	}
	if len(zones) == 0 || p.severalAnchors(blocks) {
		return nil, nil, refuse(incompatibleZone)
	}
	return blocks, zones, nil
}

func (p *Pod) severalAnchors(blocks []string) bool {
	n := 0
	for _, uri := range blocks {
		if p.anchors[uri] != "" {
			n++
		}
	}
	return n > 1
}

// checkBlock refuses a block that cannot become part of a composition now.
func (p *Pod) checkBlock(uri, reservation string) error {
	block := p.tree.view(uri)
	if !p.isBlock(uri, block) {
		return refuse(blockNotFound, lastOf(uri))
	}
	if !healthy(block) {
		return refuse(blockInvalid, lastOf(uri))
	}
	if !usable(block) && !p.alwaysUsed(uri) {
		return refuse(blockInUse, lastOf(uri))
	}
	if by := p.reservedBy(uri); by != "" && by != reservation {
		return refuse(blockReserved, lastOf(uri), by)
	}
	return nil
}

func (p *Pod) countTypes(blocks []string) map[string]int {
	count := map[string]int{}
	for _, uri := range blocks {
		for _, kind := range textsAt(p.tree.view(uri), "ResourceBlockType") {
			count[kind]++
		}
	}
	return count
}

// template finds the capability under which a request is made, and checks the request with it. Where several would do, as
// on services that have one for each network, the first one that the request satisfies is taken. One is needed for what
// is posted to the collection, not for what a manifest asks for.
func (p *Pod) template(body object, wishes bool, zones []string, needed bool) (object, error) {
	useCase := specific
	if wishes {
		useCase = constrained
	}
	var firstErr error
	for _, c := range p.capabilities() {
		if c.useCase != useCase || !c.holds(zones) {
			continue
		}
		template := p.tree.view(c.object)
		err := checkTemplate(template, body, "")
		if err == nil || !needed {
			return template, nil
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	if firstErr == nil && needed {
		firstErr = refuse(generalError, "There is no capability "+useCase+" for these resource blocks.")
	}
	return nil, firstErr
}

// compose takes the time that composing takes, and then makes the system.
func (p *Pod) compose(made plan, delay time.Duration, fails bool) (reply, error) {
	done := p.opts.Clock.Sleep(delay)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !done {
		return reply{}, refuse(unavailable)
	}
	return p.conclude(made, fails)
}

// conclude ends a composition. The caller holds the mutex.
func (p *Pod) conclude(made plan, fails bool) (reply, error) {
	if fails {
		for _, uri := range made.blocks {
			p.unclaim(uri, true)
		}
		return reply{}, refuse(compositionFailed)
	}
	p.finish(made)
	answer := p.changed(made.system)
	answer.status, answer.location = http.StatusCreated, made.system
	return answer, nil
}

// finish makes the system of a plan, or expands the one that its block is bound to.
func (p *Pod) finish(made plan) {
	isNew := !p.tree.has(made.system)
	if isNew {
		p.tree.put(made.system, p.newSystemBody(made))
		addLink(p.tree.edit(p.places.systems), "Members", made.system)
	}
	for _, uri := range made.blocks {
		p.grant(uri, made.system)
		p.gain(made.system, uri)
	}
	kind := eventAdded
	if !isNew {
		kind = eventUpdated
	}
	p.tell(kind, made.system, "The system was composed")
}

// takeApart frees the blocks of a system; a composed one is gone with them, a physical one keeps what it is bound to. The
// caller holds the mutex.
func (p *Pod) takeApart(system string) {
	body := p.tree.edit(system)
	blocks := urisAt(body, "Links", "ResourceBlocks")
	for _, uri := range blocks {
		p.lose(system, uri)
		p.release(uri, system)
	}
	if expandable(body) {
		p.tell(eventUpdated, system, "The system was taken apart")
		return
	}
	p.leaveAll(system, blocks)
	p.forget(system)
	p.tell(eventRemoved, system, "The system was taken apart")
}

// forget removes the documents of a composed system.
func (p *Pod) forget(system string) {
	p.tree.remove(system)
	dropLinks(p.tree.edit(p.places.systems), "Members", is(system))
	delete(p.resets, system)
}

// deleteSystem takes a composed system apart.
func (p *Pod) deleteSystem(r *http.Request, uri string) (reply, error) {
	p.mu.Lock()
	err := p.checkMatch(r, uri)
	if err == nil {
		err = p.leave(uri)
	}
	p.mu.Unlock()
	if err != nil {
		return reply{}, err
	}
	p.opts.Clock.Sleep(p.opts.DeleteDelay)
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.leaving, uri)
	p.takeApart(uri)
	return reply{status: http.StatusNoContent}, nil
}

// leave keeps everybody else from changing a system that is being taken apart, or changed.
func (p *Pod) leave(uri string) error {
	if p.leaving[uri] {
		return refuse(busy, uri)
	}
	p.leaving[uri] = true
	return nil
}
