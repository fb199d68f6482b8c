package rsd

import (
	"context"

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
	var chips []chip
	var stores []resource
	s := p.client.survey()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		chips, err = parts(ctx, s, node.Links.Processors, readChip)
		return err
	})
	g.Go(func() (err error) {
		m.Memory, err = parts(ctx, s, node.Links.Memory, memoryModule)
		return err
	})
	g.Go(func() (err error) {
		m.Interfaces, err = parts(ctx, s, node.Links.EthernetInterfaces, s.networkInterface)
		return err
	})
	g.Go(func() (err error) {
		stores, err = s.resources(ctx, node.Links.storage())
		return err
	})
	err = g.Wait()
	p.equip(&m, chips, stores)
	return m, err
}

// equip gives a machine its own processors and drives, and tells them from
// what is attached to it.
func (p *pod) equip(m *service.Machine, chips []chip, stores []resource) {
	for _, c := range chips {
		if c.pooled {
			m.Attached = append(m.Attached, p.client.refsOf(links{{c.link}})...)
		} else {
			m.Processors = append(m.Processors, c.Processor)
		}
	}
	for _, r := range stores {
		if r.kind == "Drive" {
			m.Drives = append(m.Drives, r.drive())
		}
		if r.kind != "Drive" || r.pooled() {
			m.Attached = append(m.Attached, r.ref)
		}
	}
}

// describe makes a machine of what its own document says.
func describe(node nodeDocument) service.Machine {
	m := service.Machine{
		Name:       node.Name,
		PowerState: node.PowerState,
		Health:     node.Status.Health,
		ResetTypes: node.Actions.Reset.resetTypes(),
	}
	if b := node.Boot; b != nil {
		m.BootSource, m.TargetBootSource = b.Target, b.Target
		if b.Enabled == service.BootDisabled {
			m.BootSource = "None" // Redfish's word for booting as usual
		}
	}
	m.Description, _ = splitMark(node.Description)
	return m
}
