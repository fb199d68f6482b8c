package rsd

import (
	"context"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// Machine implements service.Pod. Hardware that the machine links but that is
// not there any more, pulled out perhaps, is left out.
func (p *pod) Machine(ctx context.Context, ref string) (service.Machine, error) {
	node, err := p.node(ctx, ref)
	if err != nil {
		return service.Machine{}, p.failed(p.missing(ctx, err), "reading machine %s", ref)
	}
	m, err := p.machine(ctx, node)
	m.Ref = ref
	return m, p.failed(err, "reading machine %s", ref)
}

func (p *pod) machine(ctx context.Context, node nodeDocument) (service.Machine, error) {
	e, err := p.client.entryOf(ctx, false)
	if err != nil {
		return service.Machine{}, err
	}
	m := describe(node)
	m.State = e.dialect.states[node.State]
	// Without a system, or with one that is elsewhere, the pod did not say.
	m.SystemRef, _ = p.client.ref(node.Links.ComputerSystem.ID)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		m.Processors, err = parts(ctx, p.client, node.Links.Processors, processor)
		return err
	})
	g.Go(func() (err error) {
		m.Memory, err = parts(ctx, p.client, node.Links.Memory, memoryModule)
		return err
	})
	g.Go(func() (err error) {
		m.Interfaces, err = parts(ctx, p.client, node.Links.EthernetInterfaces, p.networkInterface)
		return err
	})
	return m, g.Wait()
}

// parts reads the documents that are linked and makes parts of them, in order.
func parts[D, P any](ctx context.Context, c *client, links []link, part func(context.Context, D) (P, error)) ([]P, error) {
	read := make([]*P, len(links))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(fanOut)
	for i, l := range links {
		if l.ID == "" {
			continue
		}
		g.Go(func() error {
			doc, err := get[D](ctx, c, l.ID, only(http.StatusNotFound, service.NotFound))
			if service.CodeOf(err) == service.NotFound {
				return nil
			}
			if err != nil {
				return err
			}
			made, err := part(ctx, doc)
			read[i] = &made
			return err
		})
	}
	err := g.Wait()
	var all []P
	for _, made := range read {
		if made != nil {
			all = append(all, *made)
		}
	}
	return all, err
}

// describe makes a machine of what its own document says.
func describe(node nodeDocument) service.Machine {
	m := service.Machine{
		Name:             node.Name,
		PowerState:       node.PowerState,
		Health:           node.Status.Health,
		BootSource:       node.Boot.Target,
		TargetBootSource: node.Boot.Target,
		ResetTypes:       node.Actions.Reset.resetTypes(),
	}
	if node.Boot.Enabled == "Disabled" {
		m.BootSource = "None" // Redfish's word for booting as usual
	}
	m.Description, _ = splitMark(node.Description)
	return m
}

func processor(_ context.Context, d processorDocument) (service.Processor, error) {
	return service.Processor{
		InstructionSet: d.InstructionSet,
		Model:          d.Model,
		SpeedMHz:       d.MaxSpeedMHz.value,
		TotalCores:     d.TotalCores.value,
	}, nil
}

func memoryModule(_ context.Context, d memoryDocument) (service.MemoryModule, error) {
	return service.MemoryModule{
		CapacityMiB:   d.CapacityMiB.value,
		DataWidthBits: d.DataWidthBits.value,
		SpeedMHz:      d.OperatingSpeedMhz.value,
	}, nil
}

func (p *pod) networkInterface(ctx context.Context, d interfaceDocument) (service.Interface, error) {
	i := service.Interface{MAC: d.MACAddress, SpeedMbps: d.SpeedMbps.value, Status: d.Status.State}
	for _, a := range d.IPv4Addresses {
		i.IPv4 = append(i.IPv4, service.IPv4{Address: a.Address, SubnetMask: a.SubnetMask, Gateway: a.Gateway})
	}
	collections, err := parts(ctx, p.client, []link{d.VLANs}, members)
	for _, links := range collections {
		i.VLANs, err = parts(ctx, p.client, links, vlan)
	}
	return i, err
}

func members(_ context.Context, d collectionDocument) ([]link, error) { return d.Members, nil }

func vlan(_ context.Context, d vlanDocument) (service.VLAN, error) {
	v := service.VLAN{Status: d.Status.State}
	if d.VLANID.value != nil {
		v.ID = *d.VLANID.value
	}
	return v, nil
}
