package compose

import (
	"context"
	"fmt"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// delete gives the hardware of a node back and forgets the node. Where the
// provisioner or the pod refuses, the node is composed as before; where the pod
// does not answer, nobody knows, and it is tried again until it does.
func (j *job) delete(ctx context.Context) error {
	if err := j.deregister(ctx); err != nil {
		return err
	}
	for patience := jobs.Patience(j.s.poll); j.n.Ref != ""; {
		err := j.deleteMachine(ctx, j.n.Ref)
		if err == nil {
			j.s.observe(DeletePodDeleted)
			break
		}
		if isCut(err) {
			return err
		}
		if !jobs.AnswerLost(err) {
			return j.putBack(ctx, err)
		}
		if err := j.retry(ctx, patience, "the hardware cannot be given back", err); err != nil {
			return err
		}
	}
	if err := j.forget(ctx, DeleteFinished); err != nil {
		return err
	}
	j.log.Info("node deleted")
	j.release(ctx)
	return nil
}

// deregister takes the node out of the provisioner, which must not drive
// hardware that is another's. That it is done is journalled before the hardware
// goes, so that nobody who goes on with this does it again, and finds it in the
// way then.
func (j *job) deregister(ctx context.Context) error {
	if j.n.ManagedBy == "" || j.s.provisioner == nil {
		return nil
	}
	err := j.bounded(ctx, j.heeded(), jobs.QuickCall, func(ctx context.Context) error {
		return j.s.provisioner.Deregister(ctx, j.n.UUID)
	})
	if isCut(err) {
		return err
	}
	if err != nil {
		return j.putBack(ctx, fmt.Errorf("deregistering the node: %w", err))
	}
	j.s.observe(DeleteDeregistered)
	j.n.ManagedBy = ""
	return j.advance(ctx, service.StepIntended, DeleteUnmanaged)
}

// putBack ends a delete that was refused.
func (j *job) putBack(ctx context.Context, refusal error) error {
	j.log.Warn("the node cannot be deleted", "error", refusal)
	if err := j.finish(ctx, service.NodeComposed, DeleteRefused); err != nil {
		return err
	}
	return refusal
}
