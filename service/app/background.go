package app

import (
	"context"
	"sync"
	"time"
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
		running.Go(func() { a.store.Lead(ctx, "sync", a.syncDevices) })
	}
	running.Wait()
}

// probePods keeps the status of the pod managers in step.
func (a *App) probePods(ctx context.Context) {
	a.every(ctx, func() time.Duration { return a.config.Load().Pods.ProbeInterval }, a.fleet.ProbeAll)
}

// syncDevices keeps the pooled devices in step.
func (a *App) syncDevices(ctx context.Context) {
	a.every(ctx, func() time.Duration { return a.config.Load().Pods.SyncInterval }, func(ctx context.Context) error {
		results, err := a.inventory.SyncDevices(ctx, "")
		for _, result := range results {
			if result.Err != nil {
				a.logger.Warn("the devices of a pod manager could not be synchronised",
					"pod_manager", result.PodManagerID, "error", result.Err)
			}
		}
		return err
	})
}

// every does something now and then, until ctx ends. An interval that changes
// counts from the next time on.
func (a *App) every(ctx context.Context, interval func() time.Duration, do func(context.Context) error) {
	for ctx.Err() == nil {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			a.logger.Warn("background work failed; it is tried again", "error", err)
		}
		select {
		case <-time.After(interval()):
		case <-ctx.Done():
		}
	}
}
