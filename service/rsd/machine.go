package rsd

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Machine implements service.Pod. Hardware that the machine links but that is
// not there any more, pulled out perhaps, is left out.
func (p *pod) Machine(ctx context.Context, ref string) (service.Machine, error) {
	node, err := p.node(ctx, ref)
	if err != nil {
		return service.Machine{}, p.Failed(p.missing(ctx, err), "reading machine %s", ref)
	}
	m, err := p.machine(ctx, node)
	m.Ref = ref
	return m, p.Failed(err, "reading machine %s", ref)
}

func (p *pod) machine(ctx context.Context, node nodeDocument) (service.Machine, error) {
	e, err := p.entry(ctx, false)
	if err != nil {
		return service.Machine{}, err
	}
	m := describe(node)
	m.State = e.dialect.states[node.State]
	// Without a system, or with one that is elsewhere, the pod did not say.
	m.SystemRef, _ = p.Client.Ref(node.Links.ComputerSystem.ID)
	var chips []redfish.Chip
	var stores []redfish.Resource
	s := p.Client.Survey()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		chips, err = redfish.Parts(ctx, s, node.Links.Processors, redfish.ReadChip)
		return err
	})
	g.Go(func() (err error) {
		m.Memory, err = redfish.Parts(ctx, s, node.Links.Memory, redfish.ReadMemory)
		return err
	})
	g.Go(func() (err error) {
		m.Interfaces, err = redfish.Parts(ctx, s, node.Links.EthernetInterfaces, s.ReadInterface)
		return err
	})
	g.Go(func() (err error) {
		stores, err = s.Resources(ctx, node.Links.storage())
		return err
	})
	err = g.Wait()
	p.equip(&m, chips, stores)
	return m, err
}

// equip gives a machine its own processors and drives, and tells them from
// what is attached to it.
func (p *pod) equip(m *service.Machine, chips []redfish.Chip, stores []redfish.Resource) {
	for _, c := range chips {
		if c.Pooled {
			m.Attached = append(m.Attached, p.Client.RefsOf(redfish.LinksTo(c.Link))...)
		} else {
			m.Processors = append(m.Processors, c.Processor)
		}
	}
	for _, r := range stores {
		if r.Kind == "Drive" {
			m.Drives = append(m.Drives, r.Drive())
		}
		if r.Kind != "Drive" || r.Pooled() {
			m.Attached = append(m.Attached, r.Ref)
		}
	}
}

// describe makes a machine of what its own document says.
func describe(node nodeDocument) service.Machine {
	m := service.Machine{
		Name:       node.Name,
		PowerState: node.PowerState,
		Health:     node.Status.Health,
		ResetTypes: node.Actions.Reset.ResetTypes(),
	}
	m.BootSource, m.TargetBootSource = node.Boot.Sources()
	m.Description, _ = redfish.SplitMark(node.Description)
	return m
}
