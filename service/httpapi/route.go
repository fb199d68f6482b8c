package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

// rights says who may call an operation. What a caller may do to what belongs
// to another project is for the domain to say.
type rights int

const (
	reader rights = iota
	member
	admin
	anybody // without asking Access
)

func (n rights) role() service.Role {
	return map[rights]service.Role{reader: service.Reader, member: service.Member, admin: service.Admin}[n]
}

// operation is one method on one path: who may call it, and what the
// description says of it.
type operation struct {
	method  string
	path    string // a pattern of http.ServeMux, without the method
	id      string // in the description, and in the metrics
	summary string
	rights  rights
	query   []param // any other query key is refused
	headers []*huma.Param
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
		ctx, cancel := context.WithTimeout(r.Context(), a.settings.Load().Timeout)
		defer cancel()
		recordOf(ctx).operation = op.id
		r, err := a.admit(w, r.WithContext(ctx), op)
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

// handleOptionalBody is handleBody for a body that may be left out; In is zero
// then.
func handleOptionalBody[In any](a *api, op operation, serve func(http.ResponseWriter, *http.Request, In) error) {
	var in In
	schema := a.schema(in)
	a.handle(op, func(w http.ResponseWriter, r *http.Request) error {
		var in In
		if err := a.decodeOptional(r, schema, &in); err != nil {
			return err
		}
		return serve(w, r, in)
	})
	a.doc.Paths[op.path].Post.RequestBody.Required = false
}

// exactly keeps the pattern "/" from matching every path.
func exactly(path string) string {
	if path == "/" {
		return "/{$}"
	}
	return path
}

// admit puts the caller into the request, or says why he may not call op.
func (a *api) admit(w http.ResponseWriter, r *http.Request, op operation) (*http.Request, error) {
	if op.rights != anybody {
		caller, err := a.access.Caller(r)
		if err != nil {
			if challenge := a.access.Challenge(); challenge != "" && service.CodeOf(err) == service.Unauthorized {
				w.Header().Set("WWW-Authenticate", challenge)
			}
			return r, err
		}
		recordOf(r.Context()).user = caller.UserID
		if needed := op.rights.role(); caller.Role < needed {
			return r, service.Errorf(service.Forbidden, "this takes the role %s", roleName(needed))
		}
		r = r.WithContext(service.WithCaller(r.Context(), caller))
	}
	if r.Header.Get(ifMatchHeader) != "" && op.method != http.MethodPatch {
		return r, invalid("the header If-Match is understood with PATCH only")
	}
	return r, checkQuery(r, op)
}

func roleName(role service.Role) string {
	return map[service.Role]string{
		service.Reader: "reader", service.Member: "member", service.Admin: "admin",
	}[role]
}
