package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTeardownRunsAllInReverse(t *testing.T) {
	t.Parallel()
	var closed []string
	var parts teardown
	for _, name := range []string{"first", "second", "third"} {
		parts.add(name, func() error {
			closed = append(closed, name)
			if name == "first" {
				return nil
			}
			return errors.New("broken " + name)
		})
	}
	err := parts.run(t.Context())
	if !slices.Equal(closed, []string{"third", "second", "first"}) {
		t.Errorf("closed %v", closed)
	}
	if err == nil || err.Error() != "closing the third: broken third\nclosing the second: broken second" {
		t.Errorf("error: %v", err)
	}
	if err := parts.run(t.Context()); err != nil || len(closed) != 3 {
		t.Errorf("a second run closed again: %v, %v", closed, err)
	}
}

func TestTeardownDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	release, closed := make(chan struct{}), make(chan struct{})
	defer close(release)
	var parts teardown
	parts.add("later one", func() error { close(closed); return nil })
	parts.add("one that hangs", func() error { <-release; return nil })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := parts.run(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "closing the one that hangs: ") {
		t.Errorf("error: %v", err)
	}
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Error("what hangs kept the next part from being closed")
	}
}
