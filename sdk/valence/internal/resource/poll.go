package resource

import (
	"context"
	"time"
)

// Poll asks with get until done says that the thing is as it should be, first
// after a tenth of a second and then ever less often, down to every two
// seconds. It gives the last answer, together with the error that ended it:
// that of get, that of done, or the end of the context.
func Poll[T any](ctx context.Context, get func() (*T, error), done func(T) (bool, error)) (last T, err error) {
	const longest = 2 * time.Second
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, longest) {
		answer, err := get()
		if err != nil {
			return last, err
		}
		last = *answer
		if ready, err := done(last); ready || err != nil {
			return last, err
		}
		if err := sleep(ctx, pause); err != nil {
			return last, err
		}
	}
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
