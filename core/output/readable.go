package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// readable is a JSON value for people, with openstackclient's conventions:
// nothing for null, True and False, a='1', b.c='2' for an object, a comma between
// plain values, and a line for each object of an array.
func readable(raw json.RawMessage) cell {
	var value any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // a byte count must not become 1.2e+12
	// It was valid JSON when the row came in; this cannot fail.
	_ = d.Decode(&value)
	_, number := value.(json.Number)
	return cell{text: Lines(strings.Join(lines(value), "\n")), number: number}
}

// lines are the lines of a cell.
func lines(value any) []string {
	if object, ok := value.(map[string]any); ok {
		return objectLines(object)
	}
	if !holdsObjects(value) {
		return []string{plain(value)}
	}
	var out []string
	for _, v := range value.([]any) {
		out = append(out, plain(v))
	}
	return out
}

// objectLines puts what is simple in the first line, then a line for each object
// of an array inside: key[0]: a='1'.
func objectLines(object map[string]any) []string {
	var more []string
	simple := map[string]any{}
	for _, key := range sortedKeys(object) {
		if !holdsObjects(object[key]) {
			simple[key] = object[key]
			continue
		}
		for i, v := range object[key].([]any) {
			more = append(more, fmt.Sprintf("%s[%d]: %s", key, i, plain(v)))
		}
	}
	if len(simple) == 0 {
		return more
	}
	return append([]string{plain(simple)}, more...)
}

func holdsObjects(value any) bool {
	array, _ := value.([]any)
	return slices.ContainsFunc(array, func(v any) bool {
		_, ok := v.(map[string]any)
		return ok
	})
}

// plain is a value in one line.
func plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "True"
		}
		return "False"
	case map[string]any:
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
	return ""
}

// pairs are the fields of an object as key='value', those of inner objects with
// dotted keys, in the order of the keys.
func pairs(object map[string]any, prefix string) []string {
	var out []string
	for _, key := range sortedKeys(object) {
		if inner, ok := object[key].(map[string]any); ok {
			out = append(out, pairs(inner, prefix+key+".")...)
			continue
		}
		text := plain(object[key])
		if text != "" {
			text = "'" + text + "'"
		}
		out = append(out, prefix+key+"="+text)
	}
	return out
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// compact is an array too deep to be told in words: JSON.
func compact(value []any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// It came out of JSON; going back cannot fail.
	_ = e.Encode(value)
	return strings.TrimSuffix(b.String(), "\n")
}
