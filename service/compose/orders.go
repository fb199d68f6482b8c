package compose

import (
	"context"
	"errors"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// listen does what is ordered of a job, until ctx ends.
func (j *job) listen(ctx context.Context) {
	tick := time.NewTicker(10 * j.s.poll)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			j.hear(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// hear asks the journal once for an order. Where it does not answer, the next
// time will do: a job that writes to it finds that out by itself.
func (j *job) hear(ctx context.Context) {
	order, err := j.s.store.Ordered(ctx, j.n.UUID)
	if obey, given := j.orders[order]; err == nil && given {
		obey()
	}
}

// heeded is the signal that ends what the job is doing now. A compose that is
// being undone cannot be cancelled any more, nor can a delete.
func (j *job) heeded() context.Context {
	if j.in.Kind == service.IntentCompose && j.in.Step != service.StepUndoing {
		return j.cancelled
	}
	return j.forgotten
}

// interrupted says why a job may not go on with what it is doing, if so.
func interrupted(ctx, signal context.Context) error {
	switch {
	case ctx.Err() != nil:
		return errStopped
	case signal.Err() != nil:
		return errOrdered
	}
	return nil
}

// isCut says whether something ended that was not over, and the pod has not
// failed.
func isCut(err error) bool { return errors.Is(err, errStopped) || errors.Is(err, errOrdered) }

// run does the work, and what is ordered instead.
func (j *job) run(ctx context.Context, work func(context.Context) (service.Node, error)) (service.Node, error) {
	n, err := work(ctx)
	if errors.Is(err, errOrdered) && j.forgotten.Err() == nil && j.in.Kind == service.IntentCompose {
		n, err = j.abandon(ctx)
	}
	if errors.Is(err, errOrdered) {
		return j.drop(ctx)
	}
	return n, err
}

// abandon undoes a compose that was cancelled.
func (j *job) abandon(ctx context.Context) (service.Node, error) {
	if err := j.fail(ctx, errCancelled()); err != nil {
		return j.n, err
	}
	return j.undo(ctx)
}

// drop forgets the node, and leaves its hardware as it is.
func (j *job) drop(ctx context.Context) (service.Node, error) {
	if err := j.forget(ctx, ForgetFinished); err != nil {
		return j.n, err
	}
	j.log.Info("node forgotten; its hardware stays as it is", "machine", j.n.Ref)
	j.release(ctx)
	if j.in.Kind == service.IntentCompose {
		return j.n, errCancelled()
	}
	return j.n, nil
}

// release tells that the node is gone.
func (j *job) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, jobs.QuickCall)
	defer cancel()
	if err := j.s.released(ctx, j.n); err != nil {
		j.log.Warn("what was attached to the node was not released", "error", err)
	}
}

// errCancelled is what a caller gets whose node somebody deleted before it was
// composed.
func errCancelled() error {
	return service.Errorf(service.Conflict, "composing was cancelled: the node was deleted meanwhile")
}
