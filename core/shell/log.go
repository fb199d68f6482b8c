package shell

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/valence-rsd/valence/core/output"
)

// logLines writes log records as lines that can be read and copied: the message
// as it is, so that a request stays a curl command, then what belongs to it. A
// file gets the time as well.
type logLines struct {
	out   io.Writer
	level slog.Level
	times bool
	tail  string // attributes of With
}

// Enabled goes by the level.
func (h logLines) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle writes one line in one write.
func (h logLines) Handle(_ context.Context, r slog.Record) error {
	var line strings.Builder
	if h.times {
		line.WriteString(r.Time.UTC().Format("2006-01-02 15:04:05.000 "))
	}
	line.WriteString(r.Level.String() + " " + r.Message)
	r.Attrs(func(a slog.Attr) bool {
		fmt.Fprintf(&line, " %s=%v", a.Key, a.Value)
		return true
	})
	_, err := io.WriteString(h.out, output.Line(line.String()+h.tail)+"\n")
	return err
}

// WithAttrs keeps the attributes for every line.
func (h logLines) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		h.tail += fmt.Sprintf(" %s=%v", a.Key, a.Value)
	}
	return h
}

// WithGroup has no use here: nothing in core makes groups.
func (h logLines) WithGroup(string) slog.Handler { return h }
