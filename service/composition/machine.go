package composition

import (
	"context"
	"net/http"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// machine reads a machine, and what the headers say of it. A system that is not
// there, or that nobody has composed, is NotFound.
func (p *pod) machine(ctx context.Context, ref string) (systemDocument, http.Header, error) {
	doc, header, err := redfish.GetTagged[systemDocument](ctx, p.Client, ref, redfish.Only(http.StatusNotFound, service.NotFound))
	if err != nil {
		return doc, header, err
	}
	is, err := p.isMachine(ctx, p.Client.Survey(), ref, doc)
	if err == nil && !is {
		err = service.Errorf(service.NotFound, "the system is not composed")
	}
	return doc, header, err
}

// isMachine tells machines from physical systems that are free: such a system
// has no block but its own, and that is not in use.
func (p *pod) isMachine(ctx context.Context, s redfish.Survey, ref string, doc systemDocument) (bool, error) {
	if doc.composed() {
		return true, nil
	}
	if doc.SystemType == "" {
		return false, service.Errorf(service.PodFailed, "it does not say whether it is composed")
	}
	blocks, err := p.readBlocks(ctx, s, p.Client.RefsOf(doc.Links.ResourceBlocks))
	inUse := false
	for _, b := range blocks {
		if b.home != ref {
			return true, nil
		}
		inUse = inUse || b.doc.State.Is != stateUnused
	}
	if err != nil || !inUse {
		return false, err
	}
	byAction, err := p.byAction(ctx, s)
	return !byAction, err // there, its own block is always in use
}

// byAction says whether systems are composed by the Compose action only.
func (p *pod) byAction(ctx context.Context, s redfish.Survey) (bool, error) {
	e, err := p.Client.Entry(ctx, false)
	if err != nil {
		return false, err
	}
	doc, err := p.composer(ctx, s)
	if err != nil || doc.Actions.Compose.Target == "" {
		return false, err
	}
	on, err := redfish.Read[offersDocument](ctx, s, e.Systems)
	for _, c := range on.Annotation.Capabilities {
		if c.UseCase == useSpecific || c.UseCase == useConstrained {
			return false, nil
		}
	}
	return err == nil, redfish.Expected(err)
}

// State implements service.Pod. A machine is ready when it is there, unless it
// says that it is still starting. Of a physical system, its block is read, too.
func (p *pod) State(ctx context.Context, ref string) (service.MachineState, error) {
	doc, _, err := p.machine(ctx, ref)
	if err != nil {
		return "", p.Failed(p.Missing(ctx, err), "reading the state of machine %s", ref)
	}
	return doc.state(), nil
}

// state is what the Status of a system means (Resource.State).
func (d systemDocument) state() service.MachineState {
	switch d.Status.State {
	case "Starting", "Updating", "InTest":
		return service.MachineAssembling
	case "Absent", "UnavailableOffline":
		return service.MachineBroken
	}
	return service.MachineAssembled
}

// Assemble implements service.Pod. There is nothing to do: a system is ready
// when it is composed.
func (p *pod) Assemble(ctx context.Context, ref string) error {
	_, _, err := p.machine(ctx, ref)
	return p.Failed(p.Missing(ctx, err), "assembling machine %s", ref)
}

// Machine implements service.Pod. Hardware that the machine links but that is
// not there any more, pulled out perhaps, is left out.
func (p *pod) Machine(ctx context.Context, ref string) (service.Machine, error) {
	doc, _, err := p.machine(ctx, ref)
	if err != nil {
		return service.Machine{}, p.Failed(p.Missing(ctx, err), "reading machine %s", ref)
	}
	m := describe(doc)
	m.Ref, m.SystemRef = ref, ref
	err = p.equip(ctx, &m, doc)
	return m, p.Failed(err, "reading machine %s", ref)
}

// describe makes a machine of what its own document says.
func describe(doc systemDocument) service.Machine {
	m := service.Machine{
		Description: doc.Description,
		State:       doc.state(),
		PowerState:  doc.PowerState,
		Health:      doc.Status.Health,
		ResetTypes:  doc.Actions.Reset.ResetTypes(),
	}
	m.Name, _ = redfish.SplitMark(doc.Name)
	m.BootSource, m.TargetBootSource = doc.Boot.Sources()
	return m
}

// equip gives a machine its own processors and drives, and tells them from what
// is attached to it.
func (p *pod) equip(ctx context.Context, m *service.Machine, doc systemDocument) error {
	s := p.Client.Survey()
	var parts redfish.Contents
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		parts, err = s.Contents(ctx, doc.SystemDocument)
		return err
	})
	g.Go(func() (err error) {
		m.Attached, err = p.attached(ctx, s, doc)
		return err
	})
	err := g.Wait()
	for _, c := range parts.Chips {
		if c.Kind == "" || c.Kind == "CPU" {
			m.Processors = append(m.Processors, c.Processor)
		}
	}
	for _, d := range parts.Drives {
		for _, ref := range m.Attached {
			d.Pooled = d.Pooled || strings.HasPrefix(d.Ref, ref+"/")
		}
		m.Drives = append(m.Drives, d)
	}
	m.Memory, m.Interfaces = parts.Memory, parts.Interfaces
	return err
}

// attached are the pooled devices that a machine has.
func (p *pod) attached(ctx context.Context, s redfish.Survey, doc systemDocument) ([]string, error) {
	blocks, err := p.readBlocks(ctx, s, p.Client.RefsOf(doc.Links.ResourceBlocks))
	if err != nil {
		return nil, err
	}
	return redfish.Each(ctx, s, blocks, func(ctx context.Context, b block) ([]string, error) {
		if is, err := p.isDevice(ctx, s, b); !is || err != nil {
			return nil, err
		}
		return []string{b.ref}, nil
	})
}
