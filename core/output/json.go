package output

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

const jsonIndent = "  "

// jsonWriter writes the bytes that Python's json.dump writes, which are the
// bytes of openstackclient: a list as an array of objects, a record as one
// object, keys in the order of the columns, ASCII only. A list is written row by
// row.
type jsonWriter struct {
	out     io.Writer
	columns Columns
	record  bool
	compact bool
	rows    int
}

func openJSON(out io.Writer, columns Columns, r Request) Writer {
	return &jsonWriter{out: out, columns: columns, record: r.Record, compact: r.NoIndent}
}

func (w *jsonWriter) Row(values []any) error {
	e := jsonEncoder{compact: w.compact}
	depth := 0
	if !w.record {
		e.WriteString(map[bool]string{true: "[", false: ","}[w.rows == 0])
		depth = 1
		e.gap(w.rows, depth)
	}
	w.rows++
	e.value(record(w.columns, values), depth)
	_, err := io.WriteString(w.out, e.String())
	return err
}

func (w *jsonWriter) End(context.Context) error {
	end := "\n]\n"
	switch {
	case w.record:
		end = "\n"
	case w.rows == 0:
		end = "[]\n"
	case w.compact:
		end = "]\n"
	}
	_, err := io.WriteString(w.out, end)
	return err
}

// jsonEncoder writes JSON as Python does: in many lines, or compact in one.
type jsonEncoder struct {
	strings.Builder
	compact bool
}

func (e *jsonEncoder) value(value any, depth int) {
	switch v := value.(type) {
	case nil:
		e.WriteString("null")
	case bool:
		fmt.Fprint(e, v)
	case json.Number:
		e.WriteString(pythonNumber(v))
	case string:
		e.text(v)
	case []any:
		e.group("[]", len(v), depth, func(i int) { e.value(v[i], depth+1) })
	case object:
		e.group("{}", len(v), depth, func(i int) {
			e.text(v[i].key)
			e.WriteString(": ")
			e.value(v[i].value, depth+1)
		})
	}
}

// group writes what stands between two brackets.
func (e *jsonEncoder) group(brackets string, n, depth int, each func(i int)) {
	e.WriteByte(brackets[0])
	for i := range n {
		if i > 0 {
			e.WriteByte(',')
		}
		e.gap(i, depth+1)
		each(i)
	}
	if n > 0 && !e.compact {
		e.gap(0, depth)
	}
	e.WriteByte(brackets[1])
}

// gap stands before the i-th thing at a depth.
func (e *jsonEncoder) gap(i, depth int) {
	switch {
	case !e.compact:
		e.WriteByte('\n')
		for range depth {
			e.WriteString(jsonIndent)
		}
	case i > 0:
		e.WriteByte(' ')
	}
}

// text is a JSON string with all that is not printable ASCII escaped.
func (e *jsonEncoder) text(s string) {
	e.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			e.WriteByte('\\')
			e.WriteRune(r)
		case r >= ' ' && r <= '~':
			e.WriteRune(r)
		case strings.ContainsRune("\n\r\t\b\f", r):
			e.WriteByte('\\')
			e.WriteByte("nrtbf"[strings.IndexRune("\n\r\t\b\f", r)])
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(e, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(e, `\u%04x`, r)
		}
	}
	e.WriteByte('"')
}
