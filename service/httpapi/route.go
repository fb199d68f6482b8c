package httpapi

import (
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

// rights says who may call an operation. What a caller may do to a node of
// another project is for the Work to say.
type rights int

const (
	signedIn rights = iota // anybody that Access knows
	anybody                // without asking Access
	admin
)

// operation is one method on one path: who may call it, and what the
// description says of it.
type operation struct {
	method  string
	path    string // a pattern of http.ServeMux, without the method
	id      string // in the description
	summary string
	rights  rights
	params  []*huma.Param
	body    any         // a zero value of what the request body decodes to; nil for none
	answers map[int]any // by status, a zero value of the document; nil for none
}

// handler serves one operation. It answers, or returns an error and leaves the
// answer to fail.
type handler func(w http.ResponseWriter, r *http.Request) error

// handle adds an operation whose body, if the caller sends one, is ignored:
// the Python client sends one with every GET and DELETE.
func (a *api) handle(op operation, serve handler) {
	a.describe(op)
	a.mux.HandleFunc(op.method+" "+exactly(op.path), func(w http.ResponseWriter, r *http.Request) {
		r, err := a.admit(op, r)
		if err == nil {
			err = serve(w, r)
		}
		if err != nil {
			fail(w, r, err)
		}
	})
}

// handleBody adds an operation that needs a body, checked against the schema
// of In.
func handleBody[In any](a *api, op operation, serve func(http.ResponseWriter, *http.Request, In) error) {
	var in In
	op.body = in
	schema := a.schema(in)
	a.handle(op, func(w http.ResponseWriter, r *http.Request) error {
		var in In
		if err := a.decode(r, schema, &in); err != nil {
			return err
		}
		return serve(w, r, in)
	})
}

// exactly keeps the pattern "/" from matching every path.
func exactly(path string) string {
	if path == "/" {
		return "/{$}"
	}
	return path
}

// admit puts the caller into the request, or says why he may not call op.
func (a *api) admit(op operation, r *http.Request) (*http.Request, error) {
	if op.rights == anybody {
		return r, nil
	}
	caller, err := a.access(r)
	if err != nil {
		return r, err
	}
	recordOf(r.Context()).user = caller.UserID
	if op.rights == admin && caller.Role < service.Admin {
		return r, service.Errorf(service.Forbidden, "only an administrator may do this")
	}
	return r.WithContext(service.WithCaller(r.Context(), caller)), nil
}

// baseURL is how the caller reached the service, for links in documents.
func baseURL(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, r.Host)
}
