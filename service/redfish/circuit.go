package redfish

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/valence-rsd/valence/service"
)

const (
	// silences is how many requests in a row have to be left without an answer
	// before no more are made for a while.
	silences = 3
	// longestSilence is how long that while is, unless a request may take less.
	// Then one request finds out.
	longestSilence = 5 * time.Second
)

// errSilent is in the chain of the error for a request that was given all its
// time and not answered. One that nobody waited for so long is none.
var errSilent = errors.New("no answer")

// circuit keeps requests from a pod manager that answers none: each would cost
// its caller the whole time-out, and take a connection for as long.
type circuit struct {
	breaker *gobreaker.CircuitBreaker[Answer]
	while   time.Duration
	silent  atomic.Pointer[time.Time] // when a request was left without an answer last
}

func newCircuit(timeout time.Duration) *circuit {
	while := min(timeout, longestSilence)
	return &circuit{while: while, breaker: gobreaker.NewCircuitBreaker[Answer](gobreaker.Settings{
		Timeout:      while,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= silences },
		IsSuccessful: func(err error) bool { return !errors.Is(err, errSilent) }, // a refusal is an answer, too
		IsExcluded:   func(err error) bool { return service.CodeOf(err) == service.Timeout },
	})}
}

// quick makes a request that is to be answered soon.
func (c *circuit) quick(do func() (Answer, error)) (Answer, error) {
	a, err := c.breaker.Execute(do)
	switch {
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		return Answer{}, c.notAsked()
	case errors.Is(err, errSilent):
		now := time.Now()
		c.silent.Store(&now)
	}
	return a, err
}

// slow makes a request that may take minutes. It does not count: the pod
// manager may well answer others meanwhile.
func (c *circuit) slow(do func() (Answer, error)) (Answer, error) {
	if c.breaker.State() == gobreaker.StateOpen {
		return Answer{}, c.notAsked()
	}
	return do()
}

// silentSince says whether a request was left without an answer since then.
func (c *circuit) silentSince(then time.Time) bool {
	last := c.silent.Load()
	return last != nil && last.After(then)
}

func (c *circuit) notAsked() error {
	return &service.Error{
		Code:    service.Unavailable,
		Message: "it has left several requests without an answer, and is asked again in at most " + c.while.String(),
		Err:     errSilent,
	}
}

// unanswered is the error for a request that took all the time that it may.
func unanswered(limit time.Duration, cause error) *service.Error {
	return &service.Error{
		Code:    service.Unavailable,
		Message: "it did not answer within " + limit.String(),
		Err:     fmt.Errorf("%w: %w", errSilent, cause),
	}
}

// lock takes the gate, unless ctx ends before. Whoever held it may have found
// out that the pod manager does not answer: then nobody who waited for the gate
// needs to find that out again, one after the other.
func (c *Client) lock(ctx context.Context) error {
	began := time.Now()
	select {
	case c.gate <- struct{}{}:
	case <-ctx.Done():
		return c.Ended(ctx)
	}
	if c.circuit.silentSince(began) {
		c.unlock()
		return unanswered(c.timeout, errors.New("found out by another request"))
	}
	return nil
}

func (c *Client) unlock() { <-c.gate }
