package service

import (
	"errors"
	"fmt"
)

// Code says what kind of thing went wrong. It is the first link of the one
// spine of errors: httpapi turns it into an HTTP status, the client library
// turns the status back into a kind, and the shell turns that into its exit
// status.
type Code string

// The codes, with the HTTP status and the exit status of the shell that they
// end in.
const (
	Invalid      Code = "invalid"      // 400, exit 1: the request cannot be understood or met as written
	Unauthorized Code = "unauthorized" // 401, exit 3: nobody known is asking
	Forbidden    Code = "forbidden"    // 403, exit 3: somebody known is asking for too much
	NotFound     Code = "not_found"    // 404, exit 4
	Conflict     Code = "conflict"     // 409, exit 5: the thing is in a state that does not allow it
	Stale        Code = "stale"        // 412, exit 5: somebody changed it since the caller read it
	NoCapacity   Code = "no_capacity"  // 409, exit 5: no free hardware satisfies the request
	PodFailed    Code = "pod_failed"   // 502, exit 1: the pod manager answered, but with a failure of its own
	Unavailable  Code = "unavailable"  // 503, exit 1: a part that is needed does not answer
	Timeout      Code = "timeout"      // 504, exit 6: gave up waiting
	Internal     Code = "internal"     // 500, exit 1: anything without a code
)

// Error is an error whose message may be shown to the caller. Errors of any
// other type are Internal: they are logged in full and shown as one bland line.
type Error struct {
	Code    Code
	Message string // one line, no secrets
	Err     error  // the cause, for the log only; may be nil
}

// Error is the message, and the cause where there is one.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error without a cause. Everything formatted into the message
// is shown to the caller: a cause that is not fit for that goes into Err.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CodeOf gives the code of the first Error in the chain of err, or Internal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
