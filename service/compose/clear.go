package compose

import (
	"context"
	"fmt"
	"sync"

	"github.com/valence-rsd/valence/service"
)

// atOnce is how many nodes of one pod manager are deleted at the same time.
const atOnce = 8

// leftover is a node that could not be deleted.
type leftover struct {
	nodeUUID string
	err      error
}

// Clear implements service.Work. Nodes that the caller may not see are left
// alone.
func (s *Service) Clear(ctx context.Context, podManagerID string, how service.Removal) error {
	if podManagerID == "" {
		return service.Errorf(service.Invalid, "pod manager: it must be named, by UUID or name")
	}
	pm, err := s.podManager(ctx, podManagerID)
	if err != nil {
		return err
	}
	caller := service.CallerOf(ctx)
	var all []string
	for n, err := range s.store.Nodes(ctx, service.NodeFilter{PodManagerID: pm.UUID}, "") {
		if err != nil {
			return fmt.Errorf("listing the nodes of pod manager %s: %w", pm.UUID, err)
		}
		if caller.Sees(n.ProjectID) {
			all = append(all, n.UUID)
		}
	}
	return left(s.removeAll(ctx, all, how), len(all))
}

// removeAll removes nodes and gives those that are left, in the same order.
func (s *Service) removeAll(ctx context.Context, nodes []string, how service.Removal) []leftover {
	errs := make([]error, len(nodes))
	slots := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for i, nodeUUID := range nodes {
		slots <- struct{}{}
		running.Go(func() {
			errs[i] = s.remove(ctx, nodeUUID, how)
			<-slots
		})
	}
	running.Wait()
	var list []leftover
	for i, err := range errs {
		if err != nil {
			list = append(list, leftover{nodeUUID: nodes[i], err: err})
		}
	}
	return list
}

// left is the error that names the nodes that are left, or nil. Its code is
// that of their failures, where they have one in common.
func left(list []leftover, of int) error {
	if len(list) == 0 {
		return nil
	}
	code := service.CodeOf(list[0].err)
	for _, l := range list {
		if service.CodeOf(l.err) != code {
			code = service.Conflict
		}
	}
	reasons := listed(list, func(l leftover) string { return l.nodeUUID + " (" + service.FailureOf(l.err).Message + ")" })
	return &service.Error{
		Code:    code,
		Message: fmt.Sprintf("%d of %d nodes are left: %s", len(list), of, reasons),
		Err:     list[0].err,
	}
}
