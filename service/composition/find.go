package composition

import (
	"cmp"
	"context"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Find implements service.Pod. A composed system carries the mark in its Name,
// a physical one in the Client of the block that stands for it or in its
// AssetTag. A machine that cannot be read counts only where the node is not
// found on another one: then it could be it.
func (p *pod) Find(ctx context.Context, nodeUUID string) (string, error) {
	ref, err := p.find(ctx, nodeUUID)
	return ref, p.Failed(err, "looking for the machine of node %s", nodeUUID)
}

func (p *pod) find(ctx context.Context, nodeUUID string) (string, error) {
	s := p.Client.Survey()
	refs, err := p.SystemRefs(ctx, s)
	if err != nil {
		return "", err
	}
	found, unjudged := s.Search(ctx, refs, func(ctx context.Context, ref string) (bool, error) {
		return p.carries(ctx, s, ref, nodeUUID)
	})
	if found != "" {
		return found, nil
	}
	if ctx.Err() != nil {
		return "", p.Client.Ended(ctx)
	}
	signed, err := p.findSigned(ctx, s, nodeUUID)
	if err == nil && signed != "" {
		return signed, nil
	}
	return "", cmp.Or(err, unjudged, error(service.Errorf(service.NotFound, "no machine carries its mark")))
}

// carries says whether a system is the machine of a node. One that has gone
// since it was listed is not.
func (p *pod) carries(ctx context.Context, s redfish.Survey, ref, uuid string) (bool, error) {
	doc, err := redfish.Read[systemDocument](ctx, s, ref)
	if service.CodeOf(err) == service.NotFound {
		return false, nil
	}
	if err != nil || !doc.carries(uuid) {
		return false, err
	}
	return p.isMachine(ctx, s, ref, doc)
}

func (d systemDocument) carries(uuid string) bool {
	_, name := redfish.SplitMark(d.Name)
	_, tag := redfish.SplitMark(d.AssetTag)
	return name == uuid || tag == uuid && !d.composed()
}

// findSigned finds the machine by a block that was signed for the node. While
// that is still being composed, the machine may turn up yet.
func (p *pod) findSigned(ctx context.Context, s redfish.Survey, uuid string) (string, error) {
	blocks, err := p.allBlocks(ctx, s)
	if err != nil {
		return "", err
	}
	for _, b := range blocks {
		if b.mark() != uuid {
			continue
		}
		switch ref := b.machine(); {
		case b.doc.State.Is == stateComposing:
			return "", service.Errorf(service.Unavailable, "the machine is still being composed")
		case ref == "":
		default:
			doc, err := redfish.Read[systemDocument](ctx, s, ref)
			if err != nil {
				return "", redfish.Expected(err)
			}
			if is, err := p.isMachine(ctx, s, ref, doc); is || err != nil {
				return ref, err
			}
		}
	}
	return "", nil
}

// machine is the system that a block is composed into, where it is one only.
func (b block) machine() string {
	switch {
	case b.home != "":
		return b.home
	case b.doc.State.Is == stateUnused || len(b.users) != 1:
		return ""
	}
	return b.users[0]
}

// Machines implements service.Pod.
func (p *pod) Machines(ctx context.Context) ([]string, error) {
	refs, err := p.machines(ctx)
	return refs, p.Failed(err, "listing the machines")
}

func (p *pod) machines(ctx context.Context) ([]string, error) {
	s := p.Client.Survey()
	refs, err := p.SystemRefs(ctx, s)
	if err != nil {
		return nil, err
	}
	return redfish.Each(ctx, s, refs, func(ctx context.Context, ref string) ([]string, error) {
		doc, err := redfish.Read[systemDocument](ctx, s, ref)
		if service.CodeOf(err) == service.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if is, err := p.isMachine(ctx, s, ref, doc); !is || err != nil {
			return nil, err
		}
		return []string{ref}, nil
	})
}
