package composition

import (
	"context"
	"errors"
	"strings"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// failedInside is the error for an answer that is a success on the outside
// only: a task that has ended badly, or a stanza that could not be done.
func (p *pod) failedInside(a redfish.Answer) error {
	doc, _ := redfish.Decode[composedDocument](a.Body) // many answer nothing
	var said []string
	for _, m := range doc.Messages {
		said = append(said, m.Message)
	}
	switch doc.TaskState {
	case "Exception", "Killed", "Cancelled":
		return service.Errorf(service.PodFailed, "its task ended as %s: %s", doc.TaskState, p.Client.Scrub(strings.Join(said, "; ")))
	}
	for _, stanza := range doc.Manifest.Stanzas {
		if e := stanza.Response.Error; e != nil {
			said = append(said, e.Message)
			for _, m := range e.Extended {
				said = append(said, m.Message)
			}
			return service.Errorf(service.NoCapacity, "no free hardware satisfies the request: %s", p.Client.Scrub(strings.Join(said, "; ")))
		}
	}
	return nil
}

// arrive finds out which system was made, and whether its own name carries the
// mark. The id in a Location need not be one that was asked for.
func (c *composing) arrive(ctx context.Context, pl plan, made redfish.Answer) (ref string, named bool, err error) {
	ref, err = c.made(ctx, pl, made)
	if err != nil {
		return "", false, err
	}
	doc, err := redfish.Get[systemDocument](ctx, c.Client, ref, nil)
	if err != nil {
		return ref, false, nil // it is there, and the blocks stay signed
	}
	_, mark := redfish.SplitMark(doc.Name)
	return ref, mark == c.a.NodeUUID && doc.composed(), nil
}

// made reads the answer: its Location, or the system in its body; and where
// there is neither, looks for the machine.
func (c *composing) made(ctx context.Context, pl plan, made redfish.Answer) (string, error) {
	doc, _ := redfish.Decode[composedDocument](made.Body)
	links := []string{c.Client.Location(made.Header)}
	for _, stanza := range doc.Manifest.Stanzas {
		links = append(links, stanza.Response.ID)
	}
	for _, link := range append(links, doc.ID) {
		if ref, err := c.Client.Ref(link); err == nil && c.isSystem(ref) {
			return ref, nil
		}
	}
	ref, err := c.find(ctx, c.a.NodeUUID)
	if service.CodeOf(err) == service.NotFound && pl.home() != "" {
		return pl.home(), nil
	}
	return ref, redfish.Expected(err)
}

// isSystem says whether a ref is below the collection of systems.
func (c *composing) isSystem(ref string) bool {
	all, err := c.Client.Ref(c.stock.systems)
	return err == nil && strings.HasPrefix(ref, all+"/")
}

// unsignedError says that a block could not be given a mark that its machine
// would need.
type unsignedError struct{ error }

func (e *unsignedError) Unwrap() error { return e.error }

// signature is what was signed for a call.
type signature struct {
	blocks []block
	bearer bool // among them is the first of the plan
	tagged string
	tag    string // the AssetTag of the system tagged, before it was signed
}

// reserve signs the blocks of a plan: the others see that they are reserved,
// and we who for. That is a favour and not a lock (DSP2050). It is not done on
// blocks that cannot say who reserved them, for such a block would be lost with
// this process. A machine that is a physical system cannot do without a mark.
func (c *composing) reserve(ctx context.Context, pl plan) (signature, error) {
	var signed signature
	if !pl.constrained() {
		for i, b := range pl.blocks() {
			if b.signable() && c.sign(ctx, b) {
				signed.blocks = append(signed.blocks, b)
				signed.bearer = signed.bearer || i == 0
			}
		}
	}
	if ctx.Err() != nil {
		return signed, c.Client.Ended(ctx)
	}
	home := pl.home()
	if home == "" || signed.bearer {
		return signed, nil
	}
	tag, err := c.tag(ctx, home)
	if err != nil {
		c.unreserve(ctx, signed, false)
		return signed, &unsignedError{err}
	}
	signed.tagged, signed.tag = home, tag
	return signed, nil
}

// sign marks a block with the node, where the service lets us.
func (c *composing) sign(ctx context.Context, b block) bool {
	return c.Client.Patch(ctx, b.ref, "", blockChange(true, redfish.AddMark(b.client(), c.a.NodeUUID))) == nil
}

func blockChange(reserved bool, client string) map[string]any {
	return map[string]any{"CompositionStatus": map[string]bool{"Reserved": reserved}, "Client": client}
}

// tag marks a physical system with the node, and gives its AssetTag of before:
// that is a property that every client may write.
func (c *composing) tag(ctx context.Context, ref string) (before string, err error) {
	doc, header, err := redfish.GetTagged[systemDocument](ctx, c.Client, ref, nil)
	if err != nil {
		return "", err
	}
	before, _ = redfish.SplitMark(doc.AssetTag)
	err = c.Client.Patch(ctx, ref, header.Get("ETag"), map[string]string{"AssetTag": redfish.AddMark(before, c.a.NodeUUID)})
	var e *service.Error
	if errors.As(err, &e) {
		err = &service.Error{Code: refusedMark(e.Code), Message: "it keeps no mark on a physical system: " + e.Message, Err: e.Err}
	}
	return before, err
}

// refusedMark is what the code of a refused mark means for the machine.
func refusedMark(code service.Code) service.Code {
	switch code {
	case service.Conflict:
		return service.NoCapacity
	case service.NotFound:
		return service.PodFailed
	}
	return code
}

// unreserve gives up reservations, and the marks where the machine does not
// live by them. What fails does no harm: a reservation of ours binds nobody.
func (c *composing) unreserve(ctx context.Context, signed signature, keepMark bool) {
	for i, b := range signed.blocks {
		client := b.client()
		if keepMark && signed.bearer && i == 0 {
			client = redfish.AddMark(client, c.a.NodeUUID)
		}
		_ = c.Client.Patch(ctx, b.ref, "", blockChange(false, client))
	}
	if signed.tagged != "" && !keepMark {
		_ = c.Client.Patch(ctx, signed.tagged, "", map[string]string{"AssetTag": signed.tag})
	}
}
