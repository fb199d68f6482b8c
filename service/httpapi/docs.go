package httpapi

import (
	"bytes"
	"cmp"
	_ "embed" // for the page of the reference
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsPage string

// reference makes the page that people read, out of the description. It needs
// nothing else, not even a network.
func (a *api) reference() ([]byte, error) {
	page, err := template.New("docs").Parse(docsPage)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]any{"Info": a.doc.Info, "Operations": a.documented(), "Schemas": a.documentedSchemas()})
	return out.Bytes(), err
}

type documentedOperation struct {
	*huma.Operation
	Body    string // the name of its schema
	Answers []documentedAnswer
}

type documentedAnswer struct {
	Status, Schema string
	Array          bool
}

// documented gives the operations in the order of their paths.
func (a *api) documented() []documentedOperation {
	var all []documentedOperation
	for _, path := range slices.Sorted(maps.Keys(a.doc.Paths)) {
		item := a.doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			one := documentedOperation{Operation: op}
			if op.RequestBody != nil {
				one.Body, _ = schemaOf(op.RequestBody.Content[jsonType])
			}
			for status, response := range op.Responses {
				answer := documentedAnswer{Status: status}
				answer.Schema, answer.Array = schemaOf(response.Content[jsonType])
				one.Answers = append(one.Answers, answer)
			}
			slices.SortFunc(one.Answers, func(a, b documentedAnswer) int { return cmp.Compare(a.Status, b.Status) })
			all = append(all, one)
		}
	}
	return all
}

// schemaOf gives the name of a schema, and whether the body is an array of it.
func schemaOf(media *huma.MediaType) (name string, array bool) {
	if media == nil || media.Schema == nil {
		return "", false
	}
	schema := media.Schema
	if schema.Type == huma.TypeArray {
		schema, array = schema.Items, true
	}
	return schema.Ref[strings.LastIndexByte(schema.Ref, '/')+1:], array
}

type documentedSchema struct {
	Name string
	Keys []documentedKey
}

type documentedKey struct {
	Name, Type, Schema, Doc string
	Required                bool
	Enum                    []any
}

func (a *api) documentedSchemas() []documentedSchema {
	var all []documentedSchema
	schemas := a.schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		one := documentedSchema{Name: name}
		schema := schemas[name]
		for _, key := range slices.Sorted(maps.Keys(schema.Properties)) {
			one.Keys = append(one.Keys, documentKey(key, schema.Properties[key], slices.Contains(schema.Required, key)))
		}
		all = append(all, one)
	}
	return all
}

func documentKey(name string, schema *huma.Schema, required bool) documentedKey {
	key := documentedKey{Name: name, Type: schema.Type, Doc: schema.Description, Required: required, Enum: schema.Enum}
	if schema.Items != nil {
		key.Type = "array"
		schema = schema.Items
	}
	if schema.Ref != "" {
		key.Schema = schema.Ref[strings.LastIndexByte(schema.Ref, '/')+1:]
	}
	return key
}
