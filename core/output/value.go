package output

import (
	"context"
	"io"
	"strings"
)

// valueWriter writes values and nothing else, as Python's str does: a row of a
// list in one line with blanks between, each value of a record in its own line.
type valueWriter struct {
	out       io.Writer
	separator string
}

func openValue(out io.Writer, _ Columns, r Request) Writer {
	if r.Record {
		return &valueWriter{out: out, separator: "\n"}
	}
	return &valueWriter{out: out, separator: " "}
}

func (w *valueWriter) Row(values []any) error {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = pythonStr(v)
	}
	_, err := io.WriteString(w.out, strings.Join(texts, w.separator)+"\n")
	return err
}

func (w *valueWriter) End(context.Context) error { return nil }
