package contract_test

import (
	"encoding/json"
	"maps"
	"slices"
)

// wrongBody is a body with one thing that is wrong.
type wrongBody struct {
	place string // where it is, as an error names it
	text  string
}

// wrongBodies gives bodies for an operation that each have another wrong
// thing: every key with every wrong type, missing keys, and unknown ones.
func (d *description) wrongBodies(op operation) []wrongBody {
	var all []wrongBody
	d.wrong(d.body(op), "", func(v any) any { return v }, func(place string, body any) {
		if _, patch := body.([]any); patch && op.method == "PATCH" {
			return // that is a JSON Patch, and none is wrong
		}
		text, _ := json.Marshal(body) // it has been made of what can be
		all = append(all, wrongBody{place, string(text)})
	})
	return all
}

// wrong adds what can be wrong at a place; wrap puts it where it belongs.
func (d *description) wrong(s *schema, at string, wrap func(any) any, add func(string, any)) {
	s = d.resolve(s)
	for _, value := range wrongValues(s.kind()) {
		add(at, wrap(value))
	}
	switch s.kind() {
	case "array":
		d.wrong(s.Items, at+"[0]", func(v any) any { return wrap([]any{v}) }, add)
	case "object":
		d.wrongKeys(s, at, wrap, add)
	}
}

func (d *description) wrongKeys(s *schema, at string, wrap func(any) any, add func(string, any)) {
	if s.Properties == nil && string(s.Additional) != "false" {
		return // anything goes
	}
	with := func(key string, v any) any {
		object := d.example(s).(map[string]any)
		object[key] = v
		return wrap(object)
	}
	if at != "" {
		at += "."
	}
	add("surprise", with("surprise", "canary-pass-word"))
	for _, key := range s.Required {
		object := d.example(s).(map[string]any)
		delete(object, key)
		add(at+key, wrap(object))
	}
	for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
		if d.resolve(s.Properties[key]).kind() != "" {
			d.wrong(s.Properties[key], at+key, func(v any) any { return with(key, v) }, add)
		}
	}
}

// wrongValues gives a value of every type that is not the given one.
func wrongValues(kind string) []any {
	values := map[string]any{
		"string": "canary-pass-word", "integer": 7, "boolean": true, "array": []any{}, "object": map[string]any{}, "null": nil,
	}
	delete(values, kind)
	if kind == "" {
		return nil
	}
	var wrong []any
	for _, other := range slices.Sorted(maps.Keys(values)) {
		wrong = append(wrong, values[other])
	}
	if kind == "integer" {
		wrong = append(wrong, 1.5, -1, 1e300)
	}
	return wrong
}

// example gives a value that a schema takes, with the keys that it needs.
func (d *description) example(s *schema) any {
	s = d.resolve(s)
	switch {
	case s.Enum != nil:
		return s.Enum[0]
	case s.Pattern != "": // digits, as it happens
		return "1"
	}
	switch s.kind() {
	case "object":
		object := map[string]any{}
		for _, key := range s.Required {
			object[key] = d.example(s.Properties[key])
		}
		return object
	case "array":
		return []any{d.example(s.Items)}
	case "integer":
		return 1
	case "boolean":
		return true
	}
	return "x"
}

// kind is the type that a schema wants, null aside; empty for any.
func (s *schema) kind() string {
	switch types := s.Type.(type) {
	case string:
		return types
	case []any:
		return types[0].(string)
	}
	return ""
}
