package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// encoder makes the JSON of one element. The bytes are good until the next call:
// a list of many thousand would otherwise leave as many pieces behind.
type encoder[T any] func(T) ([]byte, error)

// choice encodes elements with the keys that were asked for; all of them where
// fields is nil. known are the keys that there are.
func choice[T, W any](wire func(T) W, fields, known []string) (encoder[T], error) {
	var buffer bytes.Buffer
	out := json.NewEncoder(&buffer)
	whole := func(item T) ([]byte, error) {
		buffer.Reset()
		err := out.Encode(wire(item))
		return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
	}
	if fields == nil {
		return whole, nil
	}
	for _, field := range fields {
		if !slices.Contains(known, field) {
			return nil, invalid("fields in the query has an unknown key %q; the keys are %s", clip(field), strings.Join(known, ", "))
		}
	}
	return func(item T) ([]byte, error) {
		body, err := whole(item)
		if err != nil {
			return nil, err
		}
		var all map[string]json.RawMessage
		if err := json.Unmarshal(body, &all); err != nil {
			return nil, fmt.Errorf("reading an element again: %w", err)
		}
		maps.DeleteFunc(all, func(key string, _ json.RawMessage) bool { return !slices.Contains(fields, key) })
		return json.Marshal(all)
	}, nil
}

// keysOf gives the keys of a schema of an object, sorted.
func keysOf(schema *huma.Schema, a *api) []string {
	for schema.Ref != "" {
		schema = a.schemas.SchemaFromRef(schema.Ref)
	}
	return slices.Sorted(maps.Keys(schema.Properties))
}

// answerItem sends one document, with the keys that were asked for.
func answerItem[W any](a *api, w http.ResponseWriter, r *http.Request, doc W) error {
	if r.URL.RawQuery == "" {
		return answer(w, http.StatusOK, doc)
	}
	whole := func(doc W) W { return doc }
	encode, err := choice(whole, words(r.URL.Query().Get("fields")), keysOf(a.schema(doc), a))
	if err != nil {
		return err
	}
	body, err := encode(doc)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	return send(w, http.StatusOK, body)
}
