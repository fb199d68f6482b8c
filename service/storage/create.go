package storage

import (
	"cmp"
	"context"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// create makes the volume, or finds the one that an earlier request made whose
// answer was lost. A volume that cannot be made leaves nothing but the cause.
func (j *job) create(ctx context.Context) error {
	ref, err := "", error(nil)
	if j.began != "" {
		ref, err = j.make(ctx)
	} else {
		j.cause = service.Errorf(service.Unavailable, "the service was interrupted while it asked for the volume")
	}
	if err == nil && ref == "" && j.lost {
		ref, err = j.search(ctx)
	}
	switch {
	case err != nil:
		return err
	case ref == "":
		return j.undoCreate(ctx)
	}
	return j.own(ctx, ref)
}

// make asks the pod for the volume. Without a ref the cause says why, and lost
// whether the pod may have made it all the same.
func (j *job) make(ctx context.Context) (ref string, err error) {
	// A pod that does not answer at all is found out here, while it is still
	// certain that it was asked for nothing.
	if err := j.s.probe(ctx, j.v.PodManagerID); err != nil {
		if ctx.Err() != nil {
			return "", errStopped
		}
		j.cause = err
		return "", nil
	}
	err = j.call(ctx, j.s.lostAnswer, func(ctx context.Context, pod service.Pod) (err error) {
		ref, err = pod.CreateVolume(ctx, service.VolumeAllocation{
			VolumeUUID: j.v.UUID, Name: j.v.Name, Description: j.v.Description, CapacityBytes: j.v.CapacityBytes,
			Protocol: j.v.Protocol, Pool: j.v.Pool, EraseOnDetach: j.v.EraseOnDetach,
		})
		return err
	})
	switch {
	case err == nil:
		j.s.observe(PodCreated)
		return ref, nil
	case ctx.Err() != nil:
		return "", errStopped
	case jobs.AnswerLost(err):
		j.log.Warn("the answer to the request for a volume was lost; looking for it", "error", err)
		j.lost, j.until = true, time.Now().Add(j.s.lostAnswer)
		j.s.observe(CreateAnswerLost)
	case service.CodeOf(err) == service.PodFailed:
		// The pod is through with the request: what it made is there now.
		j.lost, j.until = true, time.Now()
	}
	j.cause = err
	return "", nil
}

// search gives the ref of the pod's volume that carries the UUID, or none when
// there is none and the time in which one may turn up is over.
func (j *job) search(ctx context.Context) (ref string, err error) {
	patience, pause := jobs.Patience(j.s.poll), jobs.Look(j.s.poll)
	for {
		last := time.Now().After(j.until)
		err := j.call(ctx, jobs.QuickCall, func(ctx context.Context, pod service.Pod) (err error) {
			ref, err = pod.FindVolume(ctx, j.uuid)
			return err
		})
		notFound := service.CodeOf(err) == service.NotFound
		switch {
		case err == nil:
			return ref, nil
		case notFound && last:
			return "", nil
		case notFound:
			err = j.look(ctx, pause)
		default:
			err = j.retry(ctx, patience, "the pod cannot be searched for the volume", err)
		}
		if err != nil {
			return "", err
		}
	}
}

// own writes down the volume that the pod has made.
func (j *job) own(ctx context.Context, ref string) error {
	stale, err := j.sameRef(ctx, ref)
	if err != nil {
		return err
	}
	if stale != "" {
		return j.giveBack(ctx, ref, stale)
	}
	made, err := j.details(ctx, ref)
	if err != nil {
		return err
	}
	j.cause = nil
	return j.write(ctx, CreateFinished, func(v *service.Volume) {
		v.State, v.Ref = service.VolumeAvailable, ref
		if made.CapacityBytes != nil {
			v.CapacityBytes = *made.CapacityBytes
		}
		v.Protocol = cmp.Or(made.Protocol, v.Protocol)
		v.Pool = cmp.Or(made.Pool, v.Pool)
	})
}

// sameRef gives another volume that is recorded with the ref, or none. What it
// was must have gone from the pod without Valence, and its path been given out
// again: with two records, deleting either would destroy what belongs to both.
func (j *job) sameRef(ctx context.Context, ref string) (string, error) {
	for patience := jobs.Patience(j.s.poll); ; {
		other, err := j.s.withRef(ctx, j.v.PodManagerID, ref)
		if err == nil {
			return other, nil
		}
		if err := j.wait(ctx, patience, "the volumes cannot be read", err); err != nil {
			return "", err
		}
	}
}

func (s *Service) withRef(ctx context.Context, podManagerID, ref string) (string, error) {
	for v, err := range s.store.Volumes(ctx, service.VolumeFilter{PodManagerID: podManagerID}, "") {
		if err != nil {
			return "", err
		}
		if v.Ref == ref {
			return v.UUID, nil
		}
	}
	return "", nil
}

// giveBack deletes the new volume, for its path is that of a stale record.
func (j *job) giveBack(ctx context.Context, ref, stale string) error {
	refusal, err := j.ask(ctx, "the room of the volume cannot be given back", func(ctx context.Context, pod service.Pod) error {
		return pod.DeleteVolume(ctx, ref)
	})
	if err != nil {
		return err
	}
	if refusal != nil {
		j.log.Error("a volume stays on the pod that belongs to nobody", "path", ref, "error", refusal)
	}
	j.cause = service.Errorf(service.Conflict,
		"%s is recorded as volume %s, which is gone from the pod manager: delete that first", ref, stale)
	return j.undoCreate(ctx)
}

// details reads what the pod made. Not to know it is no reason to fail.
func (j *job) details(ctx context.Context, ref string) (service.PodVolume, error) {
	var made service.PodVolume
	err := j.call(ctx, jobs.QuickCall, func(ctx context.Context, pod service.Pod) (err error) {
		made, err = pod.Volume(ctx, ref)
		return err
	})
	if ctx.Err() != nil {
		return made, errStopped
	}
	if err != nil {
		j.log.Warn("the new volume cannot be read; its record says what was asked for", "error", err)
	}
	return made, nil
}

// undoCreate leaves a failed volume for a caller that was told of it, and
// nothing otherwise.
func (j *job) undoCreate(ctx context.Context) error {
	j.log.Warn("the volume was not made", "error", j.cause)
	select {
	case <-j.known:
	default:
		return j.forget(ctx, CreateUndone)
	}
	failure := service.FailureOf(j.cause)
	return j.write(ctx, CreateUndone, func(v *service.Volume) {
		v.State, v.Failure = service.VolumeFailed, failure
	})
}
