package output

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const jsonIndent = "  "

// jsonWriter writes the bytes that Python's json.dump(indent=2) writes, which
// are the bytes of openstackclient: a list as an array of objects, a record as
// one object, keys in the order of the columns, ASCII only. A list is written
// row by row.
type jsonWriter struct {
	out    io.Writer
	keys   []string // encoded
	record bool
	rows   int
}

func openJSON(out io.Writer, columns Columns, record bool) Writer {
	keys := make([]string, len(columns))
	for i, c := range columns {
		keys[i] = pythonString(c.Name)
	}
	return &jsonWriter{out: out, keys: keys, record: record}
}

func (w *jsonWriter) Row(values []json.RawMessage) error {
	depth, before := 1, ",\n"+jsonIndent
	switch {
	case w.record:
		depth, before = 0, ""
	case w.rows == 0:
		before = "[\n" + jsonIndent
	}
	w.rows++
	_, err := io.WriteString(w.out, before+w.object(values, depth))
	return err
}

func (w *jsonWriter) End() error {
	end := "\n]\n"
	switch {
	case w.record:
		end = "\n"
	case w.rows == 0:
		end = "[]\n"
	}
	_, err := io.WriteString(w.out, end)
	return err
}

func (w *jsonWriter) object(values []json.RawMessage, depth int) string {
	if len(values) == 0 {
		return "{}"
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, value := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		newLine(&b, depth+1)
		b.WriteString(w.keys[i])
		b.WriteString(": ")
		pythonValue(&b, value, depth+1)
	}
	newLine(&b, depth)
	b.WriteByte('}')
	return b.String()
}

// pythonValue writes one JSON value, which must be valid, as Python would.
// Objects keep their order, as Python's do.
func pythonValue(b *strings.Builder, raw []byte, depth int) {
	for i := 0; i < len(raw); {
		switch c := raw[i]; c {
		case ' ', '\t', '\r', '\n':
			i++
		case '{', '[':
			i++
			b.WriteByte(c)
			if next := skipSpace(raw, i); raw[next] == '}' || raw[next] == ']' {
				b.WriteByte(raw[next])
				i = next + 1
				continue
			}
			depth++
			newLine(b, depth)
		case '}', ']':
			i++
			depth--
			newLine(b, depth)
			b.WriteByte(c)
		case ',':
			i++
			b.WriteByte(c)
			newLine(b, depth)
		case ':':
			i++
			b.WriteString(": ")
		default:
			end := scalarEnd(raw, i)
			b.WriteString(pythonScalar(raw[i:end]))
			i = end
		}
	}
}

func newLine(b *strings.Builder, depth int) {
	b.WriteByte('\n')
	for range depth {
		b.WriteString(jsonIndent)
	}
}

func skipSpace(raw []byte, i int) int {
	for raw[i] == ' ' || raw[i] == '\t' || raw[i] == '\r' || raw[i] == '\n' {
		i++
	}
	return i
}

// scalarEnd is the index after the string, number or word that begins at i.
func scalarEnd(raw []byte, i int) int {
	if raw[i] != '"' {
		for i < len(raw) && !strings.ContainsRune(" \t\r\n,:]}", rune(raw[i])) {
			i++
		}
		return i
	}
	for i++; raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func pythonScalar(raw []byte) string {
	switch c := raw[0]; {
	case c == '"':
		var s string
		// It was valid JSON when the row came in; this cannot fail.
		_ = json.Unmarshal(raw, &s)
		return pythonString(s)
	case strings.ContainsAny(string(raw), ".eE") && c != 't' && c != 'f':
		return pythonFloat(string(raw))
	}
	return string(raw)
}

// pythonFloat is Python's repr of a float: shortest digits, an exponent of at
// least two digits below 1e-4 and from 1e16 on, never without a point otherwise.
func pythonFloat(text string) string {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil { // beyond a float's range; Python says Infinity, which is not JSON
		return text
	}
	size := f
	if size < 0 {
		size = -size
	}
	if size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// pythonString is a JSON string with all that is not printable ASCII escaped.
func pythonString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= ' ' && r <= '~':
			b.WriteRune(r)
		case strings.ContainsRune("\n\r\t\b\f", r):
			b.WriteByte('\\')
			b.WriteByte("nrtbf"[strings.IndexRune("\n\r\t\b\f", r)])
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
