package rsd

import (
	"cmp"
	"context"
	"net/http"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Volume implements service.Pod.
func (p *pod) Volume(ctx context.Context, ref string) (service.PodVolume, error) {
	v, err := p.describeVolume(ctx, ref)
	return v, p.Failed(err, "reading volume %s", ref)
}

func (p *pod) describeVolume(ctx context.Context, ref string) (service.PodVolume, error) {
	s := p.Client.Survey()
	doc, err := p.volume(ctx, s, ref)
	if err != nil {
		return service.PodVolume{}, err
	}
	// Its protocol is that of its service; where that cannot be read, unknown.
	services, _ := p.services(ctx, s)
	if ctx.Err() != nil {
		return service.PodVolume{}, p.Client.Ended(ctx)
	}
	of, _ := theirs(services, ref)
	v := service.PodVolume{
		Ref:           ref,
		CapacityBytes: cmp.Or(doc.CapacityBytes.Value, doc.Capacity.Data.AllocatedBytes.Value),
		Protocol:      of.protocol,
		Health:        doc.Status.Health,
		Erased:        doc.Oem.Intel.Erased.Value,
	}
	for _, source := range doc.CapacitySources {
		for _, pool := range p.Client.RefsOf(source.ProvidingPools) {
			v.Pool = cmp.Or(v.Pool, pool)
		}
	}
	return v, nil
}

// EraseVolume implements service.Pod.
func (p *pod) EraseVolume(ctx context.Context, ref string) error {
	return p.Failed(p.erase(ctx, ref), "erasing volume %s", ref)
}

// erase has a volume overwritten in full: the fast way erases only its ends. A
// pod that erases what is detached refuses to begin again while it is at it.
func (p *pod) erase(ctx context.Context, ref string) error {
	s := p.Client.Survey()
	doc, err := p.volume(ctx, s, ref)
	if err != nil {
		return err
	}
	if err := p.unattached(ctx, s, doc); err != nil {
		return err
	}
	err = p.Client.Work(ctx, doc.Actions.Initialize, map[string]string{"InitializeType": "Slow"})
	if atIt := doc.Oem.Intel.EraseOnDetach.Value; err != nil && !(service.CodeOf(err) == service.Conflict && atIt != nil && *atIt) {
		return p.missingVolume(ctx, s, ref, err)
	}
	return p.untilErased(ctx, s, ref)
}

// untilErased waits for a volume to say that it is erased. One that says
// nothing was erased when the pod manager answered.
func (p *pod) untilErased(ctx context.Context, s redfish.Survey, ref string) error {
	return p.Client.Until(ctx, func(ctx context.Context) (bool, error) {
		doc, err := p.volume(ctx, s, ref)
		erased := doc.Oem.Intel.Erased.Value
		return erased == nil || *erased, err
	})
}

// DeleteVolume implements service.Pod.
func (p *pod) DeleteVolume(ctx context.Context, ref string) error {
	err := p.deleteVolume(ctx, ref)
	if service.CodeOf(err) == service.NotFound {
		return nil
	}
	return p.Failed(err, "deleting volume %s", ref)
}

func (p *pod) deleteVolume(ctx context.Context, ref string) error {
	s := p.Client.Survey()
	doc, err := p.volume(ctx, s, ref)
	if err != nil {
		return err
	}
	if err := p.unattached(ctx, s, doc); err != nil {
		return err
	}
	_, err = p.Client.Do(ctx, redfish.Request{
		Method: http.MethodDelete,
		Link:   ref,
		Slow:   true,
		Means:  redfish.Only(http.StatusNotFound, service.NotFound),
	})
	return p.missingVolume(ctx, s, ref, err)
}

// volume reads a volume.
func (p *pod) volume(ctx context.Context, s redfish.Survey, ref string) (volumeDocument, error) {
	e, err := p.entry(ctx, false)
	if err != nil {
		return volumeDocument{}, err
	}
	if e.StorageServices == "" {
		return volumeDocument{}, noStorage()
	}
	doc, err := redfish.Read[volumeDocument](ctx, s, ref)
	return doc, p.missingVolume(ctx, s, ref, err)
}

// missingVolume believes that a volume is missing only while its storage
// service is there: a volume that is taken for gone is forgotten, and what is
// below a storage service comes and goes with it.
func (p *pod) missingVolume(ctx context.Context, s redfish.Survey, ref string, err error) error {
	if service.CodeOf(err) != service.NotFound {
		return err
	}
	services, unread := p.services(ctx, s)
	if _, there := theirs(services, ref); there {
		return err
	}
	if unread != nil {
		return unread
	}
	if len(services) == 0 {
		return noStorage()
	}
	return service.Errorf(service.Unavailable, "there is no storage service that could have it")
}

// unattached is Conflict for a volume that an endpoint in a zone leads to: the
// zone connects it to a machine. Not every pod manager looks itself.
func (p *pod) unattached(ctx context.Context, s redfish.Survey, doc volumeDocument) error {
	linked := doc.Links.Oem.Intel.Endpoints
	zones, err := redfish.Parts(ctx, s, linked, func(_ context.Context, _ string, d redfish.ResourceDocument) (int, error) {
		return len(d.Links.Oem.Intel.Zones), nil
	})
	for _, n := range zones {
		if n > 0 {
			return service.Errorf(service.Conflict, "it is attached to a machine")
		}
	}
	return err
}
