package podsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
)

const maxBody = 1 << 20

// decodeStrict reads a JSON object into v, which points to a struct. Like the pod manager it refuses an empty body
// and any property it does not know, names compared to the letter: encoding/json alone would take "name" for
// "Name" and hide a client's mistake. Properties that some version knows, but this one does not, are given by their
// paths without indices.
func decodeStrict(r *http.Request, v any, unknown ...string) error {
	data, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return fmt.Errorf("reading the request body: %w", err)
	}
	if len(data) > maxBody {
		return refuse(badPayload, fmt.Sprintf("The body is larger than %d bytes", maxBody))
	}
	var object map[string]any
	if err := json.Unmarshal(data, &object); err != nil || object == nil {
		return refuse(badPayload, "The body is not a JSON object")
	}
	if name := (strict{unknown}).find("", "", object, reflect.TypeOf(v).Elem()); name != "" {
		return refuse(badPayload, "Unrecognized property "+name)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return refuse(badPayload, describeTypeError(err))
	}
	return nil
}

func describeTypeError(err error) string {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err.Error()
	}
	return fmt.Sprintf("Property %s does not take a value of type %s", wrong.Field, wrong.Value)
}

// strict finds properties that a request must not have.
type strict struct {
	unknown []string // paths of properties that have a field, but are unknown all the same
}

// find compares the names in a decoded value with the json tags of the type it is meant for. It returns the place of the
// first name that is not known, or nothing; path is the place without indices. Values of the wrong type are left to
// json.Unmarshal.
func (s strict) find(at, path string, value any, t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	object, isObject := value.(map[string]any)
	list, isList := value.([]any)
	switch {
	case isObject && t.Kind() == reflect.Struct:
		known := jsonFields(t)
		for _, name := range slices.Sorted(maps.Keys(object)) {
			field, ok := known[name]
			if !ok || slices.Contains(s.unknown, path+name) {
				return at + name
			}
			if found := s.find(at+name+".", path+name+".", object[name], field); found != "" {
				return found
			}
		}
	case isList && t.Kind() == reflect.Slice:
		for i, element := range list {
			if found := s.find(fmt.Sprintf("%s%d.", at, i), path, element, t.Elem()); found != "" {
				return found
			}
		}
	}
	return ""
}

func jsonFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("json"); name != "" {
			fields[name] = f.Type
		}
	}
	return fields
}
