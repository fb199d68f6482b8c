package output

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// pythonStr is what Python's str gives for a value: openstackclient prints that
// wherever a format has no way of its own to write it.
func pythonStr(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	var b strings.Builder
	pythonRepr(&b, value)
	return b.String()
}

func pythonRepr(b *strings.Builder, value any) {
	switch v := value.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		b.WriteString(pythonBool(v))
	case json.Number:
		b.WriteString(pythonNumber(v))
	case string:
		pythonQuoted(b, v)
	case []any:
		b.WriteByte('[')
		for i := range v {
			separate(b, i)
			pythonRepr(b, v[i])
		}
		b.WriteByte(']')
	case object:
		b.WriteByte('{')
		for i := range v {
			separate(b, i)
			pythonQuoted(b, v[i].key)
			b.WriteString(": ")
			pythonRepr(b, v[i].value)
		}
		b.WriteByte('}')
	}
}

func separate(b *strings.Builder, i int) {
	if i > 0 {
		b.WriteString(", ")
	}
}

func pythonBool(v bool) string {
	if v {
		return "True"
	}
	return "False"
}

// pythonQuoted is Python's repr of a string: in single quotes, unless double
// ones need no escape.
func pythonQuoted(b *strings.Builder, s string) {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b.WriteRune(quote)
	for _, r := range s {
		at := strings.IndexRune("\n\r\t", r)
		switch {
		case r == quote || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case at >= 0:
			b.WriteByte('\\')
			b.WriteByte("nrt"[at])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			fmt.Fprintf(b, `\U%08x`, r)
		}
	}
	b.WriteRune(quote)
}

// isFloat tells whether Python's json module reads the number as a float.
func isFloat(n json.Number) bool { return strings.ContainsAny(string(n), ".eE") }

// pythonNumber is Python's repr of a number from JSON.
func pythonNumber(n json.Number) string {
	if isFloat(n) {
		return pythonFloat(string(n))
	}
	if n == "-0" {
		return "0"
	}
	return string(n)
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
