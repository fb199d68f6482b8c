// Package jobs is the life of work that outlives the request it comes from:
// it is let in while the service serves, runs until it ends or the service
// stops, and is waited for by whoever drains.
//
// It must not know what the work is. What a job leaves undone when it is
// stopped, whoever wrote it finds in a record of its own.
package jobs

import (
	"context"
	"sync"

	"github.com/valence-rsd/valence/service"
)

// Group is the running jobs of one kind, each by the thing that it works on.
type Group[J comparable] struct {
	life context.Context // ends when running work is to stop where it is
	stop context.CancelFunc

	mu       sync.Mutex
	jobs     map[string]J
	draining bool
	running  sync.WaitGroup
}

// NewGroup makes a Group without jobs.
func NewGroup[J comparable]() *Group[J] {
	g := &Group[J]{jobs: map[string]J{}}
	g.life, g.stop = context.WithCancel(context.Background())
	return g
}

// Enter is the way into any piece of work, Leave the way out. Once the Group
// drains, Enter is Unavailable.
func (g *Group[J]) Enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.draining {
		return service.Errorf(service.Unavailable, "the service is shutting down")
	}
	g.running.Add(1)
	return nil
}

// Leave ends what Enter began.
func (g *Group[J]) Leave() { g.running.Done() }

// Drain lets no more work in and waits for what is running. When ctx ends
// first, the rest is stopped where it is, and the error of ctx returned. Either
// way nothing of the Group runs afterwards. It is called once.
func (g *Group[J]) Drain(ctx context.Context) error {
	g.mu.Lock()
	g.draining = true
	g.mu.Unlock()
	defer g.stop()
	idle := make(chan struct{})
	go func() {
		g.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
	}
	g.stop()
	<-idle
	return ctx.Err()
}

// Launch runs a job on the thing with that id, whatever becomes of the request
// in ctx, until it ends or the Group is stopped; then, when Find does not find
// it any more, done. It takes over the caller's Enter.
func (g *Group[J]) Launch(ctx context.Context, id string, job J, run func(context.Context), done func()) {
	ctx, cancel := g.Bound(context.WithoutCancel(ctx))
	g.mu.Lock()
	g.jobs[id] = job
	g.mu.Unlock()
	go func() {
		defer g.Leave()
		defer cancel()
		run(ctx)
		g.mu.Lock()
		delete(g.jobs, id)
		g.mu.Unlock()
		done()
	}()
}

// Find gives the job that works on the thing with that id, or the zero J.
func (g *Group[J]) Find(id string) J {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.jobs[id]
}

// Bound is ctx, ending also when the Group is stopped.
func (g *Group[J]) Bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return Until(ctx, g.life)
}

// Until is ctx, ending also when the signal does.
func Until(ctx, signal context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	unlink := context.AfterFunc(signal, cancel)
	return ctx, func() {
		unlink()
		cancel()
	}
}
