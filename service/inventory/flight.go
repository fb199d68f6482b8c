package inventory

import (
	"context"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
)

// flights are the readings of the pods under way: at most one of each pod, and
// one that waits for that to end.
type flights struct {
	mu   sync.Mutex
	pods map[string]*flight
}

// flight is the readings of one pod.
type flight struct {
	running, next *run
	endedAt       time.Time // when the last one ended
	failed        bool      // so it did
	took          time.Duration
}

// run is one reading, which several may wait for.
type run struct {
	done chan struct{}
	err  error
}

// of gives the flight of a pod; mu is held.
func (f *flights) of(podManagerID string) *flight {
	if f.pods == nil {
		f.pods = map[string]*flight{}
	}
	if f.pods[podManagerID] == nil {
		f.pods[podManagerID] = &flight{}
	}
	return f.pods[podManagerID]
}

// failedAt is when the last reading of a pod in this process failed; zero where
// it did not.
func (f *flights) failedAt(podManagerID string) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if last := f.of(podManagerID); last.failed {
		return last.endedAt
	}
	return time.Time{}
}

// rest is how long a pod is left alone that always has something to tell: as
// long as reading it took the last time.
func (f *flights) rest(podManagerID string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := f.of(podManagerID)
	return min(last.took-time.Since(last.endedAt), patience)
}

// read waits for a reading of a pod. With fresh it is one that begins after the
// call; otherwise one that is under way will do. The reading goes on when ctx
// ends.
func (i *Inventory) read(ctx context.Context, pm service.PodManager, fresh bool) error {
	r := i.join(pm, fresh)
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (i *Inventory) join(pm service.PodManager, fresh bool) *run {
	i.flights.mu.Lock()
	defer i.flights.mu.Unlock()
	f := i.flights.of(pm.UUID)
	switch {
	case f.running == nil:
		r := &run{done: make(chan struct{})}
		if !i.spawn(func() { i.fly(pm, f, r) }) {
			r.err = errClosed
			close(r.done)
			return r
		}
		f.running = r
	case fresh:
		if f.next == nil {
			f.next = &run{done: make(chan struct{})}
		}
		return f.next
	}
	return f.running
}

// fly reads a pod for as long as somebody waits for that.
func (i *Inventory) fly(pm service.PodManager, f *flight, r *run) {
	for r != nil {
		begin := time.Now()
		r.err = i.refresh(i.life, pm)
		if i.life.Err() != nil {
			r.err = errClosed
		}
		i.flights.mu.Lock()
		f.endedAt, f.failed = time.Now(), r.err != nil
		f.took = f.endedAt.Sub(begin)
		close(r.done)
		f.running, f.next = f.next, nil
		r = f.running
		i.flights.mu.Unlock()
	}
}

// errClosed is what is left of readings when the service stops.
var errClosed = service.Errorf(service.Unavailable, "the service is shutting down")

// spawn runs something until Close; false where that was called.
func (i *Inventory) spawn(do func()) bool {
	i.tasksMu.Lock()
	defer i.tasksMu.Unlock()
	if i.life.Err() != nil {
		return false
	}
	i.tasks.Go(do)
	return true
}

// Close ends what is going on, and waits for its end.
func (i *Inventory) Close() error {
	i.tasksMu.Lock()
	i.stop()
	i.tasksMu.Unlock()
	i.tasks.Wait()
	return nil
}
