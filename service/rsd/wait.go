package rsd

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/valence-rsd/valence/service"
)

// maxWait is the longest wait that a pod manager may ask for. RSD 2.4 asks for
// 30 seconds.
const maxWait = 30 * time.Second

// retryAfter is how long an answer asks to wait (RFC 9110, section 10.2.3).
// It is false where it does not ask, or for more than we wait.
func retryAfter(h http.Header) (time.Duration, bool) {
	v := h.Get("Retry-After")
	seconds, err := strconv.Atoi(v)
	wait := time.Duration(seconds) * time.Second
	if err != nil {
		at, err := http.ParseTime(v)
		if err != nil {
			return 0, false
		}
		wait = time.Until(at)
	}
	return max(wait, 0), wait <= maxWait
}

// sleep waits, unless ctx ends before.
func (c *client) sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return c.broken(ctx, ctx.Err(), "")
	}
}

// follow asks the task monitor of a 202 until the task is over, and gives its
// final answer (DSP0266, "Asynchronous operations"). Nodes never answer so, but
// the standard lets them. A 202 without a monitor is an answer like any other.
func (c *client) follow(ctx context.Context, a answer) (_ answer, token string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.slow)
	defer cancel()
	monitor := c.location(a.header)
	for err == nil && a.status == http.StatusAccepted && monitor != "" {
		wait, ok := retryAfter(a.header)
		if !ok {
			wait = time.Second
		}
		if err = c.sleep(ctx, wait); err == nil {
			a, token, err = c.send(ctx, request{method: http.MethodGet, link: monitor})
			monitor = cmp.Or(c.location(a.header), monitor)
		}
	}
	return a, token, err
}

// lock takes the gate, unless ctx ends before.
func (c *client) lock(ctx context.Context) error {
	select {
	case c.gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return c.broken(ctx, ctx.Err(), "")
	}
}

func (c *client) unlock() { <-c.gate }

// only is a table of meanings with one entry.
func only(status int, code service.Code) map[int]service.Code {
	return map[int]service.Code{status: code}
}
