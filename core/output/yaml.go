package output

import (
	"context"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// yamlWriter writes the bytes of PyYAML's safe_dump as openstackclient uses it:
// block style, keys sorted (but not the fields of a record, of which each is a
// document's worth of its own), lines folded after 80 columns, ASCII only.
type yamlWriter struct {
	out     io.Writer
	columns Columns
	record  bool
	other   *regexp.Regexp
	rows    int
}

func openYAML(out io.Writer, columns Columns, r Request) Writer {
	return &yamlWriter{out: out, columns: columns, record: r.Record, other: regexp.MustCompile(yamlOther)}
}

func (w *yamlWriter) Row(values []any) error {
	w.rows++
	e := yamlEncoder{other: w.other}
	if w.record {
		e.members(record(w.columns, values), 0)
	} else {
		e.WriteByte('-')
		e.item(record(w.columns, values), 0)
	}
	e.WriteByte('\n')
	_, err := io.WriteString(w.out, e.String())
	return err
}

func (w *yamlWriter) End(context.Context) error {
	if w.rows > 0 || w.record {
		return nil
	}
	_, err := io.WriteString(w.out, "[]\n")
	return err
}

// yamlEncoder writes YAML in block style. What it writes is ASCII, so bytes are
// columns.
type yamlEncoder struct {
	strings.Builder
	other     *regexp.Regexp // plain words that are not strings
	lineStart int            // where the current line begins
}

func (e *yamlEncoder) column() int { return e.Len() - e.lineStart }

func (e *yamlEncoder) newLine(indent int) {
	e.WriteByte('\n')
	e.lineStart = e.Len()
	e.WriteString(strings.Repeat(" ", indent))
}

// members writes an object's members from where the line stands.
func (e *yamlEncoder) members(o object, indent int) {
	for i, m := range o {
		if i > 0 {
			e.newLine(indent)
		}
		if simpleKey(m.key) {
			e.text(m.key, indent+2, false)
			e.WriteByte(':')
			e.value(m.value, indent)
			continue
		}
		e.WriteString("? ")
		e.text(m.key, indent+2, true)
		e.newLine(indent)
		e.WriteByte(':')
		e.item(m.value, indent)
	}
}

// simpleKey tells whether a key may stand before a colon in one line. PyYAML
// counts the five characters of its tag !!str too.
func simpleKey(key string) bool {
	return key != "" && utf8.RuneCountInString(key)+len("!!str") < 128 && !strings.ContainsAny(key, yamlBreaks)
}

// value writes what follows "key:" in an object at this indent.
func (e *yamlEncoder) value(value any, indent int) {
	switch v := value.(type) {
	case object:
		if len(v) > 0 {
			e.newLine(indent + 2)
			e.members(sorted(v), indent+2)
			return
		}
	case []any:
		if len(v) > 0 {
			e.newLine(indent)
			e.items(v, indent)
			return
		}
	}
	e.WriteByte(' ')
	e.scalar(value, indent+2)
}

func (e *yamlEncoder) items(list []any, indent int) {
	for i, v := range list {
		if i > 0 {
			e.newLine(indent)
		}
		e.WriteByte('-')
		e.item(v, indent)
	}
}

// item writes what follows a dash at this indent, in the same line.
func (e *yamlEncoder) item(value any, indent int) {
	e.WriteByte(' ')
	switch v := value.(type) {
	case object:
		if len(v) > 0 {
			e.members(sorted(v), indent+2)
			return
		}
	case []any:
		if len(v) > 0 {
			e.items(v, indent+2)
			return
		}
	}
	e.scalar(value, indent+2)
}

// scalar writes a value in which nothing is nested; lines that it takes besides
// the first are indented.
func (e *yamlEncoder) scalar(value any, indent int) {
	switch v := value.(type) {
	case nil:
		e.WriteString("null")
	case bool:
		e.WriteString(strings.ToLower(pythonBool(v)))
	case json.Number:
		e.WriteString(yamlNumber(v))
	case string:
		e.text(v, indent, true)
	case []any:
		e.WriteString("[]")
	case object:
		e.WriteString("{}")
	}
}

// yamlNumber is Python's number, but with a point where an exponent follows:
// YAML 1.1 has no float without.
func yamlNumber(n json.Number) string {
	s := pythonNumber(n)
	if isFloat(n) && !strings.Contains(s, ".") {
		s = strings.Replace(s, "e", ".0e", 1)
	}
	return s
}

func sorted(o object) object {
	return slices.SortedStableFunc(slices.Values(o), func(a, b member) int { return strings.Compare(a.key, b.key) })
}
