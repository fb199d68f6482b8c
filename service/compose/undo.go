package compose

import (
	"context"

	"github.com/valence-rsd/valence/service"
)

// fail journals that the compose is to be undone, and why. Nothing says that
// the pod has certainly allocated nothing.
func (j *job) fail(ctx context.Context, cause error, nothing bool) error {
	if ctx.Err() != nil {
		return errStopped // what failed was cut off by our own end
	}
	j.log.Warn("composing failed; undoing it", "error", cause)
	j.cause, j.nothing = cause, nothing
	j.in.Failure = failureOf(cause)
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
	if j.in.Async {
		return j.n, nil
	}
	if j.cause == nil {
		j.cause = service.Errorf(service.PodFailed, "composing the node failed before the service was restarted")
	}
	return j.n, j.cause
}

// recordFailure leaves a node in state NodeFailed for a caller that was told
// of the node, and nothing otherwise.
func (j *job) recordFailure(ctx context.Context) error {
	if !j.in.Async {
		return j.forget(ctx, UndoFinished)
	}
	j.n.Ref, j.n.Failure = "", j.in.Failure
	return j.finish(ctx, service.NodeFailed, UndoFinished)
}

// giveBack deletes a machine, however long it takes the pod to let it.
func (j *job) giveBack(ctx context.Context, ref string) error {
	for patience := j.s.patience(); ; {
		err := j.deleteMachine(ctx, ref)
		if err == nil {
			return nil
		}
		if err := j.retry(ctx, patience, "the hardware cannot be given back", err); err != nil {
			return err
		}
	}
}

func (j *job) deleteMachine(ctx context.Context, ref string) error {
	return j.call(ctx, slowCall, func(ctx context.Context, pod service.Pod) error { return pod.Delete(ctx, ref) })
}

// delete gives the hardware of a node back and forgets the node. Where the pod
// refuses, the node is composed as before; where it does not answer, nobody
// knows, and it is tried again until it does.
func (j *job) delete(ctx context.Context) error {
	for patience := j.s.patience(); j.n.Ref != ""; {
		err := j.deleteMachine(ctx, j.n.Ref)
		if err == nil {
			j.s.observe(DeletePodDeleted)
			break
		}
		if ctx.Err() != nil {
			return errStopped
		}
		switch service.CodeOf(err) {
		case service.Unavailable, service.Timeout, service.Internal:
			if err := j.retry(ctx, patience, "the hardware cannot be given back", err); err != nil {
				return err
			}
		default:
			return j.putBack(ctx, err)
		}
	}
	if err := j.forget(ctx, DeleteFinished); err != nil {
		return err
	}
	j.log.Info("node deleted")
	return nil
}

// putBack ends a delete that the pod refused.
func (j *job) putBack(ctx context.Context, refusal error) error {
	j.log.Warn("the pod refused to delete the machine", "error", refusal)
	if err := j.finish(ctx, service.NodeComposed, DeleteRefused); err != nil {
		return err
	}
	return refusal
}
