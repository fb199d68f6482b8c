package jobs

import (
	"context"
	"log/slog"
	"time"
)

// Pause is a wait that doubles each time, up to a limit.
type Pause struct{ next, most time.Duration }

// Look is a Pause for looking at what is on its way.
func Look(first time.Duration) *Pause { return &Pause{next: first, most: 20 * first} }

// Patience is a Pause for what does not answer.
func Patience(first time.Duration) *Pause { return &Pause{next: first, most: 300 * first} }

// Wait returns early, with its error, when ctx ends.
func (p *Pause) Wait(ctx context.Context) error {
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

// Every does something at once and then after every interval, until ctx ends.
// An interval that changes counts from the next time on. What goes wrong is
// logged once, with what it means, until it goes well again or wrong in another
// way.
func Every(ctx context.Context, interval func() time.Duration, log *slog.Logger, means string, do func(context.Context) error) {
	for trouble := ""; ctx.Err() == nil; {
		err := do(ctx)
		switch {
		case err == nil:
			trouble = ""
		case ctx.Err() == nil && err.Error() != trouble:
			trouble = err.Error()
			log.Warn(means+"; trying again", "error", err)
		}
		select {
		case <-time.After(interval()):
		case <-ctx.Done():
		}
	}
}
