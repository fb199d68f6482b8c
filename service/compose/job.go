package compose

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// errLost ends a job whose node is no longer held by this process: somebody
// else works on it now, or will claim it.
var errLost = errors.New("the hold on the node was lost")

// errOrdered ends what a job is doing because somebody wants something else of
// it, and makes it do that.
var errOrdered = errors.New("other work was ordered")

// errStopped ends a job because the service stops. The journal has the rest.
var errStopped = errors.New("the service stopped")

// job is one piece of work on one node. Its fields belong to the goroutine of
// the job; others read node and err after done, and early after lasting.
type job struct {
	s   *Service
	log *slog.Logger
	in  service.Intent
	n   service.Node

	async   bool      // the caller wants to be answered as soon as there is hardware
	cause   error     // why the compose is being, or will have to be, undone
	nothing bool      // it is certain that the pod has allocated nothing
	until   time.Time // how long the machine of a lost answer may still turn up
	trouble string    // what was logged last

	cancelled context.Context // ends when the compose is to be undone
	forgotten context.Context // ends when the node is to be forgotten, and the one above with it
	orders    map[service.Order]context.CancelFunc

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
	if in.Failure != nil {
		j.cause = service.Errorf(in.Failure.Code, "%s", in.Failure.Message)
	}
	var cancel, forget context.CancelFunc
	j.forgotten, forget = context.WithCancel(context.Background())
	j.cancelled, cancel = context.WithCancel(j.forgotten)
	j.orders = map[service.Order]context.CancelFunc{service.OrderCancel: cancel, service.OrderForget: forget}
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
	switch j.in.Kind {
	case service.IntentDelete:
		j.s.observe(DeleteBegun)
		return j.n, j.delete(ctx)
	case service.IntentForget:
		j.s.observe(ForgetBegun)
		return j.drop(ctx)
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
	j.hear(ctx) // what was ordered while nobody worked is not to be done first
	switch j.in.Kind {
	case service.IntentDelete:
		return j.n, j.delete(ctx)
	case service.IntentForget:
		return j.drop(ctx)
	}
	return j.compose(ctx)
}

// call makes one call to the node's pod. An order ends it.
func (j *job) call(ctx context.Context, limit time.Duration, do func(context.Context, service.Pod) error) error {
	return j.callUnless(ctx, j.heeded(), limit, do)
}

// callUnless makes one call to the node's pod, which only the signal ends.
func (j *job) callUnless(ctx, signal context.Context, limit time.Duration, do func(context.Context, service.Pod) error) error {
	return j.bounded(ctx, signal, limit, func(ctx context.Context) error {
		return jobs.Call(ctx, j.s.pods, j.n.PodManagerID, do)
	})
}

// bounded does something that may take so long, and that the signal ends. Its
// error is errStopped or errOrdered where it failed because it was cut off.
func (j *job) bounded(ctx, signal context.Context, limit time.Duration, do func(context.Context) error) error {
	inner, cancel := jobs.Until(ctx, signal)
	defer cancel()
	inner, release := context.WithTimeout(inner, limit)
	defer release()
	err := do(inner)
	if err == nil {
		return nil
	}
	if cut := interrupted(ctx, signal); cut != nil {
		return cut
	}
	if inner.Err() != nil && service.CodeOf(err) == service.Internal {
		// What the limit cut off does not always know that it was.
		return &service.Error{Code: service.Timeout, Message: "it took longer than it may", Err: err}
	}
	return err
}

// write makes one write to the journal, again until the store answers. What it
// writes may be repeated. An error is errLost or errStopped.
func (j *job) write(ctx context.Context, point string, do func(context.Context) error) error {
	for patience := jobs.Patience(j.s.poll); ; {
		err := do(ctx)
		switch service.CodeOf(err) {
		case service.Conflict, service.NotFound:
			return fmt.Errorf("%w: %w", errLost, err)
		}
		if err == nil {
			j.s.observe(point)
			return nil
		}
		j.complain(ctx, "the journal cannot be written", err)
		// No order cuts this off: what is written must not stay open.
		if patience.Wait(ctx) != nil {
			return errStopped
		}
	}
}

// advance journals a further step.
func (j *job) advance(ctx context.Context, step service.Step, point string) error {
	j.in.Step, j.in.UpdatedAt = step, service.Now()
	j.n.Step, j.n.UpdatedAt = step, j.in.UpdatedAt
	return j.write(ctx, point, func(ctx context.Context) error { return j.s.store.Advance(ctx, j.in, j.n) })
}

// finish journals the end of the work on a node that stays.
func (j *job) finish(ctx context.Context, state service.NodeState, point string) error {
	j.n.State, j.n.Step, j.n.UpdatedAt = state, "", service.Now()
	return j.write(ctx, point, func(ctx context.Context) error { return j.s.store.Finish(ctx, j.n) })
}

// forget journals the end of the work on a node that goes.
func (j *job) forget(ctx context.Context, point string) error {
	return j.write(ctx, point, func(ctx context.Context) error { return j.s.store.Forget(ctx, j.n.UUID) })
}

// retry waits before something is tried again.
func (j *job) retry(ctx context.Context, p *jobs.Pause, what string, err error) error {
	j.complain(ctx, what, err)
	return j.look(ctx, p)
}

// complain logs an error that repeats itself once, not each time.
func (j *job) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil && j.trouble != err.Error() {
		j.trouble = err.Error()
		j.log.Warn(what+"; trying again", "error", err)
	}
}

// look waits before something is looked at again. An order ends it.
func (j *job) look(ctx context.Context, p *jobs.Pause) error {
	signal := j.heeded()
	inner, cancel := jobs.Until(ctx, signal)
	defer cancel()
	if p.Wait(inner) != nil {
		return interrupted(ctx, signal)
	}
	return nil
}
