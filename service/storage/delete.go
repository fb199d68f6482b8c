package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// clearAtOnce is how many volumes of a pod manager ClearVolumes deletes at once.
const clearAtOnce = 8

// DeleteVolume implements service.Storage. Deleting twice at once is success
// twice. With ForgetHardware work that is stuck on the volume ends.
func (s *Service) DeleteVolume(ctx context.Context, volumeUUID string, how service.Removal) error {
	v, err := s.volume(ctx, volumeUUID)
	if err != nil {
		return err
	}
	return s.remove(ctx, v, how)
}

// remove deletes or forgets a volume, whoever asks for it.
func (s *Service) remove(ctx context.Context, v service.Volume, how service.Removal) error {
	if how == service.ForgetHardware {
		return s.forget(ctx, v)
	}
	if v.State == service.VolumeDeleting {
		// The same was asked for before, as in Detach.
		var err error
		if v, err = s.await(ctx, v.UUID, service.VolumeDeleting); errors.Is(err, errForgotten) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	if err := removable(v); err != nil {
		return err
	}
	if v.Ref != "" {
		// Once begun, a delete goes on until the pod answers: look before.
		if err := s.probe(ctx, v.PodManagerID); err != nil {
			return err
		}
	}
	j, err := s.begin(ctx, v.UUID, DeleteBegun, func() {}, func(v *service.Volume) error {
		err := removable(*v)
		v.State = service.VolumeDeleting
		return err
	})
	return s.end(ctx, j, err)
}

// forget removes the record. A volume that is being worked on is forgotten all
// the same, for the work may never end; it ends when it finds the record gone.
func (s *Service) forget(ctx context.Context, v service.Volume) error {
	if v.State == service.VolumeAttached {
		return available(v)
	}
	if err := s.jobs.Enter(); err != nil {
		return err
	}
	defer s.jobs.Leave()
	return s.store.DeleteVolume(context.WithoutCancel(ctx), v.UUID)
}

// removable is a Conflict unless the volume is available, or failed.
func removable(v service.Volume) error {
	if v.State == service.VolumeFailed {
		return nil
	}
	return available(v)
}

// ClearVolumes implements service.Storage. The code of its error is that of
// the first failure.
func (s *Service) ClearVolumes(ctx context.Context, podManagerID string, how service.Removal) error {
	var list []service.Volume
	for v, err := range s.store.Volumes(ctx, service.VolumeFilter{PodManagerID: podManagerID}, "") {
		if err != nil {
			return fmt.Errorf("listing the volumes of pod manager %s: %w", podManagerID, err)
		}
		list = append(list, v)
	}
	var left leftovers
	var g errgroup.Group
	g.SetLimit(clearAtOnce)
	for _, v := range list {
		g.Go(func() error {
			left.add(v, s.remove(ctx, v, how))
			return nil
		})
	}
	_ = g.Wait() // never fails
	return left.err(podManagerID)
}

// leftovers are the volumes that could not be deleted, and why.
type leftovers struct {
	mu    sync.Mutex
	list  []string
	first error
}

func (l *leftovers) add(v service.Volume, err error) {
	if err == nil || service.CodeOf(err) == service.NotFound {
		return // somebody else deleted it
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first == nil {
		l.first = err
	}
	l.list = append(l.list, fmt.Sprintf("%s (%s)", v.UUID, service.FailureOf(err).Message))
}

func (l *leftovers) err(podManagerID string) error {
	if l.first == nil {
		return nil
	}
	shown := l.list
	const most = 10
	more := ""
	if len(shown) > most {
		shown, more = shown[:most], fmt.Sprintf(" and %d more", len(shown)-most)
	}
	return &service.Error{
		Code:    service.CodeOf(l.first),
		Message: fmt.Sprintf("pod manager %s still has volumes: %s%s", podManagerID, strings.Join(shown, ", "), more),
		Err:     l.first,
	}
}
