package podsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// serve answers with a resource as the dialect shows resources of its kind.
func (s *Simulator) serve(w http.ResponseWriter, body resource) error {
	if len(s.dialect.lacks[body.schemaKind()]) == 0 && s.dialect.schema(body.schemaKind()) == "" {
		writeJSON(w, http.StatusOK, body)
		return nil
	}
	object, err := s.adapt(body)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, object)
	return nil
}

// adapt takes out of a resource what the dialect lacks: the bodies hold what any version has.
func (s *Simulator) adapt(body resource) (map[string]any, error) {
	object, err := toObject(body)
	if err != nil {
		return nil, err
	}
	kind := body.schemaKind()
	for _, path := range s.dialect.lacks[kind] {
		remove(object, path)
	}
	if schema := s.dialect.schema(kind); schema != "" {
		object["@odata.type"] = "#" + kind + "." + schema + "." + kind
	}
	return object, nil
}

// schema is the version of a kind of resource, or "" when it is that of 2.3.
func (d dialect) schema(kind string) string {
	if version, ok := d.schemas[kind]; ok {
		return version
	}
	return d.schemas["*"]
}

// toObject keeps numbers as they are written: a capacity in bytes may not fit a float64.
func toObject(body any) (map[string]any, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("writing a resource: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, fmt.Errorf("reading a resource back: %w", err)
	}
	return object, nil
}

// remove takes a property out of an object; the path names those that it is in.
func remove(object map[string]any, path string) {
	name, rest, deeper := strings.Cut(path, "/")
	if !deeper {
		delete(object, name)
		return
	}
	if inner, ok := object[name].(map[string]any); ok {
		remove(inner, rest)
	}
}
