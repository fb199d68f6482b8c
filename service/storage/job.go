package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// errLost ends a job whose volume is no longer this process's to work on:
// somebody else works on it, or it was forgotten.
var errLost = errors.New("the hold on the volume was lost")

// errStopped ends a job because the service stops. The record has the rest.
var errStopped = errors.New("the service stopped")

// job is one piece of work on one volume. Its fields belong to the goroutine
// of the job; others read volume and err after done, and early after soon.
type job struct {
	s       *Service
	log     *slog.Logger
	uuid    string
	v       service.Volume // as it was written last; the zero Volume once it is forgotten
	release func()

	began   string    // the point at which this process began it; empty for work that it claimed
	orphan  bool      // the node that the volume is attached to is gone
	cause   error     // why it did not end as it was meant to
	lost    bool      // a request may have been made whose answer is unknown
	until   time.Time // how long such a request may still have consequences
	trouble string    // what was logged last

	told  sync.Once
	known chan struct{} // closed when somebody was told that the volume is being made
	early service.Volume
	soon  chan struct{} // closed when the caller of a detach need not wait longer
	done  chan struct{}
	err   error
}

// newJob makes a job that ends with release. One that was begun by this
// process tells at which point; any other goes on with what a dead process
// left, whose last request may still be on its way.
func (s *Service) newJob(v service.Volume, began string, release func()) *job {
	return &job{
		s: s, uuid: v.UUID, v: v, release: release, began: began,
		log:   s.log.With("volume", v.UUID, "work", string(v.State)),
		lost:  began == "",
		until: time.Now().Add(s.lostAnswer),
		known: make(chan struct{}),
		soon:  make(chan struct{}),
		done:  make(chan struct{}),
	}
}

// run takes a volume from the state it is in to a settled one, or to none.
// The error is errLost or errStopped, or why it did not end as it was meant to.
func (j *job) run(ctx context.Context) error {
	switch {
	case j.began != "":
		j.s.observe(j.began)
	case j.orphan:
		j.log.Info("the node of the volume is gone")
	default:
		j.log.Info("going on with unfinished work")
	}
	if j.orphan {
		if err := j.free(ctx); err != nil {
			return err
		}
	}
	for {
		step := j.step()
		if step == nil {
			return j.cause
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
}

// step is what is to be done to the volume in its state; nil when it is
// settled. The error of a step is errLost or errStopped; a failure is a change
// of state.
func (j *job) step() func(context.Context) error {
	switch j.v.State {
	case service.VolumeCreating:
		return j.create
	case service.VolumeAttaching:
		return j.attach
	case service.VolumeDetaching:
		return j.detach
	case service.VolumeErasing:
		return j.erase
	case service.VolumeDeleting:
		return j.delete
	}
	return nil
}

// ask makes a request to the pod that may be made again, until it has an
// answer. The refusal is an answer that is a failure; err is errLost or
// errStopped.
func (j *job) ask(ctx context.Context, what string, do func(context.Context, service.Pod) error) (refusal, err error) {
	for patience := jobs.Patience(j.s.poll); ; {
		err := j.call(ctx, jobs.SlowCall, do)
		switch {
		case err == nil:
			return nil, nil
		case ctx.Err() != nil:
			return nil, errStopped
		case jobs.AnswerLost(err):
			j.lost, j.until = true, time.Now().Add(j.s.lostAnswer)
		case service.CodeOf(err) == service.Conflict && j.lost && time.Now().Before(j.until):
			// It may be at odds with our own earlier request.
		default:
			return err, nil
		}
		if err := j.retry(ctx, patience, what, err); err != nil {
			return nil, err
		}
	}
}

// call makes one request to the volume's pod.
func (j *job) call(ctx context.Context, limit time.Duration, do func(context.Context, service.Pod) error) error {
	return j.s.call(ctx, j.v.PodManagerID, limit, do)
}

// call makes one request to a pod.
func (s *Service) call(ctx context.Context, podManagerID string, limit time.Duration, do func(context.Context, service.Pod) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return jobs.Call(ctx, s.pods, podManagerID, do)
}

// write changes the record, again until the store answers. The change may be
// repeated. An error is errLost or errStopped.
func (j *job) write(ctx context.Context, point string, change func(*service.Volume)) error {
	return j.persist(ctx, point, func(ctx context.Context) error {
		v, err := j.s.store.UpdateVolume(ctx, j.uuid, func(v *service.Volume) error {
			change(v)
			v.UpdatedAt = service.Now()
			return nil
		})
		if err == nil {
			j.v = v
		}
		return err
	})
}

// forget removes the record, under the conditions of write.
func (j *job) forget(ctx context.Context, point string) error {
	j.v = service.Volume{PodManagerID: j.v.PodManagerID}
	return j.persist(ctx, point, func(ctx context.Context) error {
		err := j.s.store.DeleteVolume(ctx, j.uuid)
		if service.CodeOf(err) == service.NotFound {
			return nil
		}
		return err
	})
}

func (j *job) persist(ctx context.Context, point string, do func(context.Context) error) error {
	for patience := jobs.Patience(j.s.poll); ; {
		err := do(ctx)
		switch service.CodeOf(err) {
		case service.Conflict, service.NotFound:
			return fmt.Errorf("%w: %w", errLost, err)
		}
		if err == nil {
			j.s.observe(point)
			return nil
		}
		if err := j.wait(ctx, patience, "the record cannot be written", err); err != nil {
			return err
		}
	}
}

// retry waits before the pod is asked again. Nothing is asked for a volume
// that was forgotten meanwhile.
func (j *job) retry(ctx context.Context, p *jobs.Pause, what string, err error) error {
	if err := j.wait(ctx, p, what, err); err != nil {
		return err
	}
	_, err = j.s.store.Volume(ctx, j.uuid)
	if service.CodeOf(err) == service.NotFound {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	return nil
}

// wait waits before something is tried again. It logs an error once, not each
// time.
func (j *job) wait(ctx context.Context, p *jobs.Pause, what string, err error) error {
	if ctx.Err() == nil && j.trouble != err.Error() {
		j.trouble = err.Error()
		j.log.Warn(what+"; trying again", "error", err)
	}
	return j.look(ctx, p)
}

// look waits before something is looked at again.
func (j *job) look(ctx context.Context, p *jobs.Pause) error {
	if p.Wait(ctx) != nil {
		return errStopped
	}
	return nil
}
