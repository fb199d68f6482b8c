package storage

import (
	"context"
	"errors"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// CreateVolume implements service.Storage. When ctx ends while it waits, the
// work goes on, and if it fails then, the volume stays in state VolumeFailed.
func (s *Service) CreateVolume(ctx context.Context, r service.VolumeRequest) (service.Volume, error) {
	plan, err := s.plan(ctx, r)
	if err != nil {
		return service.Volume{}, err
	}
	for {
		first, j, err := s.beginCreate(ctx, plan)
		if err != nil {
			return service.Volume{}, err
		}
		if j != nil {
			v, err := s.result(ctx, j)
			if !errors.Is(err, errLost) {
				return v, err
			}
		} else if !sameRequest(first, plan) {
			return service.Volume{}, service.Errorf(service.Conflict, "this idempotency key was used before, for another request")
		}
		v, err := s.await(ctx, first.UUID, service.VolumeCreating)
		switch {
		case !errors.Is(err, errForgotten):
			return v, err
		case j != nil:
			return v, service.Errorf(service.PodFailed, "making the volume failed, and another process has undone it")
		}
		// The first use failed elsewhere and is forgotten, its key with it.
	}
}

// beginCreate writes the record and starts the work. There is no job where the
// idempotency key was used before; then the volume is that of its first use.
func (s *Service) beginCreate(ctx context.Context, plan service.Volume) (service.Volume, *job, error) {
	if err := s.jobs.Enter(); err != nil {
		return plan, nil, err
	}
	// A caller that goes away now must not leave it open whether this was written.
	lasting := context.WithoutCancel(ctx)
	release, err := s.store.HoldVolume(lasting, plan.UUID)
	if err != nil {
		s.jobs.Leave()
		return plan, nil, err
	}
	first, created, err := s.store.CreateVolume(lasting, plan)
	if err != nil || !created {
		release()
		s.jobs.Leave()
		return first, nil, err
	}
	return plan, s.launch(ctx, s.newJob(plan, CreateBegun, release)), nil
}

// begin holds a volume, writes what is about to happen to it, and starts the
// work. It takes over whatever hold comes with it: release is called when the
// work has ended, or never began.
func (s *Service) begin(ctx context.Context, volumeUUID, point string, release func(), change func(*service.Volume) error) (*job, error) {
	if err := s.jobs.Enter(); err != nil {
		release()
		return nil, err
	}
	lasting := context.WithoutCancel(ctx)
	letGo, err := s.store.HoldVolume(lasting, volumeUUID)
	if err != nil {
		release()
		s.jobs.Leave()
		return nil, err
	}
	both := func() {
		letGo()
		release()
	}
	v, err := s.store.UpdateVolume(lasting, volumeUUID, func(v *service.Volume) error {
		v.UpdatedAt = service.Now()
		return change(v)
	})
	if err != nil {
		both()
		s.jobs.Leave()
		return nil, err
	}
	return s.launch(ctx, s.newJob(v, point, both)), nil
}

// ShowVolume implements service.Storage. Where the pod does not answer, the
// volume comes with the error.
func (s *Service) ShowVolume(ctx context.Context, volumeUUID string) (service.Volume, *service.PodVolume, error) {
	v, err := s.volume(ctx, volumeUUID)
	if err != nil || v.Ref == "" {
		return v, nil, err
	}
	var pv service.PodVolume
	err = s.call(ctx, v.PodManagerID, jobs.QuickCall, func(ctx context.Context, pod service.Pod) (err error) {
		pv, err = pod.Volume(ctx, v.Ref)
		return err
	})
	switch {
	case err == nil:
		return v, &pv, nil
	case service.CodeOf(err) == service.NotFound && v.State == service.VolumeDeleting:
		return v, nil, nil
	}
	return v, nil, gone(v, err)
}

// UpdateVolume implements service.Storage.
func (s *Service) UpdateVolume(ctx context.Context, volumeUUID string, change func(*service.Volume) error) (service.Volume, error) {
	if _, err := s.volume(ctx, volumeUUID); err != nil {
		return service.Volume{}, err
	}
	return s.store.UpdateVolume(ctx, volumeUUID, func(v *service.Volume) error {
		wanted := *v
		if err := change(&wanted); err != nil {
			return err
		}
		if wanted.Name == "" {
			return service.Errorf(service.Invalid, "name: a volume needs a name")
		}
		v.Name, v.Description, v.EraseOnDetach = wanted.Name, wanted.Description, wanted.EraseOnDetach
		v.UpdatedAt = service.Now()
		return nil
	})
}

// EraseVolume implements service.Storage. It returns when the volume is erased.
func (s *Service) EraseVolume(ctx context.Context, volumeUUID string) error {
	v, err := s.volume(ctx, volumeUUID)
	if err != nil {
		return err
	}
	if err := available(v); err != nil {
		return err
	}
	if err := s.probe(ctx, v.PodManagerID); err != nil {
		return err
	}
	j, err := s.begin(ctx, volumeUUID, EraseBegun, func() {}, func(v *service.Volume) error {
		err := available(*v)
		v.State = service.VolumeErasing
		return err
	})
	return s.end(ctx, j, err)
}

// end waits for work that has no other result than its end.
func (s *Service) end(ctx context.Context, j *job, err error) error {
	if err != nil {
		return err
	}
	_, err = s.result(ctx, j)
	if errors.Is(err, errLost) {
		return lostTo(j, err)
	}
	return err
}

// lostTo is what a caller gets whose work was lost to another process.
func lostTo(j *job, err error) error {
	return &service.Error{
		Code:    service.Unavailable,
		Message: "the work on volume " + j.uuid + " was taken over or ended by another process",
		Err:     err,
	}
}

// volume reads a volume that the caller in ctx may see.
func (s *Service) volume(ctx context.Context, volumeUUID string) (service.Volume, error) {
	v, err := s.store.Volume(ctx, volumeUUID)
	if err != nil {
		return service.Volume{}, err
	}
	if !service.CallerOf(ctx).Sees(v.ProjectID) {
		return service.Volume{}, service.Errorf(service.NotFound, "volume %q does not exist", volumeUUID)
	}
	return v, nil
}

// available is a Conflict unless the volume is available.
func available(v service.Volume) error {
	switch v.State {
	case service.VolumeAvailable:
		return nil
	case service.VolumeAttached:
		return service.Errorf(service.Conflict, "volume %s is attached to node %s: detach it first", v.UUID, v.NodeID)
	}
	return service.Errorf(service.Conflict, "volume %s is %s, not available", v.UUID, v.State)
}
