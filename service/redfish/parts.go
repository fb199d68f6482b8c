package redfish

import (
	"cmp"
	"context"
	"slices"

	"github.com/valence-rsd/valence/service"
)

// Chip is a processor or accelerator.
type Chip struct {
	service.Processor
	Link   string
	Kind   string // such as "CPU" or "FPGA"; empty where the pod did not say
	Pooled bool
}

// ReadChip makes a chip of its document.
func ReadChip(_ context.Context, link string, d ProcessorDocument) (Chip, error) {
	return Chip{
		Processor: service.Processor{
			InstructionSet: d.InstructionSet,
			Model:          d.Model,
			SpeedMHz:       d.MaxSpeedMHz.Value,
			TotalCores:     d.TotalCores.Value,
		},
		Link:   link,
		Kind:   d.Type,
		Pooled: len(d.Links.Endpoints) > 0,
	}, nil
}

// ReadMemory makes a memory module of its document.
func ReadMemory(_ context.Context, _ string, d MemoryDocument) (service.MemoryModule, error) {
	return service.MemoryModule{
		CapacityMiB:   d.CapacityMiB.Value,
		DataWidthBits: d.DataWidthBits.Value,
		SpeedMHz:      d.OperatingSpeedMhz.Value,
	}, nil
}

// ReadInterface makes a network interface of its document, and reads its
// VLANs.
func (s Survey) ReadInterface(ctx context.Context, _ string, d InterfaceDocument) (service.Interface, error) {
	i := service.Interface{MAC: d.MACAddress, SpeedMbps: d.SpeedMbps.Value, Status: d.Status.State}
	for _, a := range d.IPv4Addresses {
		i.IPv4 = append(i.IPv4, service.IPv4{Address: a.Address, SubnetMask: a.SubnetMask, Gateway: a.Gateway})
	}
	linked, err := s.MembersOf(ctx, d.VLANs, "VLANs")
	if err == nil {
		i.VLANs, err = Parts(ctx, s, linked, vlan)
	}
	return i, err
}

func vlan(_ context.Context, _ string, d vlanDocument) (service.VLAN, error) {
	v := service.VLAN{Status: d.Status.State}
	if d.VLANID.Value != nil {
		v.ID = *d.VLANID.Value
	}
	return v, nil
}

// Resource is a drive, a volume or another thing that a machine stores on.
type Resource struct {
	Ref  string
	Kind string
	Doc  ResourceDocument
}

// Pooled says whether a fabric leads to it, so that it is not built in.
func (r Resource) Pooled() bool { return len(r.Doc.Ends()) > 0 }

// Drive describes it as a drive.
func (r Resource) Drive() service.Drive {
	return service.Drive{
		Ref:           r.Ref,
		Name:          r.Doc.Name,
		Protocol:      cmp.Or(r.Doc.Protocol, r.Doc.Interface),
		MediaType:     cmp.Or(r.Doc.MediaType, r.Doc.Medium),
		Model:         r.Doc.Model,
		CapacityBytes: cmp.Or(r.Doc.CapacityBytes.Value, r.Doc.CapacityGiB.bytes()),
		Health:        r.Doc.Status.Health,
		Pooled:        r.Pooled(),
	}
}

// Resources reads what is linked. In the place of an endpoint stands what it
// leads to. What several links lead to is there once.
func (s Survey) Resources(ctx context.Context, linked Links) ([]Resource, error) {
	found, err := Each(ctx, s, s.client.RefsOf(linked), s.resource)
	var once []Resource
	for _, r := range found {
		if !slices.ContainsFunc(once, func(o Resource) bool { return o.Ref == r.Ref }) {
			once = append(once, r)
		}
	}
	return once, err
}

func (s Survey) resource(ctx context.Context, ref string) ([]Resource, error) {
	r, err := s.ReadResource(ctx, ref)
	if err != nil || len(r) == 0 || r[0].Kind != "Endpoint" {
		return r, err
	}
	return Each(ctx, s, s.client.RefsOf(r[0].Doc.Targets()), s.ReadResource)
}

// ReadResource reads one resource; none where it is not there.
func (s Survey) ReadResource(ctx context.Context, ref string) ([]Resource, error) {
	return Parts(ctx, s, Links{{ref}}, func(_ context.Context, _ string, d ResourceDocument) (Resource, error) {
		return Resource{ref, d.KindOf(ref), d}, nil
	})
}
