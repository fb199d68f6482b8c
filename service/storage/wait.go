package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/valence-rsd/valence/service"
)

// result waits for a job that the caller itself began, or until the caller
// need not wait longer. Work that this process lost is errLost.
func (s *Service) result(ctx context.Context, j *job) (service.Volume, error) {
	select {
	case <-j.done:
	case <-j.soon:
		return j.early, nil
	case <-ctx.Done():
		j.told.Do(func() { close(j.known) })
		return service.Volume{}, stillGoing(ctx, j.uuid)
	}
	if errors.Is(j.err, errStopped) {
		return service.Volume{}, &service.Error{
			Code:    service.Unavailable,
			Message: "the service is shutting down; the work on volume " + j.uuid + " goes on when it is back",
			Err:     j.err,
		}
	}
	return j.v, j.err
}

// errForgotten says that the volume waited for is no more.
var errForgotten = errors.New("the volume was forgotten")

// await waits for the end of work that a volume is in by its state, and that
// may be in the hands of another process. Where nobody alive has it, it is
// taken up here, rather than when Run comes by.
func (s *Service) await(ctx context.Context, volumeUUID string, work service.VolumeState) (service.Volume, error) {
	for pause := s.pause(); ; {
		if j := s.job(volumeUUID); j != nil {
			select {
			case <-j.done:
			case <-j.soon:
			case <-ctx.Done():
			}
		}
		v, err := s.store.Volume(ctx, volumeUUID)
		switch {
		case service.CodeOf(err) == service.NotFound:
			return v, errForgotten
		case err == nil && v.State != work:
			return v, nil
		case err == nil:
			_, err = s.claim(ctx, volumeUUID, "")
		}
		if err != nil && ctx.Err() == nil {
			return v, err
		}
		if pause.wait(ctx) != nil {
			return v, stillGoing(ctx, volumeUUID)
		}
	}
}

// stillGoing is what a caller gets who waits no longer.
func stillGoing(ctx context.Context, volumeUUID string) error {
	return &service.Error{
		Code:    service.Timeout,
		Message: fmt.Sprintf("gave up waiting; the work on volume %s goes on", volumeUUID),
		Err:     ctx.Err(),
	}
}

// pause is a wait that doubles each time, up to a limit.
type pause struct{ next, most time.Duration }

// pause is for looking at what is on its way.
func (s *Service) pause() *pause { return &pause{next: s.poll, most: 20 * s.poll} }

// patience is for what does not answer.
func (s *Service) patience() *pause { return &pause{next: s.poll, most: 300 * s.poll} }

// wait returns early, with its error, when ctx ends.
func (p *pause) wait(ctx context.Context) error {
	t := time.NewTimer(p.next)
	defer t.Stop()
	p.next = min(2*p.next, p.most)
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
