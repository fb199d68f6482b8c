package output

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// readable is a value for people: as Python's str writes it, but what is nested
// with openstackclient's conventions: a='1', b.c='2' for an object, a comma
// between plain values, and a line for each object of an array.
func readable(value any) string {
	text := strings.Join(lines(value), "\n")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return Lines(strings.ReplaceAll(text, "\r", " "))
}

// lines are the lines of a cell.
func lines(value any) []string {
	if o, ok := value.(object); ok {
		return objectLines(o)
	}
	list, _ := value.([]any)
	if !holdsObjects(list) {
		return []string{plain(value)}
	}
	var out []string
	for _, v := range list {
		out = append(out, plain(v))
	}
	return out
}

// objectLines puts what is simple in the first line, then a line for each object
// of an array inside: key[0]: a='1'.
func objectLines(o object) []string {
	var simple object
	var more []string
	for _, m := range sorted(o) {
		list, _ := m.value.([]any)
		if !holdsObjects(list) {
			simple = append(simple, m)
			continue
		}
		for i, v := range list {
			more = append(more, fmt.Sprintf("%s[%d]: %s", m.key, i, plain(v)))
		}
	}
	if len(simple) == 0 {
		return more
	}
	return append([]string{plain(simple)}, more...)
}

func holdsObjects(list []any) bool {
	return slices.ContainsFunc(list, func(v any) bool {
		_, ok := v.(object)
		return ok
	})
}

// plain is a value in one line.
func plain(value any) string {
	switch v := value.(type) {
	case object:
		return strings.Join(pairs(v, ""), ", ")
	case []any:
		if holdsObjects(v) {
			return compact(v)
		}
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = plain(v[i])
		}
		return strings.Join(parts, ", ")
	}
	return pythonStr(value)
}

// pairs are the fields of an object as key='value', those of inner objects with
// dotted keys, in the order of the keys. Nothing follows the = of null.
func pairs(o object, prefix string) []string {
	var out []string
	for _, m := range sorted(o) {
		inner, ok := m.value.(object)
		switch {
		case ok:
			out = append(out, pairs(inner, prefix+m.key+".")...)
		case m.value == nil:
			out = append(out, prefix+m.key+"=")
		default:
			out = append(out, prefix+m.key+"='"+plain(m.value)+"'")
		}
	}
	return out
}

// compact is an array too deep to be told in words: JSON.
func compact(list []any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// It came out of JSON; going back cannot fail.
	_ = e.Encode(plainJSON(list))
	return strings.TrimSuffix(b.String(), "\n")
}
