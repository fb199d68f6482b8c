package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/valence-rsd/valence/internal/wire"
)

// Code says what kind of thing went wrong; each ends in an exit status of the
// shell.
type Code string

// The codes.
const (
	Failed      Code = wire.Failed      // exit 1: anything that has no other code
	Usage       Code = wire.Usage       // exit 2: the command line is wrong
	Denied      Code = wire.Denied      // exit 3: not signed in, or not allowed
	NotFound    Code = wire.NotFound    // exit 4: no such resource
	Conflict    Code = wire.Conflict    // exit 5: wrong state, ambiguous name, or not enough hardware
	Timeout     Code = wire.Timeout     // exit 6: gave up waiting
	Interrupted Code = wire.Interrupted // exit 130: the person stopped it
)

// Error is a failure with a code. A command may return any error; one that has
// a method StatusCode() int, as those of the client library do, gets the code
// that belongs to the HTTP status, and one without gets Failed.
type Error struct {
	Code      Code
	Message   string // one line that says what failed and why
	Hint      string // one line that says what to do next; may be empty
	Status    int    // the HTTP status behind it, or 0
	RequestID string // of the HTTP request behind it, or empty
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Errorf makes an Error.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// What the kit asks of errors that are not its own, so that it need not know
// the libraries they come from.
type (
	hasStatus interface {
		error
		StatusCode() int
	}
	hasRequestID interface {
		error
		RequestID() string
	}
	hasCode interface {
		error
		ErrorCode() string
	}
)

// errorOf gives the Error that err amounts to. An Error deeper in the chain
// replaces everything around it: the text that net/http puts around what the
// shell said names a host that does not exist.
func errorOf(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	e := &Error{Code: Failed, Message: oneLine(err.Error())}
	if s, ok := errors.AsType[hasStatus](err); ok {
		e.Status = s.StatusCode()
		e.Code = Code(wire.CodeOfStatus(e.Status))
	}
	if r, ok := errors.AsType[hasRequestID](err); ok {
		e.RequestID = r.RequestID()
	}
	if c, ok := errors.AsType[hasCode](err); ok {
		e.Code = codeOfWord(c.ErrorCode(), e.Code)
	}
	switch {
	case errors.Is(err, context.Canceled):
		e.Code = Interrupted
		if _, ok := errors.AsType[*url.Error](err); ok { // its text names a host that does not exist
			e.Message = "interrupted"
		}
	case errors.Is(err, context.DeadlineExceeded):
		e.Code = Timeout
	case isPanic(err):
		e.Code = wire.PluginFault
	}
	return e
}

// codeOfWord is the code that a service's own word for a failure stands for.
func codeOfWord(word string, otherwise Code) Code {
	switch word {
	case "ambiguous", "conflict", "no_capacity":
		return Conflict
	case "not_found":
		return NotFound
	case "unauthorized", "forbidden":
		return Denied
	case "timeout":
		return Timeout
	}
	return otherwise
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
