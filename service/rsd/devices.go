package rsd

import (
	"cmp"
	"context"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// fabric is what connects machines with what is pooled.
type fabric struct {
	ref string
	doc fabricDocument
}

func (p *pod) fabrics(ctx context.Context, s redfish.Survey, e podEntry) ([]fabric, error) {
	if e.Fabrics == "" {
		return nil, nil
	}
	refs, err := s.Members(ctx, e.Fabrics, "fabrics")
	if err != nil {
		return nil, redfish.Expected(err)
	}
	return redfish.Each(ctx, s, refs, func(ctx context.Context, ref string) ([]fabric, error) {
		return redfish.Parts(ctx, s, redfish.LinksTo(ref), func(_ context.Context, _ string, d fabricDocument) (fabric, error) {
			return fabric{ref, d}, nil
		})
	})
}

// Devices implements service.Pod. The devices are what the endpoints of the
// fabrics lead to, except volumes. One that cannot be read is an error: left
// out, it would be taken for gone.
func (p *pod) Devices(ctx context.Context) ([]service.Device, error) {
	all, err := p.devices(ctx)
	return all, p.Failed(err, "reading the pooled devices")
}

func (p *pod) devices(ctx context.Context) ([]service.Device, error) {
	e, err := p.entry(ctx, false)
	if err != nil {
		return nil, err
	}
	s := p.Client.Inventory()
	ends, err := p.ends(ctx, s, e)
	if err != nil {
		return nil, err
	}
	users, err := p.users(ctx, s)
	if err != nil {
		return nil, err
	}
	return redfish.Each(ctx, s, ends, func(ctx context.Context, at end) ([]service.Device, error) {
		found, err := s.ReadResource(ctx, at.device)
		if err != nil || len(found) == 0 || !attachable(found[0].Kind) {
			return nil, err
		}
		return []service.Device{p.device(at, found[0], users)}, nil
	})
}

// attachable says whether a kind of thing is a device. At the ends of the
// fabrics there are volumes and systems, too.
func attachable(kind string) bool {
	switch kind {
	case "Volume", "ComputerSystem", "":
		return false
	}
	return true
}

// end is a device at the end of a fabric.
type end struct {
	device    string
	endpoints []string
	zoned     bool // a zone connects it to something
	group     string
}

// ends lists what the fabrics lead to, each once.
func (p *pod) ends(ctx context.Context, s redfish.Survey, e podEntry) ([]end, error) {
	fabrics, err := p.fabrics(ctx, s, e)
	if err != nil {
		return nil, err
	}
	found, err := redfish.Each(ctx, s, fabrics, func(ctx context.Context, f fabric) ([]end, error) {
		linked, err := s.MembersOf(ctx, f.doc.Endpoints, "endpoints")
		if err != nil {
			return nil, err
		}
		lists, err := redfish.Parts(ctx, s, linked, func(_ context.Context, link string, d redfish.ResourceDocument) ([]end, error) {
			return p.endsOf(f, link, d), nil
		})
		var all []end
		for _, l := range lists {
			all = append(all, l...)
		}
		return all, err
	})
	return merge(found), err
}

func (p *pod) endsOf(f fabric, link string, d redfish.ResourceDocument) []end {
	var ends []end
	for _, target := range p.Client.RefsOf(d.Targets()) {
		ends = append(ends, end{
			device:    target,
			endpoints: p.Client.RefsOf(redfish.LinksTo(link)),
			zoned:     len(d.Links.Oem.Intel.Zones) > 0,
			group:     cmp.Or(f.doc.ID, redfish.LastOf(f.ref)),
		})
	}
	return ends
}

// merge makes one of the ends that are the same device.
func merge(ends []end) []end {
	var merged []end
	at := map[string]int{}
	for _, e := range ends {
		i, known := at[e.device]
		if !known {
			at[e.device] = len(merged)
			merged = append(merged, e)
			continue
		}
		merged[i].endpoints = append(merged[i].endpoints, e.endpoints...)
		merged[i].zoned = merged[i].zoned || e.zoned
	}
	return merged
}

// users are the refs of the machines, by the refs of what they link.
func (p *pod) users(ctx context.Context, s redfish.Survey) (map[string]string, error) {
	machines, err := p.machines(ctx)
	if err != nil {
		return nil, err
	}
	users := map[string]string{}
	lists, err := redfish.Each(ctx, s, machines, func(ctx context.Context, ref string) ([][2]string, error) {
		node, err := redfish.Read[nodeDocument](ctx, s, ref)
		if service.CodeOf(err) == service.NotFound {
			return nil, nil
		}
		var pairs [][2]string
		for _, used := range p.Client.RefsOf(node.Links.storage(), node.Links.Processors) {
			pairs = append(pairs, [2]string{used, ref})
		}
		return pairs, err
	})
	for _, pair := range lists {
		users[pair[0]] = pair[1]
	}
	return users, err
}

func (p *pod) device(at end, r redfish.Resource, users map[string]string) service.Device {
	d := service.Device{
		PodManagerID: p.ID,
		Ref:          r.Ref,
		Type:         r.DeviceType(),
		State:        service.DeviceFree,
		Group:        at.group,
		Properties:   r.Properties(),
		Extra:        r.Extra(),
	}
	for _, name := range append([]string{r.Ref}, at.endpoints...) {
		d.MachineRef = cmp.Or(d.MachineRef, users[name])
	}
	if d.MachineRef != "" || at.zoned || len(r.Doc.Oem.Intel.UsedBy) > 0 {
		d.State = service.DeviceAllocated
	}
	return d
}
