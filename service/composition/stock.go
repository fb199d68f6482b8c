package composition

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// The use cases of composing systems (CollectionCapabilities 1.1).
const (
	useSpecific    = "ComputerSystemComposition"
	useConstrained = "ComputerSystemConstrainedComposition"
)

// offer is a way of composing that the service offers.
type offer struct {
	useCase  string
	target   string   // where systems are created
	zones    []string // where it holds; everywhere where there are none
	template template
}

// zone is what may be composed together.
type zone struct {
	ref    string
	id     string
	blocks []string
}

// stock is all that machines can be composed of, as it was at one time.
type stock struct {
	at      time.Time // when the reading began
	service serviceDocument
	systems string // the collection
	blocks  map[string]block
	sizes   map[string]size // of the free blocks that a system can be made of
	zones   []zone
	offers  []offer
}

// current reads the stock. Calls that come while it is being read share what
// comes of it, so that many at once do not read it many times, and do not each
// ask a pod manager that does not answer. What is anew was read from now on.
func (p *pod) current(ctx context.Context, anew bool) (*stock, error) {
	began := time.Now()
	select {
	case p.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, p.Client.Ended(ctx)
	}
	defer func() { <-p.gate }()
	if p.last.began.After(began) || !anew && p.last.ended.After(began) {
		return p.last.stock, p.last.err
	}
	made := reading{began: time.Now()}
	made.stock, made.err = p.takeStock(ctx)
	made.ended = time.Now()
	if ctx.Err() == nil { // or it is this call that was given up, and not the pod manager
		p.last = made
	}
	return made.stock, made.err
}

// reading is what came of reading the stock.
type reading struct {
	stock        *stock
	err          error
	began, ended time.Time
}

// takeStock reads the stock. The caller holds the gate.
func (p *pod) takeStock(ctx context.Context) (*stock, error) {
	s := p.Client.Survey()
	st := &stock{at: time.Now(), blocks: map[string]block{}, sizes: map[string]size{}}
	var err error
	if st.service, err = p.composer(ctx, s); err != nil {
		return nil, err
	}
	e, err := p.Client.Entry(ctx, false)
	if err != nil {
		return nil, err
	}
	st.systems = e.Systems
	refs, err := s.MembersToRead(ctx, st.service.ResourceBlocks.ID, "resource blocks")
	if err != nil {
		return nil, redfish.Expected(err)
	}
	blocks, err := p.readBlocks(ctx, s, refs)
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		st.blocks[b.ref] = b
	}
	if err := p.readZones(ctx, s, st); err != nil {
		return nil, err
	}
	st.reopen()
	return st, p.measureAll(ctx, s, st, blocks)
}

// readZones reads the zones and the offers. Without zones, all blocks may be
// composed together.
func (p *pod) readZones(ctx context.Context, s redfish.Survey, st *stock) error {
	on, err := redfish.Read[offersDocument](ctx, s, st.systems)
	if err != nil {
		return redfish.Expected(err)
	}
	if st.offers, err = p.offersOf(ctx, s, on.Annotation, ""); err != nil {
		return err
	}
	links, err := s.MembersOf(ctx, st.service.ResourceZones, "resource zones")
	if err != nil {
		return err
	}
	return p.addZones(ctx, s, st, links)
}

func (p *pod) addZones(ctx context.Context, s redfish.Survey, st *stock, links redfish.Links) error {
	type found struct {
		zone
		offers []offer
	}
	all, err := redfish.Parts(ctx, s, links, func(ctx context.Context, ref string, d zoneDocument) (found, error) {
		offers, err := p.offersOf(ctx, s, d.Annotation, ref)
		return found{zone{ref, cmp.Or(d.ID, redfish.LastOf(ref)), p.Client.RefsOf(d.Links.ResourceBlocks)}, offers}, err
	})
	for _, f := range all {
		st.zones = append(st.zones, f.zone)
		st.offers = append(st.offers, f.offers...)
	}
	if err == nil && len(all) == 0 {
		st.zones = []zone{{blocks: slices.Sorted(maps.Keys(st.blocks))}}
	}
	return err
}

// offersOf reads the offers of a collection or, on services of the first
// generation, of a zone.
func (p *pod) offersOf(ctx context.Context, s redfish.Survey, d capabilitiesDocument, zone string) ([]offer, error) {
	var offers []offer
	for _, c := range d.Capabilities {
		if c.UseCase != useSpecific && c.UseCase != useConstrained {
			continue
		}
		rules, err := redfish.Read[template](ctx, s, c.Object.ID)
		if err != nil && service.CodeOf(err) != service.NotFound {
			return nil, err
		}
		o := offer{useCase: c.UseCase, target: c.Links.TargetCollection.ID, template: rules}
		if o.zones = p.Client.RefsOf(c.Links.RelatedItem); zone != "" {
			o.zones = []string{zone}
		}
		offers = append(offers, o)
	}
	return offers, nil
}

// reopen takes the blocks for free that a service calls composed from their
// registration on, although their system has no other block. Services that
// compose by their action only do that (ODIM).
func (st *stock) reopen() {
	if !st.byAction() {
		return
	}
	busy := map[string]int{}
	for _, b := range st.blocks {
		for _, user := range b.users {
			if b.home != user {
				busy[user]++
			}
		}
	}
	for ref, b := range st.blocks {
		if b.is("ComputerSystem") && b.home != "" && busy[b.home] == 0 && b.doc.State.Is != stateComposing {
			b.doc.State.Is = stateUnused
			st.blocks[ref] = b
		}
	}
}

// byAction says whether systems are composed by the Compose action only.
func (st *stock) byAction() bool {
	return len(st.offers) == 0 && st.service.Actions.Compose.Target != ""
}

// measureAll reads the sizes of the free blocks that a system can be made of. A
// block that cannot be measured is not taken.
func (p *pod) measureAll(ctx context.Context, s redfish.Survey, st *stock, blocks []block) error {
	type measured struct {
		ref string
		size
	}
	all, incomplete := redfish.Gather(ctx, s, blocks, func(ctx context.Context, b block) ([]measured, error) {
		b = st.blocks[b.ref]
		if !b.free() || !b.is("Compute", "ComputerSystem", "Processor", "Memory") {
			return nil, nil
		}
		made, err := p.sizeOf(ctx, s, b)
		if err != nil {
			return nil, err
		}
		return []measured{{b.ref, made}}, nil
	})
	for _, m := range all {
		st.sizes[m.ref] = m.size
	}
	if len(all) > 0 && ctx.Err() == nil {
		return nil
	}
	return incomplete
}
