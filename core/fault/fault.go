// Package fault is the one kind of error that the rooms of the shell hand to
// one another and that a person gets to see. It knows no room.
package fault

import (
	"context"
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/internal/wire"
)

// Code says what kind of thing went wrong; core/shell turns it into the exit
// status. The codes are those of the protocol, so that a plugin's failure and
// the shell's own end alike.
type Code string

// The codes.
const (
	Failed      Code = wire.Failed
	Usage       Code = wire.Usage
	Denied      Code = wire.Denied
	NotFound    Code = wire.NotFound
	Conflict    Code = wire.Conflict
	Timeout     Code = wire.Timeout
	PluginFault Code = wire.PluginFault
	Interrupted Code = wire.Interrupted
)

// Error is a failure fit to be shown: one line that says what failed and why,
// without secrets, and what to do next where there is something to do.
type Error struct {
	Code      Code
	Message   string
	Hint      string // empty where nothing helps
	Status    int    // the HTTP status behind it, or 0
	RequestID string // of the HTTP request behind it, or empty
}

// Error is the message alone.
func (e *Error) Error() string { return e.Message }

// New makes an Error with a formatted message.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// WithHint adds what to do next.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// Of gives the Error in the chain of err. An error that has none becomes one:
// Interrupted or Timeout for the context's errors, Failed for all others.
func Of(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled):
		return New(Interrupted, "interrupted")
	case errors.Is(err, context.DeadlineExceeded):
		return New(Timeout, "%v", err)
	}
	return New(Failed, "%v", err)
}
