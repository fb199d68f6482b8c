package contract_test

import (
	"net/http"
	"strings"
	"testing"
)

// Whatever is wrong with a body is 400, and the answer says where it is and
// never what it was.
func TestWrongBodies(t *testing.T) {
	t.Parallel()
	w := populated(t)
	for _, op := range w.spec.operations() {
		if op.RequestBody.Content == nil {
			continue
		}
		for _, wrong := range w.spec.wrongBodies(op) {
			got := w.call(t, op.String(), wrong.text).want(t, http.StatusBadRequest)
			detail := text(got.problem(t)["detail"])
			if !strings.Contains(detail, wrong.place) || strings.Contains(got.body, "canary") {
				t.Errorf("%s with %s does not say that %s is wrong: %s", op, wrong.text, wrong.place, detail)
			}
		}
	}
}

// What is no JSON is 400, where a body is needed. Of an absent one, too.
func TestBodiesThatAreNoJSON(t *testing.T) {
	t.Parallel()
	w := populated(t)
	for _, op := range w.spec.operations() {
		body := w.body(t, op)
		if body == "" {
			continue
		}
		for _, broken := range []string{"{", body + "}", body + body, `{"name": "` + "\xff" + `"}`, "nul", `{"a" 1}`, "\x00"} {
			w.call(t, op.String(), broken).want(t, http.StatusBadRequest)
		}
		w.call(t, op.String(), strings.Repeat(" ", 1<<20)+body).want(t, http.StatusRequestEntityTooLarge)
		if !op.RequestBody.Required {
			continue
		}
		for _, absent := range []string{"", " ", "\n"} {
			w.call(t, op.String(), absent).want(t, http.StatusBadRequest)
		}
		for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", ";"} {
			w.call(t, op.String(), body, "Content-Type", media).want(t, http.StatusBadRequest)
		}
	}
}

// Bodies may call themselves JSON in several ways.
func TestMediaTypes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, media := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON", "application/vnd.openstack.valence.v1+json"} {
		w.call(t, "POST /v1/flavors", `{"name": "f", "properties": {}}`, "Content-Type", media).want(t, 200)
	}
}
