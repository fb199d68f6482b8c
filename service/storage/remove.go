package storage

import (
	"context"

	"github.com/valence-rsd/valence/service"
)

// erase erases the volume. However that ends, the volume is available: what
// the pod will not erase stays as it was.
func (j *job) erase(ctx context.Context) error {
	refusal, err := j.ask(ctx, "the volume cannot be erased", func(ctx context.Context, pod service.Pod) error {
		return pod.EraseVolume(ctx, j.v.Ref)
	})
	if err != nil {
		return err
	}
	if refusal == nil {
		j.s.observe(PodErased)
	} else {
		j.log.Warn("the pod refused to erase the volume", "error", refusal)
		j.cause = gone(j.v, refusal)
	}
	return j.write(ctx, EraseFinished, func(v *service.Volume) { v.State = service.VolumeAvailable })
}

// delete gives the room of the volume back and forgets it. Where the pod
// refuses, the volume is available as before.
func (j *job) delete(ctx context.Context) error {
	if j.v.Ref != "" {
		refusal, err := j.ask(ctx, "the room of the volume cannot be given back", func(ctx context.Context, pod service.Pod) error {
			return pod.DeleteVolume(ctx, j.v.Ref)
		})
		if err != nil {
			return err
		}
		if refusal != nil {
			j.log.Warn("the pod refused to delete the volume", "error", refusal)
			j.cause = refusal
			return j.write(ctx, DeleteRefused, func(v *service.Volume) { v.State = service.VolumeAvailable })
		}
		j.s.observe(PodDeleted)
	}
	return j.forget(ctx, DeleteFinished)
}

// gone says what it means that a pod does not know a volume.
func gone(v service.Volume, err error) error {
	if service.CodeOf(err) != service.NotFound {
		return err
	}
	return &service.Error{
		Code:    service.NotFound,
		Message: "volume " + v.UUID + " is gone from its pod manager; deleting it removes the record",
		Err:     err,
	}
}
