package rsd

import (
	"cmp"
	"context"

	"github.com/valence-rsd/valence/service"
)

// fabric is what connects machines with what is pooled.
type fabric struct {
	ref string
	doc fabricDocument
}

func (p *pod) fabrics(ctx context.Context, s survey, e entry) ([]fabric, error) {
	if e.fabrics == "" {
		return nil, nil
	}
	refs, err := s.members(ctx, e.fabrics, "fabrics")
	if err != nil {
		return nil, expected(err)
	}
	return each(ctx, refs, func(ctx context.Context, ref string) ([]fabric, error) {
		return parts(ctx, s, links{{ref}}, func(_ context.Context, _ string, d fabricDocument) (fabric, error) {
			return fabric{ref, d}, nil
		})
	})
}

// Devices implements service.Pod. The devices are what the endpoints of the
// fabrics lead to, except volumes. One that cannot be read is an error: left
// out, it would be taken for gone.
func (p *pod) Devices(ctx context.Context) ([]service.Device, error) {
	all, err := p.devices(ctx)
	return all, p.failed(err, "reading the pooled devices")
}

func (p *pod) devices(ctx context.Context) ([]service.Device, error) {
	e, err := p.client.entryOf(ctx, false)
	if err != nil {
		return nil, err
	}
	s := p.client.survey()
	ends, err := p.ends(ctx, s, e)
	if err != nil {
		return nil, err
	}
	users, err := p.users(ctx, s)
	if err != nil {
		return nil, err
	}
	return each(ctx, ends, func(ctx context.Context, at end) ([]service.Device, error) {
		found, err := s.readResource(ctx, at.device)
		if err != nil || len(found) == 0 || !attachable(found[0].kind) {
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
func (p *pod) ends(ctx context.Context, s survey, e entry) ([]end, error) {
	fabrics, err := p.fabrics(ctx, s, e)
	if err != nil {
		return nil, err
	}
	found, err := each(ctx, fabrics, func(ctx context.Context, f fabric) ([]end, error) {
		linked, err := s.parts(ctx, f.doc.Endpoints, "endpoints")
		if err != nil {
			return nil, err
		}
		lists, err := parts(ctx, s, linked, func(_ context.Context, link string, d resourceDocument) ([]end, error) {
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

func (p *pod) endsOf(f fabric, link string, d resourceDocument) []end {
	var ends []end
	for _, target := range p.client.refsOf(d.targets()) {
		ends = append(ends, end{
			device:    target,
			endpoints: p.client.refsOf(links{{link}}),
			zoned:     len(d.Links.Oem.Intel.Zones) > 0,
			group:     cmp.Or(f.doc.ID, lastOf(f.ref)),
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
func (p *pod) users(ctx context.Context, s survey) (map[string]string, error) {
	machines, err := p.machines(ctx)
	if err != nil {
		return nil, err
	}
	users := map[string]string{}
	lists, err := each(ctx, machines, func(ctx context.Context, ref string) ([][2]string, error) {
		node, err := read[nodeDocument](ctx, s, ref)
		if service.CodeOf(err) == service.NotFound {
			return nil, nil
		}
		var pairs [][2]string
		for _, used := range p.client.refsOf(node.Links.storage(), node.Links.Processors) {
			pairs = append(pairs, [2]string{used, ref})
		}
		return pairs, err
	})
	for _, pair := range lists {
		users[pair[0]] = pair[1]
	}
	return users, err
}

func (p *pod) device(at end, r resource, users map[string]string) service.Device {
	d := service.Device{
		PodManagerID: p.id,
		Ref:          r.ref,
		Type:         r.deviceType(),
		State:        service.DeviceFree,
		Group:        at.group,
		Properties:   r.properties(),
		Extra:        r.extra(),
	}
	for _, name := range append([]string{r.ref}, at.endpoints...) {
		d.MachineRef = cmp.Or(d.MachineRef, users[name])
	}
	if d.MachineRef != "" || at.zoned || len(r.doc.Oem.Intel.UsedBy) > 0 {
		d.State = service.DeviceAllocated
	}
	return d
}

func (r resource) deviceType() service.DeviceType {
	switch {
	case r.kind == "Drive" && (r.doc.MediaType == "SSD" || r.doc.MediaType == "" && r.doc.Protocol == "NVMe"):
		return service.DeviceSSD
	case r.doc.ProcessorType == "FPGA":
		return service.DeviceFPGA
	case r.doc.ProcessorType == "GPU":
		return service.DeviceGPU
	case r.kind == "EthernetInterface" || r.kind == "NetworkInterface" || r.kind == "NetworkAdapter":
		return service.DeviceNIC
	}
	return service.DeviceUnknown
}

// properties are what the device is. What the pod does not say is not there.
func (r resource) properties() map[string]any {
	all := said(map[string]string{
		"device_id": cmp.Or(r.doc.ID, lastOf(r.ref)), "model": r.doc.Model, "serial": r.doc.SerialNumber,
		"protocol": r.doc.Protocol, "media_type": r.doc.MediaType, "processor_type": r.doc.ProcessorType,
	})
	if b := r.doc.CapacityBytes.value; b != nil {
		all["capacity_gib"] = *b >> 30
	}
	return all
}

// extra is what the vendor says of the device.
func (r resource) extra() map[string]any {
	return said(map[string]string{
		"vendor_name": r.doc.Manufacturer, "device_name": r.doc.Name, "part_number": r.doc.PartNumber,
		"firmware_version": r.doc.Oem.Intel.FirmwareVersion, "health": r.doc.Status.Health,
	})
}

func said(words map[string]string) map[string]any {
	all := map[string]any{}
	for name, word := range words {
		if word != "" {
			all[name] = word
		}
	}
	return all
}
