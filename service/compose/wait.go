package compose

import (
	"context"
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// result waits for a compose that the caller itself began.
func (s *Service) result(ctx context.Context, j *job, async bool) (service.Node, error) {
	n, err := j.wait(ctx, async)
	if !errors.Is(err, errLost) {
		return n, err
	}
	n, err = s.await(ctx, j.n.UUID, async)
	if errors.Is(err, errForgotten) {
		return n, service.Errorf(service.PodFailed, "composing the node failed, and another process has undone it")
	}
	return n, err
}

// wait waits for the end of the job or, where async, for the moment from which
// on a failure stays visible. Work that this process lost is errLost; work that
// it leaves because it stops is Unavailable.
func (j *job) wait(ctx context.Context, async bool) (service.Node, error) {
	var lasting <-chan struct{}
	if async {
		lasting = j.lasting
	}
	select {
	case <-j.done:
	case <-lasting:
		return j.early, nil
	case <-ctx.Done():
		return service.Node{}, stillGoing(ctx, j.n.UUID)
	}
	if errors.Is(j.err, errStopped) {
		return service.Node{}, &service.Error{
			Code:    service.Unavailable,
			Message: "the service is shutting down; the work on node " + j.n.UUID + " goes on when it is back",
			Err:     j.err,
		}
	}
	return j.node, j.err
}

// errForgotten says that the node waited for is no more.
var errForgotten = errors.New("the node was forgotten")

// errInterrupted says that it is no more because whoever composed it died
// before the pod had anything.
var errInterrupted = errors.New("its process died")

// await waits for a node that may be in the hands of another process, until it
// is settled. Only the process that has it knows whether it may be answered
// for sooner, where async. Where nobody alive has it, it is taken up here,
// rather than when Run comes by.
func (s *Service) await(ctx context.Context, nodeUUID string, async bool) (service.Node, error) {
	ordered := false // that the node go
	for pause := jobs.Look(s.poll); ; {
		if j := s.jobs.Find(nodeUUID); j != nil {
			if n, err := j.wait(ctx, async); !errors.Is(err, errLost) {
				return n, err
			}
		}
		n, err := s.store.Node(ctx, nodeUUID)
		switch {
		case service.CodeOf(err) == service.NotFound && ordered:
			return n, errCancelled()
		case service.CodeOf(err) == service.NotFound:
			return n, errForgotten
		case err != nil:
			return n, err
		case n.State != service.NodeComposing:
			return n, nil
		}
		if o, err := s.store.Ordered(ctx, nodeUUID); err == nil && o != service.OrderNone {
			ordered = true
		}
		if err := s.claim(ctx, nodeUUID); err != nil {
			return n, err
		}
		if pause.Wait(ctx) != nil {
			return n, stillGoing(ctx, nodeUUID)
		}
	}
}

// stillGoing is what a caller gets who waits no longer.
func stillGoing(ctx context.Context, nodeUUID string) error {
	return &service.Error{
		Code:    service.Timeout,
		Message: fmt.Sprintf("gave up waiting; the work on node %s goes on", nodeUUID),
		Err:     ctx.Err(),
	}
}
