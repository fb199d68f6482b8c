package session

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// longest is the longest pause that a service may ask for.
const longest = 10 * time.Second

// deliver sends a request, again where that is allowed and may help.
func (s *Session) deliver(req *http.Request, to Service) (*http.Response, error) {
	for n := 0; ; n++ {
		resp, err := s.send(req)
		if !retriable(req, resp, err) || n >= s.retries(to, err) {
			return resp, err
		}
		pause := s.pause(to, n)
		if err == nil {
			pause = max(pause, asked(resp))
			discard(resp)
		}
		s.options.Log.Debug("trying again", "pause", pause)
		if err := sleep(req.Context(), pause); err != nil {
			return nil, err
		}
	}
}

// retries is how often a request is tried again after such an end.
func (s *Session) retries(to Service, err error) int {
	said := to.StatusRetries
	if err != nil {
		said = to.ConnectRetries
	}
	if said != nil {
		return *said
	}
	return len(s.options.Pauses)
}

func (s *Session) pause(to Service, n int) time.Duration {
	if to.RetryDelay > 0 || len(s.options.Pauses) == 0 {
		return to.RetryDelay
	}
	return s.options.Pauses[min(n, len(s.options.Pauses)-1)]
}

// send sends a request once, with a body of its own.
func (s *Session) send(req *http.Request) (*http.Response, error) {
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, fmt.Errorf("reading the body of a request: %w", err)
		}
		req.Body = body
	}
	return s.client.Do(req)
}

// retriable tells whether a request that ended so may be sent again: it changes
// nothing, and the trouble may pass.
func retriable(req *http.Request, resp *http.Response, err error) bool {
	if req.Method != http.MethodGet && req.Method != http.MethodHead || req.Context().Err() != nil {
		return false
	}
	if err != nil {
		return passing(err)
	}
	return resp.StatusCode == http.StatusBadGateway || resp.StatusCode == http.StatusServiceUnavailable ||
		resp.StatusCode == http.StatusGatewayTimeout
}

// asked is the pause that an answer asks for, in seconds or up to a moment
// (RFC 9110, 10.2.3), within limits.
func asked(resp *http.Response) time.Duration {
	text := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 16); err == nil {
		return min(longest, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(longest, time.Until(at))
	}
	return 0
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting to try again: %w", ctx.Err())
	case <-time.After(d):
		return nil
	}
}
