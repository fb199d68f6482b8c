package rsd

import (
	"context"
	"slices"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// resourceBody is what attaching and detaching take, in all versions.
type resourceBody struct {
	Resource struct {
		ID string `json:"@odata.id"`
	}
}

func resourceOf(ref string) resourceBody {
	var b resourceBody
	b.Resource.ID = ref
	return b
}

// Attach implements service.Pod. Where it is refused, the machine is looked at
// once more: the answer to an earlier request may have been lost.
func (p *pod) Attach(ctx context.Context, ref, resource string) error {
	err := p.attach(ctx, ref, resource)
	return p.Failed(p.missing(ctx, err), "attaching %s to machine %s", resource, ref)
}

func (p *pod) attach(ctx context.Context, ref, resource string) error {
	node, err := p.node(ctx, ref)
	if err != nil {
		return err
	}
	names, err := p.namesOf(ctx, resource)
	if err != nil {
		return err
	}
	if p.linked(node, names) != "" {
		return nil
	}
	if err := p.canAttach(ctx); err != nil {
		return err
	}
	err = p.Client.Work(ctx, node.attachAction(), resourceOf(resource))
	if !refused(err) {
		return err
	}
	if again, unread := p.node(ctx, ref); unread == nil && p.linked(again, names) != "" {
		return nil
	}
	return err
}

// Detach implements service.Pod. Where it is refused, the machine is looked at
// once more, as in Attach.
func (p *pod) Detach(ctx context.Context, ref, resource string) error {
	err := p.missing(ctx, p.detach(ctx, ref, resource))
	if service.CodeOf(err) == service.NotFound && p.gone(ctx, ref) {
		return nil
	}
	return p.Failed(err, "detaching %s from machine %s", resource, ref)
}

func (p *pod) detach(ctx context.Context, ref, resource string) error {
	node, err := p.node(ctx, ref)
	if err != nil {
		return err
	}
	names, err := p.namesOf(ctx, resource)
	if service.CodeOf(err) == service.NotFound {
		names, err = []string{resource}, nil // it may be linked still
	}
	if err != nil {
		return err
	}
	name := p.linked(node, names)
	if name == "" && node.Links.storage() != nil {
		return nil
	}
	if name == "" {
		name = resource
	}
	if err := p.canAttach(ctx); err != nil {
		return err
	}
	err = p.Client.Work(ctx, node.detachAction(), resourceOf(name))
	if !refused(err) {
		return err
	}
	again, unread := p.node(ctx, ref)
	if unread == nil && again.Links.storage() != nil && p.linked(again, names) == "" {
		return nil
	}
	return err
}

// canAttach refuses what a version of RSD has no action for.
func (p *pod) canAttach(ctx context.Context) error {
	e, err := p.entry(ctx, false)
	if err == nil && !e.dialect.attaches {
		err = service.Errorf(service.Invalid, "RSD 1.2 connects nothing to a machine that is allocated, and nothing is taken from it")
	}
	return err
}

// gone says whether a machine is not there.
func (p *pod) gone(ctx context.Context, ref string) bool {
	_, err := p.node(ctx, ref)
	return service.CodeOf(err) == service.NotFound
}

// refused says whether the pod manager understood a request and said no.
func refused(err error) bool {
	code := service.CodeOf(err)
	return err != nil && (code == service.Conflict || code == service.Invalid)
}

// namesOf are the refs that a machine may link for a volume or device: its own
// and those of its endpoints, in the order of preference.
func (p *pod) namesOf(ctx context.Context, resource string) ([]string, error) {
	doc, err := redfish.Read[redfish.ResourceDocument](ctx, p.Client.Survey(), resource)
	if service.CodeOf(err) == service.NotFound {
		return nil, service.Errorf(service.NotFound, "there is no such volume or device")
	}
	if err != nil {
		return nil, err
	}
	return append([]string{resource}, p.Client.RefsOf(doc.Ends())...), nil
}

// linked gives the first of the names that a machine links, or nothing.
func (p *pod) linked(node nodeDocument, names []string) string {
	refs := p.Client.RefsOf(node.Links.storage(), node.Links.Processors)
	for _, name := range names {
		if slices.Contains(refs, name) {
			return name
		}
	}
	return ""
}

// attachAction connects something to the machine. Its name depends on the
// version, what it takes does not.
func (d nodeDocument) attachAction() redfish.Action {
	if d.Actions.AttachResource.Target != "" {
		return d.Actions.AttachResource
	}
	return d.Actions.AttachEndpoint
}

func (d nodeDocument) detachAction() redfish.Action {
	if d.Actions.DetachResource.Target != "" {
		return d.Actions.DetachResource
	}
	return d.Actions.DetachEndpoint
}
