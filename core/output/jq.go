package output

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/itchyny/gojq"

	"github.com/valence-rsd/valence/core/fault"
)

// jqWriter prints what a jq expression makes of the JSON document: of a list the
// array, of a record the object. A string is printed as it is, everything else
// as JSON.
type jqWriter struct {
	out     io.Writer
	columns Columns
	record  bool
	compact bool
	code    *gojq.Code
	rows    []any
}

func openJQ(out io.Writer, columns Columns, r Request) (Writer, error) {
	if r.Format != "" && r.Format != "json" {
		return nil, fault.New(fault.Usage, "--jq works on JSON, so the format cannot be %s", r.Format)
	}
	code, err := compileJQ(r.JQ)
	if err != nil {
		return nil, err
	}
	return &jqWriter{out: out, columns: columns, record: r.Record, compact: r.NoIndent, code: code}, nil
}

func compileJQ(expression string) (*gojq.Code, error) {
	query, err := gojq.Parse(expression)
	var wrong *gojq.ParseError
	if errors.As(err, &wrong) {
		at := expression[:max(0, min(wrong.Offset-len(wrong.Token), len(expression)))]
		return nil, fault.New(fault.Usage, "--jq: %v at character %d of %q", err, utf8.RuneCountInString(at)+1, expression)
	}
	if err == nil {
		var code *gojq.Code
		if code, err = gojq.Compile(query); err == nil {
			return code, nil
		}
	}
	return nil, fault.New(fault.Usage, "--jq: %v in %q", err, expression)
}

func (w *jqWriter) Row(values []any) error {
	w.rows = append(w.rows, plainJSON(record(w.columns, values)))
	return nil
}

func (w *jqWriter) End(ctx context.Context) error {
	var document any = w.rows
	switch {
	case w.record:
		document = w.rows[0]
	case w.rows == nil:
		document = []any{}
	}
	results := w.code.RunWithContext(ctx, document)
	for {
		result, ok := results.Next()
		if !ok {
			return nil
		}
		if err, failed := result.(error); failed {
			return jqFailure(err)
		}
		if err := w.print(result); err != nil {
			return err
		}
	}
}

// jqFailure is nil for the expression's own wish to stop.
func jqFailure(err error) error {
	var halt *gojq.HaltError
	switch {
	case errors.As(err, &halt) && halt.Value() == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("evaluating the --jq expression: %w", err)
	}
	return fault.New(fault.Failed, "--jq: %v", err)
}

func (w *jqWriter) print(result any) error {
	if text, ok := result.(string); ok {
		_, err := io.WriteString(w.out, text+"\n")
		return err
	}
	raw, err := gojq.Marshal(result)
	if err != nil {
		return fmt.Errorf("encoding a result of the --jq expression: %w", err)
	}
	var b bytes.Buffer
	if w.compact {
		b.Write(raw)
	} else if err := json.Indent(&b, raw, "", jsonIndent); err != nil {
		return fmt.Errorf("encoding a result of the --jq expression: %w", err)
	}
	b.WriteByte('\n')
	_, err = w.out.Write(b.Bytes())
	return err
}

// plainJSON is a value as gojq takes it.
func plainJSON(value any) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainJSON(v[i])
		}
		return out
	case object:
		out := make(map[string]any, len(v))
		for _, m := range v {
			out[m.key] = plainJSON(m.value)
		}
		return out
	}
	return value
}
