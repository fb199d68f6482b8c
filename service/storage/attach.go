package storage

import (
	"context"
	"slices"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// attach attaches the volume. A request whose answer was lost is made again,
// for the pod takes it as done where it was.
func (j *job) attach(ctx context.Context) error {
	machine, err := j.machine(ctx)
	if err != nil {
		return err
	}
	if machine == "" {
		return j.undoAttach(ctx, service.Errorf(service.NotFound, "the node went away while volume %s was being attached", j.uuid))
	}
	refusal, err := j.ask(ctx, "the volume cannot be attached", func(ctx context.Context, pod service.Pod) error {
		return pod.Attach(ctx, machine, j.v.Ref)
	})
	if err != nil {
		return err
	}
	if refusal != nil {
		is, err := j.isAttached(ctx, machine, refusal)
		if err != nil {
			return err
		}
		if !is {
			return j.undoAttach(ctx, refusal)
		}
	}
	j.s.observe(PodAttached)
	return j.write(ctx, AttachFinished, func(v *service.Volume) { v.State = service.VolumeAttached })
}

// isAttached says whether the pod has attached the volume although it has
// refused to: it may have meant a repeated request only, or failed too late.
func (j *job) isAttached(ctx context.Context, machine string, refusal error) (bool, error) {
	if !j.lost && service.CodeOf(refusal) != service.PodFailed {
		return false, nil
	}
	patience, pause := jobs.Patience(j.s.poll), jobs.Look(j.s.poll)
	for {
		last := !j.lost || time.Now().After(j.until)
		is, err := j.s.isAttached(ctx, j.v.PodManagerID, machine, j.v.Ref)
		switch {
		case is:
			return true, nil
		case err == nil && last:
			return false, nil
		case err == nil:
			err = j.look(ctx, pause)
		default:
			err = j.retry(ctx, patience, "it cannot be seen whether the volume is attached", err)
		}
		if err != nil {
			return false, err
		}
	}
}

// isAttached asks the pod whether a volume or device is attached to a machine.
// Nothing is attached to a machine that is gone.
func (s *Service) isAttached(ctx context.Context, podManagerID, machine, resource string) (bool, error) {
	var m service.Machine
	err := s.call(ctx, podManagerID, jobs.QuickCall, func(ctx context.Context, pod service.Pod) (err error) {
		m, err = pod.Machine(ctx, machine)
		return err
	})
	if service.CodeOf(err) == service.NotFound {
		return false, nil
	}
	return err == nil && slices.Contains(m.Attached, resource), err
}

func (j *job) undoAttach(ctx context.Context, cause error) error {
	j.log.Warn("the volume was not attached", "error", cause)
	j.cause = cause
	return j.write(ctx, AttachUndone, func(v *service.Volume) {
		v.State, v.NodeID = service.VolumeAvailable, ""
	})
}

// detach detaches the volume. There is nothing to do on the pod when the node
// is gone: what was attached to it went with it.
func (j *job) detach(ctx context.Context) error {
	machine, err := j.machine(ctx)
	if err != nil {
		return err
	}
	if machine != "" {
		refusal, err := j.ask(ctx, "the volume cannot be detached", func(ctx context.Context, pod service.Pod) error {
			return pod.Detach(ctx, machine, j.v.Ref)
		})
		if err != nil {
			return err
		}
		if refusal != nil {
			j.log.Warn("the pod refused to detach the volume", "error", refusal)
			j.cause = refusal
			return j.write(ctx, DetachRefused, func(v *service.Volume) { v.State = service.VolumeAttached })
		}
		j.s.observe(PodDetached)
	}
	return j.free(ctx)
}

// free writes that the volume is attached to no node any more. If it is to be
// erased now, nobody waits for that.
func (j *job) free(ctx context.Context) error {
	err := j.write(ctx, DetachFinished, func(v *service.Volume) {
		v.State, v.NodeID = service.VolumeAvailable, ""
		if v.EraseOnDetach {
			v.State = service.VolumeErasing
		}
	})
	if err == nil && j.v.State == service.VolumeErasing {
		j.early = j.v
		close(j.soon)
	}
	return err
}

// machine gives the ref of the machine of the volume's node, or none when the
// node is gone.
func (j *job) machine(ctx context.Context) (string, error) {
	for patience := jobs.Patience(j.s.poll); ; {
		n, err := j.s.store.Node(ctx, j.v.NodeID)
		if err == nil || service.CodeOf(err) == service.NotFound {
			return n.Ref, nil
		}
		if err := j.wait(ctx, patience, "the node cannot be read", err); err != nil {
			return "", err
		}
	}
}
