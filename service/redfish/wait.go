package redfish

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/valence-rsd/valence/service"
)

// What is asked for again and again is asked for after these pauses, each twice
// the one before.
const (
	firstPause   = 20 * time.Millisecond
	longestPause = 2 * time.Second
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
func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return c.Ended(ctx)
	}
}

// follow asks the task monitor of a 202 until the task is over, and gives its
// final answer (DSP0266, "Asynchronous operations"). Nodes never answer so, but
// the standard lets them. A 202 without a monitor is an answer like any other.
func (c *Client) follow(ctx context.Context, a Answer) (_ Answer, token string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.slow)
	defer cancel()
	monitor := c.Location(a.Header)
	pause := firstPause
	for err == nil && a.Status == http.StatusAccepted && monitor != "" {
		wait, ok := retryAfter(a.Header)
		if !ok {
			wait, pause = pause, min(2*pause, longestPause)
		}
		if err = c.sleep(ctx, wait); err == nil {
			a, token, err = c.send(ctx, Request{Method: http.MethodGet, Link: monitor})
			monitor = cmp.Or(c.Location(a.Header), monitor)
		}
	}
	return a, token, err
}

// Until asks again and again, ever less often, until it is done or fails, but
// no longer than slow work may take.
func (c *Client) Until(ctx context.Context, done func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, c.slow)
	defer cancel()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		if over, err := done(ctx); over || err != nil {
			return err
		}
		if err := c.sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// Only is a table of meanings with one entry.
func Only(status int, code service.Code) map[int]service.Code {
	return map[int]service.Code{status: code}
}
