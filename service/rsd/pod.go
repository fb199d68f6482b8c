package rsd

import (
	"context"
	"net/http"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// pod is a service.Pod. Its exported methods name the work and the pod manager
// in their errors; what they call leaves that out.
type pod struct{ redfish.Pod }

// Probe implements service.Pod. The entry point is open to everybody, so it
// reads the nodes, too, to see whether the credentials are good.
func (p *pod) Probe(ctx context.Context) error {
	_, err := p.entry(ctx, true)
	if err == nil {
		_, err = p.collection(ctx)
	}
	return p.Failed(err, "reading the entry point")
}

// Together implements service.PodTogether.
func (p *pod) Together(ctx context.Context) ([]service.System, []service.Chassis, error) {
	return p.SystemsAndChassis(ctx)
}

// Glance implements service.PodGlance.
func (p *pod) Glance(ctx context.Context, systemRef string) (service.System, error) {
	return p.SystemAt(ctx, systemRef)
}

// Allocate implements service.Pod.
func (p *pod) Allocate(ctx context.Context, a service.Allocation) (string, error) {
	ref, err := p.allocate(ctx, a)
	return ref, p.Failed(err, "allocating hardware")
}

func (p *pod) allocate(ctx context.Context, a service.Allocation) (string, error) {
	if err := checkRequirements(a.Requirements); err != nil {
		return "", err
	}
	nodes, err := p.collection(ctx)
	if err != nil {
		return "", err
	}
	e, err := p.entry(ctx, false)
	if err != nil {
		return "", err
	}
	var made redfish.Answer
	for _, body := range e.dialect.allocations(a) {
		made, err = p.Client.Do(ctx, redfish.Request{
			Method: http.MethodPost,
			Link:   nodes.Actions.Allocate.Target,
			Body:   body,
			Slow:   true,
			Means:  redfish.Only(http.StatusConflict, service.NoCapacity),
		})
		if service.CodeOf(err) != service.NoCapacity {
			break
		}
	}
	if err != nil {
		return "", err
	}
	if location := p.Client.Location(made.Header); location != "" {
		return p.Client.Ref(location)
	}
	return p.find(ctx, a.NodeUUID)
}

// Assemble implements service.Pod.
func (p *pod) Assemble(ctx context.Context, ref string) error {
	node, err := p.node(ctx, ref)
	if err == nil {
		err = p.Client.Act(ctx, node.Actions.Assemble, nil)
		err = p.understood(ctx, err, node.State == "Allocated")
	}
	return p.Failed(p.missing(ctx, err), "assembling machine %s", ref)
}

// State implements service.Pod.
func (p *pod) State(ctx context.Context, ref string) (service.MachineState, error) {
	node, err := p.node(ctx, ref)
	if err != nil {
		return "", p.Failed(p.missing(ctx, err), "reading the state of machine %s", ref)
	}
	state, err := p.state(ctx, node)
	return state, p.Failed(err, "reading the state of machine %s", ref)
}

func (p *pod) state(ctx context.Context, node nodeDocument) (service.MachineState, error) {
	e, err := p.entry(ctx, false)
	if err != nil {
		return "", err
	}
	state, known := e.dialect.states[node.State]
	if !known {
		return "", service.Errorf(service.PodFailed, "its ComposedNodeState is %q, which is not known",
			p.Client.Scrub(node.State))
	}
	return state, nil
}

// understood is the error for a request that a machine refused. A pod manager
// that is vague about it answers the same to what it does not understand and to
// what it cannot do now; where it could have done it, it did not understand.
func (p *pod) understood(ctx context.Context, err error, possible bool) error {
	e, unread := p.entry(ctx, false)
	if unread != nil || !e.dialect.vague || possible || service.CodeOf(err) != service.Invalid {
		return err
	}
	return &service.Error{Code: service.Conflict, Message: err.Error()}
}

// Delete implements service.Pod. RSD 2.4 could force it: it would go on over
// errors, give drives back with what is on them, and leave zones behind, so
// that is left to people.
func (p *pod) Delete(ctx context.Context, ref string) error {
	err := p.missing(ctx, p.remove(ctx, ref))
	if service.CodeOf(err) == service.NotFound {
		return nil
	}
	return p.Failed(err, "deleting machine %s", ref)
}

func (p *pod) remove(ctx context.Context, ref string) error {
	e, err := p.entry(ctx, false)
	if err == nil && e.dialect.leavesOn {
		err = p.switchOff(ctx, ref)
	}
	if err != nil {
		return err
	}
	_, err = p.Client.Do(ctx, redfish.Request{
		Method: http.MethodDelete,
		Link:   ref,
		Slow:   true,
		Means:  redfish.Only(http.StatusNotFound, service.NotFound),
	})
	return err
}

// switchOff switches a machine off before it is given back, and waits until it
// is: its next owner must not get what is running on it. One that cannot be
// switched off in its state is left as it is.
func (p *pod) switchOff(ctx context.Context, ref string) error {
	node, err := p.node(ctx, ref)
	if err != nil || off(node) {
		return err
	}
	err = p.Client.Reset(ctx, node.Actions.Reset, service.ResetForceOff)
	if refused(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.Client.Until(ctx, func(ctx context.Context) (bool, error) {
		node, err := p.node(ctx, ref)
		return off(node), err
	})
}

// off is so of a machine that does not say whether it is on, too.
func off(node nodeDocument) bool { return node.PowerState == "Off" || node.PowerState == "" }

// node reads a machine. The machine may be missing: NotFound.
func (p *pod) node(ctx context.Context, ref string) (nodeDocument, error) {
	return redfish.Get[nodeDocument](ctx, p.Client, ref, redfish.Only(http.StatusNotFound, service.NotFound))
}

// missing believes that a machine is missing only when the pod manager can
// list its nodes. A server whose application is not up answers 404 to
// everything, and a machine that is taken for gone is forgotten.
func (p *pod) missing(ctx context.Context, err error) error {
	if service.CodeOf(err) != service.NotFound {
		return err
	}
	if _, unlisted := p.collection(ctx); unlisted != nil {
		return unlisted
	}
	return err
}

// collection reads the first page of the nodes.
func (p *pod) collection(ctx context.Context) (nodesDocument, error) {
	e, err := p.entry(ctx, false)
	if err != nil {
		return nodesDocument{}, err
	}
	doc, err := redfish.Read[nodesDocument](ctx, p.Client.Survey(), e.nodes)
	if err == nil && doc.Members == nil {
		err = service.Errorf(service.PodFailed, "its collection of nodes has no Members")
	}
	return doc, redfish.Expected(err)
}
