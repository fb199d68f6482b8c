package podsim

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"time"
)

// The states of a composed node in RSD 2.x.
const (
	stateAllocating = "Allocating"
	stateAllocated  = "Allocated"
	stateAssembling = "Assembling"
	stateAssembled  = "Assembled"
	stateFailed     = "Failed"
)

// pod is what the pod manager knows: the hardware and who has it. All waiting happens outside its mutex.
type pod struct {
	*inventory
	delays delays

	closed  chan struct{}
	pending sync.WaitGroup // changes that will happen after a delay

	mu       sync.Mutex
	stopping bool
	nodes    map[string]*node
	lastNode int
}

type delays struct {
	allocate, assemble, remove, power time.Duration
}

// node is a composed node. Its fields belong to the pod's mutex; handlers get copies.
type node struct {
	number      int
	name        string
	description string
	state       string
	clearTPM    bool
	system      *system
}

func (n node) id() string  { return strconv.Itoa(n.number) }
func (n node) uri() string { return nodesURI + "/" + n.id() }

func newPod(inv *inventory, d delays) *pod {
	return &pod{inventory: inv, delays: d, closed: make(chan struct{}), nodes: map[string]*node{}}
}

// close stops everything that is still to happen and waits for what is happening.
func (p *pod) close() {
	p.mu.Lock()
	first := !p.stopping
	p.stopping = true
	p.mu.Unlock()
	if first {
		close(p.closed)
	}
	p.pending.Wait()
}

// sleep waits for d, or until the pod is closed: then it returns false.
func (p *pod) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.closed:
		return false
	}
}

// after does something once the delay has passed, at once when there is none. It never does it after close.
func (p *pod) after(d time.Duration, do func()) {
	if d <= 0 {
		do()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return
	}
	p.pending.Go(func() {
		if p.sleep(d) {
			do()
		}
	})
}

// free lists the systems that belong to no node, in order. The caller holds the mutex.
func (p *pod) free() []*system {
	var free []*system
	for _, s := range p.systems {
		if !s.state.taken {
			free = append(free, s)
		}
	}
	return free
}

// allocate takes one system for a new node and returns the node. The node is in state Allocating until the
// allocation delay is over; somebody else may see that, the caller does not.
func (p *pod) allocate(r *allocateRequest) (node, error) {
	if err := p.validate(r); err != nil {
		return node{}, err
	}
	n, err := p.take(r)
	if err != nil {
		return node{}, err
	}
	p.sleep(p.delays.allocate)
	p.mu.Lock()
	defer p.mu.Unlock()
	n.state = stateAllocated
	return *n, nil
}

func (p *pod) take(r *allocateRequest) (*node, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := p.match(r)
	if err != nil {
		return nil, err
	}
	p.lastNode++
	n := &node{
		number:      p.lastNode,
		name:        *r.Name,
		description: r.Description,
		state:       stateAllocating,
		clearTPM:    r.Security == nil || r.Security.ClearTPMOnDelete == nil || *r.Security.ClearTPMOnDelete,
		system:      s,
	}
	s.state.taken = true
	p.nodes[n.id()] = n
	return n, nil
}

// assemble starts the assembly of an allocated node and returns at once. With fail it ends in Failed.
func (p *pod) assemble(id string, fail bool) error {
	n, err := p.startAssembly(id)
	if err != nil {
		return err
	}
	p.after(p.delays.assemble, func() { p.finishAssembly(n, fail) })
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
		return nil, mismatch("Assembly action could not be completed!",
			"Assembly failed: Only composed node in ALLOCATED state can be assembled")
	}
	n.state = stateAssembling
	return n, nil
}

// finishAssembly leaves the machine as the 2.3 pod manager does: powered off and set to boot from its own disk. The
// node may have been deleted meanwhile.
func (p *pod) finishAssembly(n *node, fail bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.nodes[n.id()] != n {
		return
	}
	if fail {
		n.state = stateFailed
		return
	}
	n.system.state.forceOff()
	n.system.state.boot.enabled = "Continuous"
	n.system.state.boot.target = "Hdd"
	n.state = stateAssembled
}

// remove takes a node apart, in whatever state it is, and returns when its system is off and free. Whoever asks
// while another removal is under way finds, at the end of it, that the node is gone.
func (p *pod) remove(id string) error {
	if _, err := p.node(id); err != nil {
		return err
	}
	p.sleep(p.delays.remove)
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.lookup(id)
	if err != nil {
		return err
	}
	n.system.state.forceOff()
	n.system.state.taken = false
	delete(p.nodes, id)
	return nil
}

// lookup finds a node. The caller holds the mutex.
func (p *pod) lookup(id string) (*node, error) {
	n, ok := p.nodes[id]
	if !ok {
		return nil, refuse(unknownEndpoint)
	}
	return n, nil
}

// node returns a copy of a node.
func (p *pod) node(id string) (node, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.lookup(id)
	if err != nil {
		return node{}, err
	}
	return *n, nil
}

// allNodes returns copies of all nodes, oldest first.
func (p *pod) allNodes() []node {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]node, 0, len(p.nodes))
	for _, n := range p.nodes {
		all = append(all, *n)
	}
	slices.SortFunc(all, func(a, b node) int { return cmp.Compare(a.number, b.number) })
	return all
}

// patchNode changes the boot override of a node's system, and whether deleting the node clears the trusted module;
// what is nil stays.
func (p *pod) patchNode(id string, boot *bootPatch, clearTPM *bool) error {
	if boot != nil {
		if err := boot.validate(); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.lookup(id)
	if err != nil {
		return err
	}
	if boot != nil {
		if err := n.system.setBoot(*boot); err != nil {
			return err
		}
	}
	set(&n.clearTPM, clearTPM)
	return nil
}
