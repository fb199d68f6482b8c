package compose

import (
	"context"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// fail journals that the compose is to be undone, and why.
func (j *job) fail(ctx context.Context, cause error) error {
	if ctx.Err() != nil {
		return errStopped // what failed was cut off by our own end
	}
	j.log.Warn("composing failed; undoing it", "error", cause)
	j.cause = cause
	j.in.Failure = service.FailureOf(cause)
	return j.advance(ctx, service.StepUndoing, UndoBegun)
}

// undo gives back what a failed compose has allocated. It does not end before
// the pod has taken it, for that may be the only trace of it.
func (j *job) undo(ctx context.Context) (service.Node, error) {
	ref := j.n.Ref
	if ref == "" && !j.nothing {
		var err error
		if ref, err = j.search(ctx); err != nil {
			return j.n, err
		}
	}
	if ref != "" {
		if err := j.giveBack(ctx, ref); err != nil {
			return j.n, err
		}
		j.s.observe(UndoPodDeleted)
	}
	if err := j.recordFailure(ctx); err != nil {
		return j.n, err
	}
	j.log.Info("compose undone")
	if j.n.State == service.NodeFailed {
		return j.n, nil
	}
	return j.n, j.cause
}

// recordFailure leaves a node in state NodeFailed for a caller that was told
// of the node and has not cancelled it, and nothing otherwise.
func (j *job) recordFailure(ctx context.Context) error {
	if !j.in.Async || j.cancelled.Err() != nil {
		return j.forget(ctx, UndoFinished)
	}
	j.n.Ref, j.n.Failure = "", j.in.Failure
	return j.finish(ctx, service.NodeFailed, UndoFinished)
}

// giveBack deletes a machine, however long it takes the pod to let it.
func (j *job) giveBack(ctx context.Context, ref string) error {
	for patience := jobs.Patience(j.s.poll); ; {
		err := j.deleteMachine(ctx, ref)
		if err == nil || isCut(err) {
			return err
		}
		if err := j.retry(ctx, patience, "the hardware cannot be given back", err); err != nil {
			return err
		}
	}
}

func (j *job) deleteMachine(ctx context.Context, ref string) error {
	return j.call(ctx, jobs.SlowCall, func(ctx context.Context, pod service.Pod) error { return pod.Delete(ctx, ref) })
}
