package plugin

import (
	"context"
	"fmt"
	"net/http"
)

// Shell is the other side of a running command. Serve talks to a real shell;
// plugintest has one in memory.
type Shell interface {
	// RoundTrip sends a request whose URL has a service type for its host.
	http.RoundTripper
	// Row takes one row of the command's result.
	Row(values []any) error
	// Notice and Progress are shown to the person as they come.
	Notice(level Level, text string)
	Progress(text string, done, total int64)
	// Draw takes text that is shown in place of a table.
	Draw(text string)
	// Ask gives the answer to a question.
	Ask(ctx context.Context, q Question) ([]byte, error)
}

// Level says how a notice is shown.
type Level string

// The levels of a notice.
const (
	Info    Level = "info"    // not with --quiet
	Warning Level = "warning" // always
	Failure Level = "error"   // always
)

// Call is one run of a command.
type Call struct{ shell Shell }

// Service gives the address of a service and the HTTP client that reaches it,
// in the form that client libraries take. The service must be one of the
// family's Services. The client adds no time-out of its own: the context of
// the command ends its requests.
func (c *Call) Service(serviceType string) (endpoint string, client *http.Client) {
	return "http://" + serviceType + "/", &http.Client{Transport: c.shell}
}

// Infof tells the person something that is not part of the result.
func (c *Call) Infof(format string, args ...any) {
	c.shell.Notice(Info, fmt.Sprintf(format, args...))
}

// Warnf warns the person.
func (c *Call) Warnf(format string, args ...any) {
	c.shell.Notice(Warning, fmt.Sprintf(format, args...))
}

// Progress says how far a long piece of work has come; total is 0 when it is
// not known. Each call replaces what the one before showed.
func (c *Call) Progress(text string, done, total int64) {
	c.shell.Progress(text, done, total)
}

// Draw shows text, such as a tree, in place of the table that the rows of the
// result would make. The command hands its rows over all the same: they are
// what is printed when another format was asked for.
func (c *Call) Draw(text string) {
	c.shell.Draw(text)
}
