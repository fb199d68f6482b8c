package podsim

import (
	"slices"

	"github.com/valence-rsd/valence/podsim/faults"
)

// allocate takes one system for a new node and returns the node. The node is in state Allocating until the
// allocation delay is over; somebody else may see that, the caller does not.
func (p *pod) allocate(r *allocateRequest) (node, error) {
	if err := p.dialect.checkValues(r); err != nil {
		return node{}, err
	}
	p.separatePooled(r)
	if err := p.validate(r); err != nil {
		return node{}, err
	}
	n, err := p.take(r)
	if err != nil {
		return node{}, err
	}
	p.Sleep(p.delays.allocate)
	p.mu.Lock()
	defer p.mu.Unlock()
	if n.state == stateAllocating { // the pod manager may have been started again
		n.state = stateAllocated
	}
	return *n, nil
}

// take finds everything before it takes anything: a refused request leaves no trace. The volume comes last, as it may
// have to be made.
func (p *pod) take(r *allocateRequest) (*node, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := p.match(r)
	if err != nil {
		return nil, err
	}
	assets := p.pick(r).assets
	for _, d := range r.RemoteDrives {
		v, err := p.remoteVolume(d)
		if err != nil {
			return nil, err
		}
		assets = append(assets, v.asset)
	}
	p.lastNode++
	n := &node{
		number:      p.lastNode,
		name:        *r.Name,
		description: r.Description,
		state:       stateAllocating,
		clearTPM:    true,
		clearOptane: true,
		tags:        map[string]string{},
		system:      s,
	}
	if r.Security != nil {
		set(&n.clearTPM, r.Security.ClearTPMOnDelete)
		set(&n.clearOptane, r.Security.ClearOptane)
	}
	s.state.node = n
	for _, a := range assets {
		n.attach(a)
	}
	p.nodes[n.id()] = n
	return n, nil
}

// assemble starts the assembly of an allocated node and returns at once. A fault can let it fail or never end.
func (p *pod) assemble(id string, effect faults.Effect) error {
	n, err := p.startAssembly(id)
	if err != nil || effect == faults.Stick {
		return err
	}
	p.After(p.delays.assemble, func() { p.finishAssembly(n, effect == faults.Fail) })
	return nil
}

func (p *pod) startAssembly(id string) (*node, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.lookup(id)
	if err != nil {
		return nil, err
	}
	if n.state != stateAllocated {
		return nil, refuse(wrongState, "Assembly action could not be completed!",
			"Assembly failed: Only composed node in ALLOCATED state can be assembled")
	}
	n.state = stateAssembling
	return n, nil
}

// finishAssembly leaves the machine as the pod managers up to 2.3 do: powered off and set to boot from its own disk, or
// from the remote drive that it has. The node may have been deleted meanwhile, and the pod manager started again.
func (p *pod) finishAssembly(n *node, fail bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.watchPower(n.system)()
	if p.nodes[n.id()] != n || n.state != stateAssembling {
		return
	}
	if fail {
		n.state = stateFailed
		return
	}
	n.state = p.dialect.nodes.assembled
	if p.dialect.nodes.remoteBoot == "" {
		return
	}
	n.system.state.forceOff()
	n.system.state.boot.enabled = "Continuous"
	n.system.state.boot.target = "Hdd"
	if slices.ContainsFunc(n.assets, func(a *asset) bool { return a.remote }) {
		n.system.state.boot.target = p.dialect.nodes.remoteBoot
	}
}

// remove takes a node apart, in whatever state it is, and returns when all it had is free. Whoever asks
// while another removal is under way finds, at the end of it, that the node is gone.
func (p *pod) remove(id string) error {
	if _, err := p.node(id); err != nil {
		return err
	}
	p.Sleep(p.delays.remove)
	erasing, err := p.takeApart(id)
	if err != nil {
		return err
	}
	for _, a := range erasing {
		p.finishErasing(a)
	}
	return nil
}

// takeApart frees all that a node has. It returns what is to be erased.
func (p *pod) takeApart(id string) ([]*asset, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.lookup(id)
	if err != nil {
		return nil, err
	}
	defer p.watchPower(n.system)()
	if slices.Contains(p.dialect.nodes.offAtEnd, n.state) {
		n.system.state.forceOff()
	} else {
		n.system.state.powerSeq++ // a reset that is still to come must not reach a machine that is free, or another's
	}
	n.system.state.node = nil
	delete(p.nodes, id)
	var erasing []*asset
	for _, a := range n.assets {
		if n.detach(a) {
			erasing = append(erasing, a)
		}
	}
	return erasing, nil
}
