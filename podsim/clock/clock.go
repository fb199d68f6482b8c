// Package clock lets a simulated pod wait: for what takes time before an answer, and for what happens after one. All
// waiting ends when the clock is closed.
package clock

import (
	"sync"
	"time"
)

// Clock keeps what is still to happen. It is safe for concurrent use.
type Clock struct {
	closed  chan struct{}
	pending sync.WaitGroup // changes that will happen after a delay

	mu       sync.Mutex
	stopping bool
	onDone   func()
}

// New starts a clock. The caller calls Close.
func New() *Clock { return &Clock{closed: make(chan struct{})} }

// OnDone has f called whenever something has happened after a delay. f must not wait.
func (c *Clock) OnDone(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onDone = f
}

// Close stops everything that is still to happen and waits for what is happening. It may be called more than once.
func (c *Clock) Close() {
	c.mu.Lock()
	first := !c.stopping
	c.stopping = true
	c.mu.Unlock()
	if first {
		close(c.closed)
	}
	c.pending.Wait()
}

// Sleep waits for d, or until the clock is closed: then it returns false.
func (c *Clock) Sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.closed:
		return false
	}
}

// After does something once the delay has passed, at once when there is none. It never does it after Close. The caller
// holds no lock that do takes.
func (c *Clock) After(d time.Duration, do func()) {
	if d <= 0 {
		do()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopping {
		return
	}
	c.pending.Go(func() {
		if c.Sleep(d) {
			do()
			c.done()
		}
	})
}

func (c *Clock) done() {
	c.mu.Lock()
	f := c.onDone
	c.mu.Unlock()
	if f != nil {
		f()
	}
}
