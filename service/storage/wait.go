package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
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
	for pause := jobs.Look(s.poll); ; {
		if j := s.jobs.Find(volumeUUID); j != nil {
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
		if pause.Wait(ctx) != nil {
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
