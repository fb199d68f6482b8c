package composition

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// replaceBlocks makes the blocks of a system those of a PATCH: by index, {} keeps one, null removes it, a link replaces
// it.
func (p *Pod) replaceBlocks(system string, there, change object) error {
	for name := range change {
		if name != "ResourceBlocks" {
			return refuse(propertyReadOnly, "Links/"+name)
		}
	}
	if change == nil {
		return nil
	}
	list, ok := change["ResourceBlocks"].([]any)
	if !ok {
		return refuse(wrongType, fmt.Sprint(change["ResourceBlocks"]), "Links/ResourceBlocks")
	}
	before := urisAt(there, "Links", "ResourceBlocks")
	after := mergeBlocks(before, list)
	var removed, added []string
	for _, uri := range before {
		if !slices.Contains(after, uri) {
			removed = append(removed, uri)
		}
	}
	for _, uri := range after {
		if !slices.Contains(before, uri) {
			added = append(added, uri)
		}
	}
	return p.exchange(system, removed, added)
}

// mergeBlocks applies the rule for arrays in a PATCH. What is beyond the list stays.
func mergeBlocks(before []string, list []any) []string {
	var after []string
	for i, one := range list {
		o, _ := one.(object)
		switch {
		case one == nil:
		case len(o) == 0 && i < len(before):
			after = append(after, before[i])
		default:
			after = append(after, uriOf(one))
		}
	}
	if len(list) < len(before) {
		after = append(after, before[len(list):]...)
	}
	return after
}

// exchange removes blocks from a system and adds others, all or none.
func (p *Pod) exchange(system string, removed, added []string) error {
	if p.leaving[system] {
		return refuse(busy)
	}
	for _, uri := range added {
		if err := p.checkAddition(system, uri, removed); err != nil {
			return err
		}
	}
	if err := p.checkRest(system, removed, added); err != nil {
		return err
	}
	for _, uri := range removed {
		p.lose(system, uri)
		p.release(uri, system)
	}
	for _, uri := range added {
		p.claim(uri)
		p.grant(uri, system)
		p.gain(system, uri)
	}
	return nil
}

// checkAddition refuses a block that cannot join the others of a system.
func (p *Pod) checkAddition(system, uri string, removed []string) error {
	if err := p.checkBlock(uri, ""); err != nil {
		return err
	}
	if p.anchors[uri] != "" && p.anchors[uri] != system {
		return refuse(incompatibleZone)
	}
	zones := p.zones[uri]
	for _, other := range urisAt(p.tree.view(system), "Links", "ResourceBlocks") {
		if !slices.Contains(removed, other) {
			zones = slices.DeleteFunc(slices.Clone(zones), func(zone string) bool { return !slices.Contains(p.zones[other], zone) })
		}
	}
	if len(zones) == 0 {
		return refuse(incompatibleZone)
	}
	return nil
}

// checkRest refuses a change that would leave a system with fewer or more blocks of a type than the capability under which
// systems are composed in its zone allows. A physical system has no such limits, but what it is bound to goes last.
func (p *Pod) checkRest(system string, removed, added []string) error {
	body := p.tree.view(system)
	rest := slices.DeleteFunc(urisAt(body, "Links", "ResourceBlocks"), func(uri string) bool { return slices.Contains(removed, uri) })
	rest = append(rest, added...)
	if expandable(body) {
		for _, uri := range removed {
			if p.anchors[uri] == system && len(rest) > 0 {
				return refuse(blockInvalid, lastOf(uri))
			}
		}
		return nil
	}
	var zones []string
	for _, uri := range rest {
		zones = append(zones, p.zones[uri]...)
	}
	for _, c := range p.capabilities() {
		if c.useCase == specific && c.holds(zones) {
			return checkLimits(objectAt(p.tree.view(c.object), "@Redfish.ResourceBlockLimits"), p.countTypes(rest))
		}
	}
	return nil
}

// addBlock and removeBlock are the actions of a system.
func (p *Pod) addBlock(r *http.Request, system string) (reply, error) {
	return p.changeBlock(r, system, "AddResourceBlock", func(block string) error {
		if slices.Contains(urisAt(p.tree.view(system), "Links", "ResourceBlocks"), block) {
			return refuse(blockInUse, lastOf(block))
		}
		return p.exchange(system, nil, []string{block})
	})
}

func (p *Pod) removeBlock(r *http.Request, system string) (reply, error) {
	return p.changeBlock(r, system, "RemoveResourceBlock", func(block string) error {
		if !slices.Contains(urisAt(p.tree.view(system), "Links", "ResourceBlocks"), block) {
			return refuse(blockNotFound, lastOf(block))
		}
		return p.exchange(system, []string{block}, nil)
	})
}

// changeBlock reads the parameters of either action, compares the ETags that were given, and changes the system after the
// delay.
func (p *Pod) changeBlock(r *http.Request, system, action string, change func(block string) error) (reply, error) {
	body, err := readBody(r)
	if err != nil {
		return reply{}, err
	}
	block := uriOf(body["ResourceBlock"])
	if block == "" {
		return reply{}, refuse(parameterMissing, "ComputerSystem."+action, "ResourceBlock")
	}
	p.opts.Clock.Sleep(p.opts.ChangeDelay)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.tree.has(system) {
		return reply{}, refuse(noSuchResource, system)
	}
	err = errors.Join(p.checkETag(system, body["ComputerSystemETag"]), p.checkETag(block, body["ResourceBlockETag"]))
	if err == nil {
		err = change(block)
	}
	if err != nil {
		return reply{}, err
	}
	p.tell(eventUpdated, system, "The resource blocks were changed")
	return reply{status: http.StatusNoContent}, nil
}

func (p *Pod) checkETag(uri string, given any) error {
	_, etag, ok := p.tree.text(uri)
	if text, is := given.(string); ok && given != nil && (!is || !matches(text, etag)) {
		return refuse(preconditionRequired)
	}
	return nil
}
