package rsd

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/valence-rsd/valence/service"
)

// pod is a service.Pod. Its exported methods name the work and the pod manager
// in their errors; what they call leaves that out.
type pod struct {
	id     string // the UUID of the pod manager
	name   string
	client *client
}

// failed completes an error, if there is one.
func (p *pod) failed(err error, doing string, args ...any) error {
	if err == nil {
		return nil
	}
	message := fmt.Sprintf(doing, args...) + " on pod manager " + p.name
	var e *service.Error
	if !errors.As(err, &e) {
		return &service.Error{Code: service.Internal, Message: oneLine(message) + " failed", Err: err}
	}
	return &service.Error{Code: e.Code, Message: oneLine(message + ": " + e.Message), Err: e.Err}
}

// Probe implements service.Pod. The entry point is open to everybody, so it
// reads the nodes, too, to see whether the credentials are good.
func (p *pod) Probe(ctx context.Context) error {
	_, err := p.client.entryOf(ctx, true)
	if err == nil {
		_, err = p.collection(ctx)
	}
	return p.failed(err, "reading the entry point")
}

// Allocate implements service.Pod.
func (p *pod) Allocate(ctx context.Context, a service.Allocation) (string, error) {
	ref, err := p.allocate(ctx, a)
	return ref, p.failed(err, "allocating hardware")
}

func (p *pod) allocate(ctx context.Context, a service.Allocation) (string, error) {
	if err := checkRequirements(a.Requirements); err != nil {
		return "", err
	}
	nodes, err := p.collection(ctx)
	if err != nil {
		return "", err
	}
	e, err := p.client.entryOf(ctx, false)
	if err != nil {
		return "", err
	}
	made, err := p.client.do(ctx, request{
		method: http.MethodPost,
		link:   nodes.Actions.Allocate.Target,
		body:   e.dialect.allocation(a),
		slow:   true,
		means:  only(http.StatusConflict, service.NoCapacity),
	})
	if err != nil {
		return "", err
	}
	if location := p.client.location(made.header); location != "" {
		return p.client.ref(location)
	}
	return p.find(ctx, a.NodeUUID)
}

// Assemble implements service.Pod.
func (p *pod) Assemble(ctx context.Context, ref string) error {
	node, err := p.node(ctx, ref)
	if err == nil {
		err = p.act(ctx, node.Actions.Assemble, nil)
	}
	return p.failed(p.missing(ctx, err), "assembling machine %s", ref)
}

// State implements service.Pod.
func (p *pod) State(ctx context.Context, ref string) (service.MachineState, error) {
	node, err := p.node(ctx, ref)
	if err != nil {
		return "", p.failed(p.missing(ctx, err), "reading the state of machine %s", ref)
	}
	state, err := p.state(ctx, node)
	return state, p.failed(err, "reading the state of machine %s", ref)
}

func (p *pod) state(ctx context.Context, node nodeDocument) (service.MachineState, error) {
	e, err := p.client.entryOf(ctx, false)
	if err != nil {
		return "", err
	}
	state, known := e.dialect.states[node.State]
	if !known {
		return "", service.Errorf(service.PodFailed, "its ComposedNodeState is %q, which is not known",
			p.client.scrub(node.State, ""))
	}
	return state, nil
}

// Delete implements service.Pod.
func (p *pod) Delete(ctx context.Context, ref string) error {
	_, err := p.client.do(ctx, request{
		method: http.MethodDelete,
		link:   ref,
		slow:   true,
		means:  only(http.StatusNotFound, service.NotFound),
	})
	err = p.missing(ctx, err)
	if service.CodeOf(err) == service.NotFound {
		return nil
	}
	return p.failed(err, "deleting machine %s", ref)
}

// Close implements service.Pod.
func (p *pod) Close() error { return p.failed(p.client.close(), "signing out") }

// node reads a machine. The machine may be missing: NotFound.
func (p *pod) node(ctx context.Context, ref string) (nodeDocument, error) {
	return get[nodeDocument](ctx, p.client, ref, only(http.StatusNotFound, service.NotFound))
}

// act does an action of a machine or a volume.
func (p *pod) act(ctx context.Context, a action, body any) error {
	return p.perform(ctx, a, request{body: body})
}

// work does an action that works on hardware before it answers.
func (p *pod) work(ctx context.Context, a action, body any) error {
	return p.perform(ctx, a, request{body: body, slow: true})
}

func (p *pod) perform(ctx context.Context, a action, r request) error {
	if a.Target == "" {
		return service.Errorf(service.PodFailed, "it does not offer the action")
	}
	r.method, r.link, r.means = http.MethodPost, a.Target, only(http.StatusNotFound, service.NotFound)
	_, err := p.client.do(ctx, r)
	return err
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
func (p *pod) collection(ctx context.Context) (collectionDocument, error) {
	e, err := p.client.entryOf(ctx, false)
	if err != nil {
		return collectionDocument{}, err
	}
	page, err := p.client.survey().page(ctx, e.nodes, "nodes")
	return page, expected(err)
}
