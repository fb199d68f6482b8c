package app

import (
	"context"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service/jobs"
)

// background runs, until ctx ends, what goes on beside the requests. What every
// replica does is safe to do at once; what one is enough for, the one does that
// is elected.
func (a *App) background(ctx context.Context) {
	var running sync.WaitGroup
	running.Go(func() { a.work.Run(ctx) })
	running.Go(func() { a.storage.Run(ctx) })
	running.Go(func() { a.store.Lead(ctx, "probe", a.probePods) })
	if a.config.Load().Pods.EnablePeriodicSync {
		running.Go(func() { a.store.Lead(ctx, "sync", a.inventory.Run) })
	}
	running.Wait()
}

// probePods keeps the status of the pod managers in step.
func (a *App) probePods(ctx context.Context) {
	jobs.Every(ctx, func() time.Duration { return a.config.Load().Pods.ProbeInterval }, a.logger,
		"the pod managers cannot be probed", a.fleet.ProbeAll)
}
