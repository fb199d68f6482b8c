package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const (
	jsonType    = "application/json"
	tokenScheme = "keystone"
)

// startDocument begins the OpenAPI description; each operation adds itself.
func (a *api) startDocument() {
	a.schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	a.doc = &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title:       "Valence",
			Version:     "v1",
			Description: "Composes machines out of Rack Scale Design hardware.",
		},
		Components: &huma.Components{
			Schemas: a.schemas,
			SecuritySchemes: map[string]*huma.SecurityScheme{tokenScheme: {
				Type: "apiKey", In: "header", Name: "X-Auth-Token",
				Description: "A Keystone token, where the service is set up to ask for one.",
			}},
		},
	}
}

// schemaName names a schema after its Go type, without the mark of wire types.
func schemaName(t reflect.Type, hint string) string {
	return strings.TrimSuffix(huma.DefaultSchemaNamer(t, hint), "Wire")
}

// schema gives the schema of a wire type, by reference.
func (a *api) schema(zero any) *huma.Schema {
	return a.schemas.Schema(reflect.TypeOf(zero), true, "")
}

// describe adds an operation to the description.
func (a *api) describe(op operation) {
	described := &huma.Operation{
		OperationID: op.id,
		Method:      op.method,
		Path:        op.path,
		Summary:     op.summary,
		Parameters:  append(each(op.query, param.described), op.headers...),
		Responses: map[string]*huma.Response{
			"default": a.response("The request failed.", errorWire{}),
		},
	}
	if op.rights != anybody {
		described.Description = "Takes the role " + roleName(op.rights.role()) + "."
		described.Security = []map[string][]string{{tokenScheme: {}}}
	}
	for _, segment := range strings.Split(op.path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			described.Parameters = append(described.Parameters, pathParam(strings.TrimSuffix(name, "}")))
		}
	}
	if op.body != nil {
		described.RequestBody = &huma.RequestBody{Required: true, Content: a.content(op.body)}
	}
	for status, doc := range op.answers {
		described.Responses[strconv.Itoa(status)] = a.response(http.StatusText(status), doc)
	}
	a.doc.AddOperation(described)
}

func (a *api) response(description string, doc any) *huma.Response {
	response := &huma.Response{Description: description, Headers: map[string]*huma.Param{
		requestIDHeader: {Description: "The id of the request, also in the service's log.", Schema: text()},
	}}
	if doc != nil {
		response.Content = a.content(doc)
	}
	return response
}

func (a *api) content(doc any) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{jsonType: {Schema: a.schema(doc)}}
}

func text() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }

func pathParam(name string) *huma.Param {
	return &huma.Param{Name: name, In: "path", Required: true, Schema: text()}
}

func headerParam(name, description string) *huma.Param {
	return &huma.Param{Name: name, In: "header", Description: description, Schema: text()}
}

// routeDocument serves the description, for programs and for people. It comes after all other routes, so
// that they are in it; it is made once and never changes.
func (a *api) routeDocument() error {
	op := operation{
		method:  http.MethodGet,
		path:    "/openapi.json",
		id:      "describe",
		summary: "This description.",
		rights:  anybody,
		answers: map[int]any{http.StatusOK: nil},
	}
	a.describe(op)
	body, err := json.Marshal(a.doc)
	if err != nil {
		return fmt.Errorf("encoding the OpenAPI document: %w", err)
	}
	page, err := a.reference()
	if err != nil {
		return fmt.Errorf("making the reference: %w", err)
	}
	a.mux.HandleFunc("GET /docs", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		_, _ = w.Write(page)
	})
	a.mux.HandleFunc("GET "+op.path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		// Nobody is left to hear of an error here.
		_, _ = w.Write(body)
	})
	return nil
}
