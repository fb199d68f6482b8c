package rsd

import (
	"context"
	"slices"

	"github.com/valence-rsd/valence/service"
)

// chip is a processor or accelerator.
type chip struct {
	service.Processor
	link   string
	kind   string // such as "CPU" or "FPGA"; empty where the pod did not say
	pooled bool
}

func readChip(_ context.Context, link string, d processorDocument) (chip, error) {
	return chip{
		Processor: service.Processor{
			InstructionSet: d.InstructionSet,
			Model:          d.Model,
			SpeedMHz:       d.MaxSpeedMHz.value,
			TotalCores:     d.TotalCores.value,
		},
		link:   link,
		kind:   d.Type,
		pooled: len(d.Links.Endpoints) > 0,
	}, nil
}

func memoryModule(_ context.Context, _ string, d memoryDocument) (service.MemoryModule, error) {
	return service.MemoryModule{
		CapacityMiB:   d.CapacityMiB.value,
		DataWidthBits: d.DataWidthBits.value,
		SpeedMHz:      d.OperatingSpeedMhz.value,
	}, nil
}

func (s survey) networkInterface(ctx context.Context, _ string, d interfaceDocument) (service.Interface, error) {
	i := service.Interface{MAC: d.MACAddress, SpeedMbps: d.SpeedMbps.value, Status: d.Status.State}
	for _, a := range d.IPv4Addresses {
		i.IPv4 = append(i.IPv4, service.IPv4{Address: a.Address, SubnetMask: a.SubnetMask, Gateway: a.Gateway})
	}
	linked, err := s.parts(ctx, d.VLANs, "VLANs")
	if err == nil {
		i.VLANs, err = parts(ctx, s, linked, vlan)
	}
	return i, err
}

func vlan(_ context.Context, _ string, d vlanDocument) (service.VLAN, error) {
	v := service.VLAN{Status: d.Status.State}
	if d.VLANID.value != nil {
		v.ID = *d.VLANID.value
	}
	return v, nil
}

// resource is a drive, a volume or another thing that a machine stores on.
type resource struct {
	ref  string
	kind string
	doc  resourceDocument
}

func (r resource) pooled() bool { return len(r.doc.endpoints()) > 0 }

func (r resource) drive() service.Drive {
	return service.Drive{
		Ref:           r.ref,
		Name:          r.doc.Name,
		Protocol:      r.doc.Protocol,
		MediaType:     r.doc.MediaType,
		Model:         r.doc.Model,
		CapacityBytes: r.doc.CapacityBytes.value,
		Health:        r.doc.Status.Health,
		Pooled:        r.pooled(),
	}
}

// resources reads what is linked. In the place of an endpoint stands what it
// leads to. What several links lead to is there once.
func (s survey) resources(ctx context.Context, linked links) ([]resource, error) {
	found, err := each(ctx, s.client.refsOf(linked), s.resource)
	var once []resource
	for _, r := range found {
		if !slices.ContainsFunc(once, func(o resource) bool { return o.ref == r.ref }) {
			once = append(once, r)
		}
	}
	return once, err
}

func (s survey) resource(ctx context.Context, ref string) ([]resource, error) {
	r, err := s.readResource(ctx, ref)
	if err != nil || len(r) == 0 || r[0].kind != "Endpoint" {
		return r, err
	}
	return each(ctx, s.client.refsOf(r[0].doc.targets()), s.readResource)
}

func (s survey) readResource(ctx context.Context, ref string) ([]resource, error) {
	return parts(ctx, s, links{{ref}}, func(_ context.Context, _ string, d resourceDocument) (resource, error) {
		return resource{ref, d.kind(ref), d}, nil
	})
}
