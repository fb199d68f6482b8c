package composition

import (
	"context"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// block is a resource block: what is in it is taken as a whole.
type block struct {
	ref     string
	doc     blockDocument
	chassis string // the first that it says it is in
	system  string // the system that is in it, if one is
	// home is the physical system that the block stands for: composing with it
	// makes no new system, but lets that one grow. Empty for most blocks.
	home  string
	users []string // refs of the systems that use it
}

func (p *pod) newBlock(ref string, d blockDocument) block {
	b := block{
		ref: ref, doc: d,
		chassis: first(p.Client.RefsOf(d.Links.Chassis)),
		system:  first(p.Client.RefsOf(d.ComputerSystems)),
		users:   p.Client.RefsOf(d.Links.ComputerSystems),
	}
	// A system that is below its block is hardware only (HPE).
	if !strings.HasPrefix(b.system, ref+"/") {
		b.home = b.system
	}
	// A free block with processors that has a system already is bound to it.
	if b.home == "" && b.is("Compute") && d.State.Is == stateUnused && len(b.users) > 0 {
		b.home = b.users[0]
	}
	return b
}

func (p *pod) readBlock(ctx context.Context, s redfish.Survey, ref string) (block, error) {
	d, err := redfish.Read[blockDocument](ctx, s, ref)
	return p.newBlock(ref, d), err
}

// readBlocks reads some blocks, without those that are gone.
func (p *pod) readBlocks(ctx context.Context, s redfish.Survey, refs []string) ([]block, error) {
	return redfish.Parts(ctx, s, redfish.LinksTo(refs...), func(_ context.Context, ref string, d blockDocument) (block, error) {
		return p.newBlock(ref, d), nil
	})
}

// allBlocks reads all blocks there are.
func (p *pod) allBlocks(ctx context.Context, s redfish.Survey) ([]block, error) {
	doc, err := p.composer(ctx, s)
	if err != nil {
		return nil, err
	}
	refs, err := s.MembersToRead(ctx, doc.ResourceBlocks.ID, "resource blocks")
	if err != nil {
		return nil, redfish.Expected(err)
	}
	return p.readBlocks(ctx, s, refs)
}

// is says whether a block has one of the types.
func (b block) is(kinds ...string) bool {
	return slices.ContainsFunc(b.doc.Kinds, func(k string) bool { return slices.Contains(kinds, k) })
}

// bears says whether a system can be made of the block alone.
func (b block) bears() bool { return b.is("Compute", "ComputerSystem") }

// free says whether the block may become part of a composition. What somebody
// else has reserved is not free (DSP2050, "Resource Blocks"); what we have is:
// whoever reserved it has died, or the service will tell the two of us apart.
func (b block) free() bool {
	return b.doc.State.Is == stateUnused && b.doc.Pool != "Unassigned" && b.fit() && (!b.reserved() || b.mark() != "")
}

func (b block) reserved() bool {
	return b.doc.State.Reserved.Value != nil && *b.doc.State.Reserved.Value
}

// fit says whether the hardware is well.
func (b block) fit() bool {
	return slices.Contains([]string{"", "Enabled"}, b.doc.Status.State) && b.doc.Status.Health != "Critical"
}

// client is what the Client of a block was before we signed it, and mark the
// UUID that we signed it with.
func (b block) client() string { name, _ := b.split(); return name }

func (b block) mark() string { _, uuid := b.split(); return uuid }

func (b block) split() (string, string) {
	if b.doc.Client == nil {
		return "", ""
	}
	return redfish.SplitMark(*b.doc.Client)
}

// signable says whether the block has a Client, since ResourceBlock 1.4.
func (b block) signable() bool { return b.doc.Client != nil || typeAtLeast(b.doc.Type, '4') }

// zones are the ids of the zones that a block is in.
func (b block) zones(c *redfish.Client) string {
	var ids []string
	for _, ref := range c.RefsOf(b.doc.Links.Zones) {
		ids = append(ids, redfish.LastOf(ref))
	}
	return strings.Join(ids, ",")
}

// expandable says whether the service can add the block to a system, so that it
// is a pooled device. A block of processors is one unless it says that they are
// ordinary ones.
func (b block) expandable() bool {
	return !b.bears() && b.is("Storage", "Network", "Processor", "Expansion")
}

func missingDevice(err error) error {
	if service.CodeOf(err) == service.NotFound {
		return service.Errorf(service.NotFound, "there is no such device")
	}
	return err
}

func first(refs []string) string {
	if len(refs) == 0 {
		return ""
	}
	return refs[0]
}
