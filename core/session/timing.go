package session

import (
	"sync"
	"time"
)

// Timing gathers how long requests took, until the end of their answers. It may
// be used by several goroutines; its zero value is empty.
type Timing struct {
	lock     sync.Mutex
	requests []Timed
}

// Timed is a request.
type Timed struct {
	Method string
	URL    string // without secrets
	Took   time.Duration
}

// Requests are all requests so far, in the order in which they ended.
func (t *Timing) Requests() []Timed {
	t.lock.Lock()
	defer t.lock.Unlock()
	return append([]Timed(nil), t.requests...)
}

// Total is the sum of all times.
func (t *Timing) Total() time.Duration {
	var sum time.Duration
	for _, r := range t.Requests() {
		sum += r.Took
	}
	return sum
}

func (t *Timing) add(r Timed) {
	if t == nil {
		return
	}
	t.lock.Lock()
	defer t.lock.Unlock()
	t.requests = append(t.requests, r)
}
