package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// apiError is an error as a client library makes them.
type apiError struct{ status int }

func (e apiError) Error() string   { return "no such\n  disk" }
func (e apiError) StatusCode() int { return e.status }
func (apiError) RequestID() string { return "req-7" }

type ambiguous struct{}

func (ambiguous) Error() string     { return "two disks are named x" }
func (ambiguous) ErrorCode() string { return "ambiguous" }

func TestErrorOf(t *testing.T) {
	t.Parallel()
	own := Errorf(Timeout, "gave up")
	tests := map[string]struct {
		err  error
		want *Error
	}{
		"plain":          {errors.New("boom"), &Error{Code: Failed, Message: "boom"}},
		"own, wrapped":   {fmt.Errorf(`Get "http://rack-scale/": %w`, own), own},
		"not found":      {fmt.Errorf("show: %w", apiError{404}), &Error{Code: NotFound, Message: "show: no such disk", Status: 404, RequestID: "req-7"}},
		"not allowed":    {apiError{403}, &Error{Code: Denied, Message: "no such disk", Status: 403, RequestID: "req-7"}},
		"not signed in":  {apiError{401}, &Error{Code: Denied, Message: "no such disk", Status: 401, RequestID: "req-7"}},
		"in the way":     {apiError{409}, &Error{Code: Conflict, Message: "no such disk", Status: 409, RequestID: "req-7"}},
		"too slow":       {apiError{504}, &Error{Code: Timeout, Message: "no such disk", Status: 504, RequestID: "req-7"}},
		"server's fault": {apiError{500}, &Error{Code: Failed, Message: "no such disk", Status: 500, RequestID: "req-7"}},
		"ambiguous":      {ambiguous{}, &Error{Code: Conflict, Message: "two disks are named x"}},
		"interrupted":    {fmt.Errorf("waiting: %w", context.Canceled), &Error{Code: Interrupted, Message: "waiting: context canceled"}},
		"cut off":        {&url.Error{Op: "Post", URL: "http://rack-scale/v1/nodes", Err: context.Canceled}, &Error{Code: Interrupted, Message: "interrupted"}},
		"deadline":       {context.DeadlineExceeded, &Error{Code: Timeout, Message: "context deadline exceeded"}},
	}
	for name, tt := range tests {
		if d := cmp.Diff(tt.want, errorOf(tt.err)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
