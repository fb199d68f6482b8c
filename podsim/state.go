package podsim

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/valence-rsd/valence/podsim/clock"
	"github.com/valence-rsd/valence/podsim/events"
)

// The states of a composed node. Assembled is one of RSD 2.x; 1.2 has the two powered ones instead.
const (
	stateAllocating = "Allocating"
	stateAllocated  = "Allocated"
	stateAssembling = "Assembling"
	stateAssembled  = "Assembled"
	stateFailed     = "Failed"
	statePoweredOn  = "PoweredOn"
	statePoweredOff = "PoweredOff"
)

// pod is what the pod manager knows: the hardware and who has it. All waiting happens outside its mutex.
type pod struct {
	*inventory
	dialect    dialect
	delays     delays
	resetTypes []string // what it offers

	*clock.Clock

	events *events.Service // nil tells nobody

	mu       sync.Mutex
	nodes    map[string]*node
	lastNode int

	volumes    []*volume         // oldest first
	lastVolume int               // ids are never given out again
	assets     map[string]*asset // by URI: the pooled devices and the volumes

	volumeByURI map[string]*volume
}

type delays struct {
	allocate, assemble, remove, power, attach, erase time.Duration
}

// node is a composed node. Its fields belong to the pod's mutex; handlers get copies.
type node struct {
	number      int
	name        string
	description string
	state       string
	clearTPM    bool
	clearOptane bool
	tags        map[string]string // replaced as a whole, as copies share it
	system      *system
	missing     int      // how much of what it consists of has vanished
	before      string   // its state before the first of that vanished
	assets      []*asset // what is attached, in that order; appended to or replaced, as copies share it
}

// id and uri may be called without the mutex: the number never changes.
func (n *node) id() string  { return strconv.Itoa(n.number) }
func (n *node) uri() string { return nodesURI + "/" + n.id() }

func newPod(inv *inventory, rules dialect, c *clock.Clock, d delays, resetTypes []string) *pod {
	p := &pod{
		inventory:  inv,
		dialect:    rules,
		Clock:      c,
		delays:     d,
		resetTypes: resetTypes,
		nodes:      map[string]*node{},
		assets:     map[string]*asset{},

		volumeByURI: map[string]*volume{},
	}
	for _, a := range inv.devices {
		p.assets[a.uri] = a
	}
	p.lastVolume = inv.logicalDrives
	if rules.hardware.logicalDrives {
		p.addMasters()
	}
	return p
}

// free lists the systems that belong to no node, in order. The caller holds the mutex.
func (p *pod) free() []*system {
	var free []*system
	for _, s := range p.systems {
		if s.state.node == nil && !s.state.gone {
			free = append(free, s)
		}
	}
	return free
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

// patchNode changes what is not nil: the boot override of a node's system, what deleting the node clears, its tags.
func (p *pod) patchNode(id string, patch nodePatch) error {
	if patch.Boot != nil {
		if err := patch.Boot.validate(p.dialect.nodes); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.lookup(id)
	if err != nil {
		return err
	}
	if patch.Boot != nil {
		if err := n.system.setBoot(*patch.Boot); err != nil {
			return err
		}
	}
	set(&n.clearTPM, patch.ClearTPM)
	set(&n.clearOptane, patch.ClearOptane)
	if patch.Oem != nil {
		n.tags = patch.Oem.Intel.TaggedValues
	}
	return nil
}

// restart does to the nodes what a new start of the pod manager does: those that were being made are lost.
func (p *pod) restart() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range p.nodes {
		if slices.Contains(p.dialect.nodes.lost, n.state) {
			n.state = stateFailed
		}
	}
}
