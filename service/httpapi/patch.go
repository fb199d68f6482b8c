package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const patchType = "application/json-patch+json"

// operationWire is one operation of a JSON Patch (RFC 6902), as far as it says
// what a key is to become.
type operationWire struct {
	Op    string `json:"op" enum:"add,replace"`
	Path  string `json:"path" doc:"A slash and a key of the object."`
	Value any    `json:"value"`
}

// handlePatch adds an operation that changes a record. Its body is an object
// with the keys to change or, as the API reference had it, a JSON Patch that
// says the same.
func handlePatch[In any](a *api, op operation, serve func(http.ResponseWriter, *http.Request, In) error) {
	var in In
	op.body = in
	op.headers = append(op.headers, headerParam(ifMatchHeader,
		"The ETag that the record had when it was read: 412 where it was changed since."))
	schema, operations := a.schema(in), a.schema([]operationWire{})
	a.handle(op, func(w http.ResponseWriter, r *http.Request) error {
		raw, err := readBody(r)
		if err != nil {
			return err
		}
		value, err := parseJSON(raw)
		if err != nil {
			return err
		}
		if patch, ok := value.([]any); ok {
			if value, raw, err = a.flatten(patch, operations); err != nil {
				return err
			}
		}
		var in In
		if err := a.fill(value, raw, schema, &in); err != nil {
			return err
		}
		return serve(w, r, in)
	})
	described := a.doc.Paths[op.path].Patch
	described.RequestBody.Content[patchType] = &huma.MediaType{Schema: operations}
}

// flatten makes an object of the keys that a JSON Patch sets. The last
// operation on a key counts.
func (a *api) flatten(patch []any, schema *huma.Schema) (object map[string]any, raw []byte, err error) {
	if err := a.check("", schema, patch); err != nil {
		return nil, nil, err
	}
	object = map[string]any{}
	for _, item := range patch {
		operation := item.(map[string]any)
		key, ok := strings.CutPrefix(operation["path"].(string), "/")
		if !ok || strings.Contains(key, "/") {
			return nil, nil, invalid("path in the body is no slash and a key of the object")
		}
		object[key] = operation["value"]
	}
	raw, err = json.Marshal(object)
	return object, raw, err
}
