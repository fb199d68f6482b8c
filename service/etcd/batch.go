package etcd

import (
	"context"
	"sync"
	"time"
)

// batch runs one request for everybody who asks meanwhile. Whoever asks while
// the request is on its way gets the answer of the next one, because the
// present one may have been answered from before the question.
type batch struct {
	s     *Store
	every time.Duration // from the beginning of a run to that of the next
	run   func(context.Context) error

	mu      sync.Mutex
	next    *answer
	running bool
}

type answer struct {
	given chan struct{}
	err   error
}

func newBatch(s *Store, every time.Duration, run func(context.Context) error) *batch {
	return &batch{s: s, every: every, run: run}
}

// do waits for a run that begins after the call.
func (b *batch) do(ctx context.Context) error {
	a := b.join()
	select {
	case <-a.given:
		return a.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *batch) join() *answer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = &answer{given: make(chan struct{})}
	}
	if !b.running {
		b.running = true
		go b.work()
	}
	return b.next
}

func (b *batch) work() {
	for a := b.take(); a != nil; a = b.take() {
		begin := time.Now()
		a.err = b.run(b.s.ctx)
		if a.err != nil && b.s.ctx.Err() != nil {
			a.err = errClosed()
		}
		close(a.given)
		wait(b.s.ctx, b.every-time.Since(begin))
	}
}

// take is the answer that is waited for, or nil when work ends.
func (b *batch) take() *answer {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.next
	b.next = nil
	b.running = a != nil
	return a
}
