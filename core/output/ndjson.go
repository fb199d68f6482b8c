package output

import (
	"context"
	"io"
)

// ndjsonWriter writes one JSON object in a line for each row, as it comes.
type ndjsonWriter struct {
	out     io.Writer
	columns Columns
}

func openNDJSON(out io.Writer, columns Columns, _ Request) Writer {
	return &ndjsonWriter{out: out, columns: columns}
}

func (w *ndjsonWriter) Row(values []any) error {
	e := jsonEncoder{compact: true}
	e.value(record(w.columns, values), 0)
	e.WriteByte('\n')
	_, err := io.WriteString(w.out, e.String())
	return err
}

func (w *ndjsonWriter) End(context.Context) error { return nil }
