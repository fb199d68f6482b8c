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
// "Name" and hide a client's mistake.
func decodeStrict(r *http.Request, v any) error {
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
	if name := unknownProperty("", object, reflect.TypeOf(v).Elem()); name != "" {
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

// unknownProperty compares the names in a decoded value with the json tags of the type it is meant for. It returns
// the path of the first name that has no tag, or nothing. Values of the wrong type are left to json.Unmarshal.
func unknownProperty(at string, value any, t reflect.Type) string {
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
			if !ok {
				return at + name
			}
			if unknown := unknownProperty(at+name+".", object[name], field); unknown != "" {
				return unknown
			}
		}
	case isList && t.Kind() == reflect.Slice:
		for i, element := range list {
			if unknown := unknownProperty(fmt.Sprintf("%s%d.", at, i), element, t.Elem()); unknown != "" {
				return unknown
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
