package composition

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim/clock"
)

// Options make a pod.
type Options struct {
	// Layout describes the hardware of a pod that Generate makes; Bundle, when not nil, is used instead: one JSON object,
	// URI -> body.
	Layout Layout
	Bundle []byte

	Flavour Flavour

	// Seed decides the UUIDs of the systems that are composed.
	Seed uint64

	ComposeDelay time.Duration // how long composing takes, with the blocks in state Composing
	ChangeDelay  time.Duration // how long adding and removing a block take
	DeleteDelay  time.Duration // how long taking a composed system apart takes
	PowerDelay   time.Duration // from the answer to a reset until the power state changes

	// Async answers a composition with 202 and a task, and composes afterwards.
	Async bool

	// ResetTypes are the resets that composed systems offer; those of DMTF's mockups when empty.
	ResetTypes []string

	// Outcome says how the composition that a request starts ends; nil means always well.
	Outcome func(*http.Request) Outcome

	// Tell is told what happens to a document, as a Redfish EventType, its URI, and a sentence; nil tells nobody. It must
	// not wait, nor ask the pod.
	Tell func(kind, uri, message string)

	Clock *clock.Clock
}

// Outcome is how a composition ends.
type Outcome int

// Outcomes.
const (
	Well   Outcome = iota
	Failed         // with the blocks in state Failed
	Never          // the blocks stay in state Composing
)

// forever is a delay that outlasts every pod.
const forever = 1 << 62

// outcomeOf says how long the composition that a request starts takes, and whether it fails then.
func (p *Pod) outcomeOf(r *http.Request) (delay time.Duration, fails bool) {
	if p.opts.Outcome == nil {
		return p.opts.ComposeDelay, false
	}
	outcome := p.opts.Outcome(r)
	if outcome == Never {
		return forever, false
	}
	return p.opts.ComposeDelay, outcome == Failed
}

// Pod is a pod with a CompositionService. It is an http.Handler and safe for concurrent use. All waiting happens outside
// its mutex.
type Pod struct {
	opts   Options
	places places
	// These do not change after the pod was made: the physical systems by the block that is bound to them, the zones by
	// block, what capabilities point to, and all blocks.
	anchors   map[string]string
	zones     map[string][]string
	templates map[string]bool
	blocks    []string // in the order of the collection, then those that it forgets

	mu         sync.Mutex
	tree       *tree
	lastSystem int             // ids are never given out again
	leaving    map[string]bool // systems that are being taken apart
	resets     map[string]int  // the number of the latest reset of a system: an older one that is delayed is dropped
	tasks      taskList
	parts      map[string][]part // of the blocks that were looked into to choose some
	kinds      map[string]object // what parts say, each once
	stale      bool              // the collections of the pools do not show what blocks say
	quiet      bool              // what happens is only tried out

	reservations int            // how many there were
	reservation  map[string]int // the number of a reservation by its URI: one that ends later may be another
}

// New makes a pod. The error says what is wrong with the bundle.
func New(opts Options) (*Pod, error) {
	if len(opts.ResetTypes) == 0 {
		opts.ResetTypes = ResetTypes()
	}
	p := &Pod{opts: opts, anchors: map[string]string{}, zones: map[string][]string{},
		templates: map[string]bool{}, leaving: map[string]bool{},
		resets: map[string]int{}, parts: map[string][]part{}, kinds: map[string]object{}, reservation: map[string]int{}}
	var err error
	if opts.Bundle == nil {
		p.tree = generate(opts.Layout, opts.Flavour, opts.ResetTypes)
		p.stale = true // the pools are empty
	} else if p.tree, err = readBundle(opts.Bundle); err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	if p.places, err = p.tree.findPlaces(); err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	p.prepare()
	p.endHalfDone()
	p.tree.begin()
	return p, nil
}

// prepare looks at what belongs together, ends what the bundle shows half done, and adds what blocks need to come and go
// without a trace.
func (p *Pod) prepare() {
	for _, collection := range []string{p.places.systems, p.places.blocks} {
		for _, c := range capabilitiesOf(p.tree.view(collection), collection) {
			p.templates[c.object] = true
		}
	}
	for _, c := range p.capabilities() {
		p.templates[c.object] = true
	}
	p.findBlocks()
	p.findAnchors()
	for _, zone := range urisAt(p.tree.view(p.places.zones), "Members") {
		for _, block := range urisAt(p.tree.view(zone), "Links", "ResourceBlocks") {
			p.zones[block] = append(p.zones[block], zone)
		}
	}
	for _, uri := range p.blocks {
		block := p.tree.edit(uri)
		if _, counted := numberAt(block, "CompositionStatus", "NumberOfCompositions"); shares(block) && !counted {
			inner(block, "CompositionStatus")["NumberOfCompositions"] = len(listAt(block, "Links", "ComputerSystems"))
		}
		if links := inner(block, "Links"); links["ComputerSystems"] == nil {
			links["ComputerSystems"] = []any{}
		}
	}
}

// The types of events.
const (
	eventAdded   = "ResourceAdded"
	eventRemoved = "ResourceRemoved"
	eventUpdated = "ResourceUpdated"
	eventStatus  = "StatusChange"
)

// tell passes on what happens. The caller holds the mutex.
func (p *Pod) tell(kind, uri, message string) {
	if p.opts.Tell != nil && !p.quiet {
		p.opts.Tell(kind, uri, message)
	}
}

// tellState does so for the composition state of a block.
func (p *Pod) tellState(uri string) {
	p.tell(eventStatus, uri, "The composition state is "+stateOf(p.tree.view(uri)))
}

// newSystem makes up the URI of the next composed system. The collection's capabilities live beside its members: their
// ids are never taken.
func (p *Pod) newSystem() string {
	for {
		p.lastSystem++
		uri := p.places.systems + "/Composed" + strconv.Itoa(p.lastSystem)
		if p.opts.Flavour.uuids {
			uri = p.places.systems + "/" + p.identity(uri)
		}
		if !p.tree.has(uri) {
			return uri
		}
	}
}

// identity is the UUID of a composed system.
func (p *Pod) identity(system string) string {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("valence-podsim/"+strconv.FormatUint(p.opts.Seed, 10)))
	return uuid.NewSHA1(space, []byte(system)).String()
}

// ResetTypes are the resets of DMTF's mockups.
func ResetTypes() []string {
	return []string{"On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "Nmi", "ForceOn",
		"PushPowerButton"}
}

// Blocks lists the URIs of the resource blocks in a composition state, in the order of the collection.
func (p *Pod) Blocks(state string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := []string{}
	for _, uri := range p.blocks {
		if stateOf(p.tree.view(uri)) == state {
			found = append(found, uri)
		}
	}
	return found
}

// Size is how many resource blocks there are.
func (p *Pod) Size() int { return len(p.blocks) }

// WriteTree draws the zones and the blocks in them.
func (p *Pod) WriteTree(w io.Writer) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	for _, zone := range urisAt(p.tree.view(p.places.zones), "Members") {
		fmt.Fprintf(&b, "zone %s  (%s)\n", textAt(p.tree.view(zone), "Name"), zone)
		for _, uri := range urisAt(p.tree.view(zone), "Links", "ResourceBlocks") {
			block := p.tree.view(uri)
			kinds := strings.Join(textsAt(block, "ResourceBlockType"), ", ")
			fmt.Fprintf(&b, "    block %s  %s, %s  (%s)\n", textAt(block, "Name"), kinds, stateOf(block), uri)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// System is what a test wants to know about a composed or expanded system without asking over HTTP.
type System struct {
	URI, Name, Description string
	PowerState             string
	Blocks                 []string // URIs of its resource blocks
}

// Systems lists the systems that consist of resource blocks, in the order of the collection.
func (p *Pod) Systems() []System {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := []System{}
	for _, uri := range urisAt(p.tree.view(p.places.systems), "Members") {
		body := p.tree.view(uri)
		if blocks := urisAt(body, "Links", "ResourceBlocks"); len(blocks) > 0 {
			found = append(found, System{
				URI: uri, Name: textAt(body, "Name"), Description: textAt(body, "Description"),
				PowerState: textAt(body, "PowerState"), Blocks: blocks,
			})
		}
	}
	return found
}
