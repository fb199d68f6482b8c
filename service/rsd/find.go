package rsd

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// Find implements service.Pod. A machine that cannot be read counts only where
// the node is not found on another one: then it could be it.
func (p *pod) Find(ctx context.Context, nodeUUID string) (string, error) {
	ref, err := p.find(ctx, nodeUUID)
	return ref, p.failed(err, "looking for the machine of node %s", nodeUUID)
}

func (p *pod) find(ctx context.Context, nodeUUID string) (string, error) {
	refs, err := p.refs(ctx)
	if err != nil {
		return "", err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var found string
	var once sync.Once
	var g errgroup.Group
	g.SetLimit(fanOut)
	for _, ref := range refs {
		g.Go(func() error {
			carries, err := p.carries(ctx, ref, nodeUUID)
			if carries {
				once.Do(func() { found = ref })
			}
			if carries || service.CodeOf(err) == service.Timeout {
				stop() // what hangs once hangs for each of them
			}
			return err
		})
	}
	err = g.Wait()
	if found != "" {
		return found, nil
	}
	if err == nil {
		err = service.Errorf(service.NotFound, "no machine carries its mark")
	}
	return "", err
}

// carries says whether a machine carries the node's UUID. One that has gone
// since it was listed does not.
func (p *pod) carries(ctx context.Context, ref, nodeUUID string) (bool, error) {
	node, err := p.node(ctx, ref)
	if service.CodeOf(err) == service.NotFound {
		return false, nil
	}
	_, uuid := splitMark(node.Description)
	return err == nil && uuid == nodeUUID, err
}

// refs lists all machines of the pod, from all pages of the collection.
func (p *pod) refs(ctx context.Context) ([]string, error) {
	page, err := p.collection(ctx)
	if err != nil {
		return nil, err
	}
	var refs []string
	seen := map[string]bool{}
	for {
		for _, member := range page.Members {
			ref, err := p.client.ref(member.ID)
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		}
		if page.Next == "" {
			return refs, nil
		}
		if seen[page.Next] {
			return nil, service.Errorf(service.PodFailed, "the pages of its nodes go round in a circle")
		}
		seen[page.Next] = true
		if page, err = p.page(ctx, page.Next); err != nil {
			return nil, err
		}
	}
}
