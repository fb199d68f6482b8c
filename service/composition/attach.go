package composition

import (
	"context"
	"slices"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Attach implements service.Pod. Where it is refused, the machine is looked at
// once more: the answer to an earlier request may have been lost.
func (p *pod) Attach(ctx context.Context, ref, resource string) error {
	err := p.attach(ctx, ref, resource)
	return p.Failed(p.Missing(ctx, err), "attaching %s to machine %s", resource, ref)
}

func (p *pod) attach(ctx context.Context, ref, resource string) error {
	doc, header, err := p.machine(ctx, ref)
	if err != nil {
		return err
	}
	if p.linked(doc, resource) {
		return nil
	}
	s := p.Client.Survey()
	b, err := p.readBlock(ctx, s, resource)
	if err != nil {
		return missingDevice(err)
	}
	if err := p.attachable(ctx, s, b); err != nil {
		return err
	}
	err = p.add(ctx, ref, header.Get("ETag"), doc, resource)
	if !refused(err) {
		return err
	}
	if again, _, unread := p.machine(ctx, ref); unread == nil && p.linked(again, resource) {
		return nil
	}
	return err
}

// attachable refuses what is not a device, and what another machine has. A
// block that several systems may share is given to one only.
func (p *pod) attachable(ctx context.Context, s redfish.Survey, b block) error {
	is, err := p.isDevice(ctx, s, b)
	switch {
	case err != nil:
		return err
	case !is:
		return service.Errorf(service.Invalid, "it is not a device that can be attached")
	case len(b.users) > 0:
		return service.Errorf(service.Conflict, "it is attached to another machine")
	}
	return nil
}

// Detach implements service.Pod. Where it is refused, the machine is looked at
// once more, as in Attach.
func (p *pod) Detach(ctx context.Context, ref, resource string) error {
	err := p.Missing(ctx, p.detach(ctx, ref, resource))
	if service.CodeOf(err) == service.NotFound && p.gone(ctx, ref) {
		return nil
	}
	return p.Failed(err, "detaching %s from machine %s", resource, ref)
}

func (p *pod) detach(ctx context.Context, ref, resource string) error {
	doc, header, err := p.machine(ctx, ref)
	if err != nil || !p.linked(doc, resource) {
		return err
	}
	err = p.drop(ctx, ref, header.Get("ETag"), doc, resource)
	if !refused(err) {
		return err
	}
	if again, _, unread := p.machine(ctx, ref); unread == nil && !p.linked(again, resource) {
		return nil
	}
	return err
}

// gone says whether a machine is not there.
func (p *pod) gone(ctx context.Context, ref string) bool {
	_, _, err := p.machine(ctx, ref)
	return service.CodeOf(err) == service.NotFound
}

// refused says whether the service understood a request and said no.
func refused(err error) bool {
	code := service.CodeOf(err)
	return err != nil && (code == service.Conflict || code == service.Invalid)
}

func (p *pod) linked(doc systemDocument, ref string) bool {
	return slices.Contains(p.Client.RefsOf(doc.Links.ResourceBlocks), ref)
}

// add gives a system one more block: by the action, or else by changing its
// links. In such a change, an empty object leaves what is at its place, and
// null removes it (DSP0266, "PATCH on array properties").
func (p *pod) add(ctx context.Context, ref, etag string, doc systemDocument, block string) error {
	if doc.Actions.AddBlock.Target != "" {
		return p.Client.Work(ctx, doc.Actions.AddBlock, blockParameter(block))
	}
	change := make([]any, 0, len(doc.Links.ResourceBlocks)+1)
	for range doc.Links.ResourceBlocks {
		change = append(change, struct{}{})
	}
	return p.relink(ctx, ref, etag, append(change, redfish.Link{ID: block}))
}

// drop takes a block from a system.
func (p *pod) drop(ctx context.Context, ref, etag string, doc systemDocument, block string) error {
	if doc.Actions.RemoveBlock.Target != "" {
		return p.Client.Work(ctx, doc.Actions.RemoveBlock, blockParameter(block))
	}
	var change []any
	for _, l := range doc.Links.ResourceBlocks {
		if at, err := p.Client.Ref(l.ID); err == nil && at == block {
			change = append(change, nil)
			continue
		}
		change = append(change, struct{}{})
	}
	return p.relink(ctx, ref, etag, change)
}

func (p *pod) relink(ctx context.Context, ref, etag string, blocks []any) error {
	return p.Client.Patch(ctx, ref, etag, map[string]any{"Links": map[string]any{"ResourceBlocks": blocks}})
}

func blockParameter(ref string) map[string]redfish.Link {
	return map[string]redfish.Link{"ResourceBlock": {ID: ref}}
}
