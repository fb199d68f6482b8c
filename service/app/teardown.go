package app

import (
	"context"
	"errors"
	"fmt"
)

// teardown is what has been acquired, in that order. A part is added at the
// moment it exists, so that a start that fails half way unwinds like a stop.
type teardown []part

type part struct {
	name  string
	close func() error
}

func (t *teardown) add(name string, closer func() error) {
	*t = append(*t, part{name, closer})
}

// run closes the parts in reverse order, each of them even where another one
// failed, and joins their errors. It does not wait for a part beyond the end of
// ctx, but still asks the rest to close.
func (t *teardown) run(ctx context.Context) error {
	var errs []error
	for i := len(*t) - 1; i >= 0; i-- {
		p := (*t)[i]
		if err := within(ctx, p.close); err != nil {
			errs = append(errs, fmt.Errorf("closing the %s: %w", p.name, err))
		}
	}
	*t = nil
	return errors.Join(errs...)
}

// within runs f, but waits for it no longer than until the end of ctx.
func within(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("gave up waiting: %w", context.Cause(ctx))
	}
}
