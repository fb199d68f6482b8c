package compose

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/valence-rsd/valence/service"
)

// errLost ends a job whose node is no longer held by this process: somebody
// else works on it now, or will claim it.
var errLost = errors.New("the hold on the node was lost")

// errStopped ends a job because the service stops. The journal has the rest.
var errStopped = errors.New("the service stopped")

// Limits of single calls to a pod. They end calls that hang: assembly has a
// limit of its own, and deleting can take a pod minutes.
const (
	quickCall = 2 * time.Minute
	slowCall  = 15 * time.Minute
)

// job is one piece of work on one node. Its fields belong to the goroutine of
// the job; others read node and err after done, and early after lasting.
type job struct {
	s   *Service
	log *slog.Logger
	in  service.Intent
	n   service.Node

	async   bool      // the caller wants to be answered as soon as there is hardware
	cause   error     // why the compose is being undone, if this process knows
	nothing bool      // it is certain that the pod has allocated nothing
	until   time.Time // how long the machine of a lost answer may still turn up
	trouble string    // what was logged last

	early   service.Node
	lasting chan struct{} // closed when the node cannot vanish any more: it will be composed or failed
	node    service.Node
	err     error
	done    chan struct{}
}

func (s *Service) newJob(in service.Intent, n service.Node) *job {
	j := &job{
		s: s, in: in, n: n,
		log:     s.log.With("node", n.UUID, "work", string(in.Kind)),
		until:   in.UpdatedAt.Add(s.lostAnswer),
		lasting: make(chan struct{}),
		done:    make(chan struct{}),
	}
	j.announce()
	return j
}

// announce lets those who want no more than hardware go.
func (j *job) announce() {
	if j.in.Async {
		j.early = j.n
		close(j.lasting)
	}
}

// fresh runs a job that was begun just now.
func (j *job) fresh(ctx context.Context) (service.Node, error) {
	if j.in.Kind == service.IntentDelete {
		j.s.observe(DeleteBegun)
		return j.n, j.delete(ctx)
	}
	j.s.observe(ComposeBegun)
	if err := j.allocate(ctx); err != nil {
		return j.n, err
	}
	return j.compose(ctx)
}

// recovered goes on with a job that another process, or another life of this
// one, began.
func (j *job) recovered(ctx context.Context) (service.Node, error) {
	j.log.Info("going on with unfinished work", "step", string(j.in.Step))
	if j.in.Kind == service.IntentDelete {
		return j.n, j.delete(ctx)
	}
	return j.compose(ctx)
}

// call makes one call to the node's pod.
func (j *job) call(ctx context.Context, limit time.Duration, do func(context.Context, service.Pod) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	pod, err := j.s.pods.Pod(ctx, j.n.PodManagerID)
	if service.CodeOf(err) == service.NotFound {
		// Not to be taken for a machine that is not found.
		return &service.Error{Code: service.Unavailable, Message: "the pod manager is not registered any more", Err: err}
	}
	if err != nil {
		return err
	}
	return do(ctx, pod)
}

// write makes one write to the journal, again until the store answers. What it
// writes may be repeated. An error is errLost or errStopped.
func (j *job) write(ctx context.Context, point string, do func(context.Context) error) error {
	for patience := j.s.patience(); ; {
		err := do(ctx)
		switch service.CodeOf(err) {
		case service.Conflict, service.NotFound:
			return fmt.Errorf("%w: %w", errLost, err)
		}
		if err == nil {
			j.s.observe(point)
			return nil
		}
		if err := j.retry(ctx, patience, "the journal cannot be written", err); err != nil {
			return err
		}
	}
}

// advance journals a further step.
func (j *job) advance(ctx context.Context, step service.Step, point string) error {
	j.in.Step, j.in.UpdatedAt, j.n.UpdatedAt = step, now(), now()
	return j.write(ctx, point, func(ctx context.Context) error { return j.s.store.Advance(ctx, j.in, j.n) })
}

// finish journals the end of the work on a node that stays.
func (j *job) finish(ctx context.Context, state service.NodeState, point string) error {
	j.n.State, j.n.UpdatedAt = state, now()
	return j.write(ctx, point, func(ctx context.Context) error { return j.s.store.Finish(ctx, j.n) })
}

// forget journals the end of the work on a node that goes.
func (j *job) forget(ctx context.Context, point string) error {
	return j.write(ctx, point, func(ctx context.Context) error { return j.s.store.Forget(ctx, j.n.UUID) })
}

// retry waits before something is tried again. It logs an error once, not each
// time.
func (j *job) retry(ctx context.Context, p *pause, what string, err error) error {
	if ctx.Err() == nil && j.trouble != err.Error() {
		j.trouble = err.Error()
		j.log.Warn(what+"; trying again", "error", err)
	}
	return j.look(ctx, p)
}

// look waits before something is looked at again.
func (j *job) look(ctx context.Context, p *pause) error {
	if p.wait(ctx) != nil {
		return errStopped
	}
	return nil
}

// failureOf is what may be told of an error.
func failureOf(err error) *service.Failure {
	var e *service.Error
	if errors.As(err, &e) {
		return &service.Failure{Code: e.Code, Message: e.Message}
	}
	return &service.Failure{Code: service.Internal, Message: "an internal error"}
}
