package rsd

import (
	"context"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Find implements service.Pod. A machine that cannot be read counts only where
// the node is not found on another one: then it could be it.
func (p *pod) Find(ctx context.Context, nodeUUID string) (string, error) {
	ref, err := p.find(ctx, nodeUUID)
	return ref, p.Failed(err, "looking for the machine of node %s", nodeUUID)
}

func (p *pod) find(ctx context.Context, nodeUUID string) (string, error) {
	refs, err := p.machines(ctx)
	if err != nil {
		return "", err
	}
	found, err := p.Client.Survey().Search(ctx, refs, func(ctx context.Context, ref string) (bool, error) {
		return p.carries(ctx, ref, nodeUUID)
	})
	if err == nil && found == "" {
		err = service.Errorf(service.NotFound, "no machine carries its mark")
	}
	return found, err
}

// carries says whether a machine or volume carries a UUID. One that has gone
// since it was listed does not.
func (p *pod) carries(ctx context.Context, ref, uuid string) (bool, error) {
	doc, err := redfish.Read[markedDocument](ctx, p.Client.Survey(), ref)
	if service.CodeOf(err) == service.NotFound {
		return false, nil
	}
	_, mark := redfish.SplitMark(doc.Description)
	return err == nil && mark == uuid, err
}

// Machines implements service.Pod.
func (p *pod) Machines(ctx context.Context) ([]string, error) {
	refs, err := p.machines(ctx)
	return refs, p.Failed(err, "listing the machines")
}

func (p *pod) machines(ctx context.Context) ([]string, error) {
	e, err := p.entry(ctx, false)
	if err != nil {
		return nil, err
	}
	refs, err := p.Client.Survey().Members(ctx, e.nodes, "nodes")
	return refs, redfish.Expected(err)
}
