package contract_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	validation "github.com/pb33f/libopenapi-validator/errors"
)

// description is what the service says of itself.
type description struct {
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`

	// full checks whole documents; partial checks those of which the caller
	// wanted some keys only, so that others are missing.
	full, partial validator.Validator
}

// operation is one method on one path.
type operation struct {
	Parameters  []parameter        `json:"parameters"`
	RequestBody content            `json:"requestBody"`
	Responses   map[string]content `json:"responses"`
	Security    []map[string]any   `json:"security"`
	method      string
	path        string
}

type parameter struct {
	Name string `json:"name"`
	In   string `json:"in"`
}

type content struct {
	Required bool `json:"required"`
	Content  map[string]struct {
		Schema *schema `json:"schema"`
	} `json:"content"`
}

// schema is as much of JSON Schema as bodies of requests use.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Additional json.RawMessage    `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	Required   []string           `json:"required"`
	Enum       []any              `json:"enum"`
	Pattern    string             `json:"pattern"`
}

func parseDescription(text []byte) (*description, error) {
	var d description
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	var err error
	if d.full, err = newValidator(text); err != nil {
		return nil, err
	}
	var loose map[string]any
	if err := json.Unmarshal(text, &loose); err != nil {
		return nil, err
	}
	for _, s := range loose["components"].(map[string]any)["schemas"].(map[string]any) {
		delete(s.(map[string]any), "required")
	}
	if text, err = json.Marshal(loose); err != nil {
		return nil, err
	}
	d.partial, err = newValidator(text)
	return &d, err
}

// newValidator makes what holds requests and answers against a description.
// It leaves the token out: whether one is needed, the configuration says.
func newValidator(text []byte) (validator.Validator, error) {
	document, err := libopenapi.NewDocument(text)
	if err != nil {
		return nil, err
	}
	v, errs := validator.NewValidator(document, config.WithoutSecurityValidation())
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	_, invalid := v.ValidateDocument()
	return v, faults("the description", invalid)
}

// faults makes one error of all that a validator found.
func faults(where string, found []*validation.ValidationError) error {
	var errs []error
	for _, e := range found {
		errs = append(errs, fmt.Errorf("%s: %s: %s", where, e.Message, e.Reason))
		for _, f := range e.SchemaValidationErrors {
			errs = append(errs, fmt.Errorf("%s: %s", f.FieldPath, f.Reason))
		}
	}
	return errors.Join(errs...)
}

// operations gives all of them, in order.
func (d *description) operations() []operation {
	var all []operation
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			op := d.Paths[path][method]
			op.method, op.path = strings.ToUpper(method), path
			all = append(all, op)
		}
	}
	return all
}

// find gives the operation that serves a request; false where none does.
func (d *description) find(r *http.Request) (operation, bool) {
	segments := strings.Split(strings.TrimRight(r.URL.EscapedPath(), "/"), "/")
	var path string
	for candidate := range d.Paths {
		if matches(candidate, segments) && (path == "" || !strings.HasSuffix(candidate, "}")) {
			path = candidate // of two, the one without a name at its end
		}
	}
	op, ok := d.Paths[path][strings.ToLower(r.Method)]
	op.method, op.path = r.Method, path
	return op, ok
}

// matches says whether a path is one of those that a template stands for.
func matches(template string, segments []string) bool {
	own := strings.Split(strings.TrimRight(template, "/"), "/")
	return slices.EqualFunc(own, segments, func(own, segment string) bool {
		return own == segment || strings.HasPrefix(own, "{") && segment != ""
	})
}

func (op operation) String() string { return op.method + " " + op.path }

// keys gives the names of the parameters that are in a place.
func (op operation) keys(in string) []string {
	var names []string
	for _, p := range op.Parameters {
		if p.In == in {
			names = append(names, p.Name)
		}
	}
	return names
}

// open says whether the operation asks nobody who he is, and with that lets
// any query pass.
func (op operation) open() bool { return len(op.Security) == 0 }

// body gives the schema of the body; nil where there is none.
func (d *description) body(op operation) *schema {
	return d.resolve(op.RequestBody.Content["application/json"].Schema)
}

// resolve follows references.
func (d *description) resolve(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	return s
}
