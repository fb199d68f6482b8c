package contract_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every GET answers the same with a slash at its end, with a body as the
// Python client sends it, and as a HEAD without the body.
func TestForms(t *testing.T) {
	t.Parallel()
	w := populated(t)
	for _, op := range w.spec.operations() {
		if op.method != http.MethodGet {
			continue
		}
		plain := w.call(t, op.String(), "").want(t, 200)
		for form, other := range map[string]reply{
			"a slash":   w.call(t, op.String()+"/", ""),
			"slashes":   w.call(t, op.String()+"//", ""),
			"an object": w.call(t, op.String(), "{}"),
		} {
			if diff := cmp.Diff(plain.body, other.want(t, 200).body); diff != "" {
				t.Errorf("%s with %s answers otherwise (-plain +other):\n%s", op, form, diff)
			}
		}
		head := w.call(t, "HEAD "+op.path, "").want(t, 200)
		if head.body != "" {
			t.Errorf("HEAD %s has a body", op.path)
		}
		for _, key := range []string{"Content-Type", "ETag"} {
			if head.header.Get(key) != plain.header.Get(key) {
				t.Errorf("HEAD %s: %s is %q, of GET %q", op.path, key, head.header.Get(key), plain.header.Get(key))
			}
		}
	}
	w.call(t, "HEAD /v1/nodes/{nowhere}", "").want(t, 404)
}

// What is removed with a body is removed.
func TestDeleteWithBodyAndSlash(t *testing.T) {
	t.Parallel()
	w := populated(t)
	w.run(t, []exchange{
		{name: "attachment", request: "DELETE /v1/nodes/{node}/storages/{attachment}/", body: "{}", status: 200},
		{name: "storage", request: "DELETE /v1/storages/{storage}/", body: "{}", status: 200},
		{name: "other storage", request: "DELETE /v1/storages/{attachment}/", body: "{}", status: 200},
		{name: "flavor", request: "DELETE /v1/flavors/{flavor}/", body: "{}", status: 200},
		{name: "node", request: "DELETE /v1/nodes/{node}/", body: "{}", status: 200},
		{name: "pod manager", request: "DELETE /v1/pod_managers/{podm}/", body: "{}", status: 200},
	})
}

// Every path refuses the methods that it has not, and says which it has; where
// there is no path, 404.
func TestMethods(t *testing.T) {
	t.Parallel()
	w := populated(t)
	for path, methods := range w.spec.Paths {
		for _, method := range []string{"GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE", "BREW"} {
			if _, has := methods[strings.ToLower(method)]; has || path == "/v1/nodes/manage" || path == "/v1/devices/sync" {
				continue // those two are also items, which need not exist
			}
			got := w.call(t, method+" "+path, "{}").want(t, http.StatusMethodNotAllowed)
			var allowed []string
			for _, other := range strings.Split(got.header.Get("Allow"), ", ") {
				if _, has := methods[strings.ToLower(other)]; has || other == "HEAD" {
					allowed = append(allowed, strings.ToLower(other))
				}
			}
			for has := range methods {
				if !slices.Contains(allowed, has) {
					t.Errorf("%s %s: Allow is %q", method, path, got.header.Get("Allow"))
				}
			}
		}
	}
	for _, path := range []string{
		"/v2", "/nodes", "/nodes/", "/v1/nothing", "/v1/nodes/{node}/nothing", "/v1/nodes/{node}/action/more",
		"/Nodes/1", "/redfish/v1", "/Chassis", "/v1//nodes", "/v1/flavors/../nodes", "/v1/./nodes", "/v1/nodes/..",
	} {
		for _, method := range []string{"GET", "POST", "PATCH", "DELETE", "PUT"} {
			w.call(t, method+" "+path, "{}").want(t, http.StatusNotFound)
		}
	}
	// A slash that is written as %2F belongs to a name, and no node has one.
	for _, name := range []string{"{node}%2Faction", "%2F", "{node}%2F", "{node}%2F/", "..%2F..%2Fflavors%2F{flavor}"} {
		w.call(t, "GET /v1/nodes/"+name, "").want(t, http.StatusNotFound)
		w.call(t, "DELETE /v1/nodes/"+name, "").want(t, http.StatusNotFound)
	}
	w.call(t, "GET /v1/nodes/manage", "").want(t, http.StatusNotFound)
	w.call(t, "GET /v1/devices/sync", "").want(t, http.StatusNotFound)
}

// No operation lets a key into its query that it does not know.
func TestUnknownQueryKeys(t *testing.T) {
	t.Parallel()
	w := populated(t)
	for _, op := range w.spec.operations() {
		if op.open() {
			continue // they ask for nothing and give the same to everybody
		}
		got := w.call(t, op.String()+"?surprise=1", w.body(t, op)).want(t, http.StatusBadRequest)
		if !strings.Contains(got.body, "surprise") {
			t.Errorf("%s does not name the key: %s", got.request, got.body)
		}
		w.call(t, op.String()+"?%zz=1", w.body(t, op)).want(t, http.StatusBadRequest)
		w.call(t, op.String()+"?a=1;b=2", w.body(t, op)).want(t, http.StatusBadRequest)
	}
}

// Only what changes a record asks whether it is still the same.
func TestIfMatch(t *testing.T) {
	t.Parallel()
	w := populated(t)
	const stale = `"0"`
	for _, op := range w.spec.operations() {
		body := w.body(t, op)
		if op.method != http.MethodPatch {
			if !op.open() {
				w.call(t, op.String(), body, "If-Match", stale).want(t, http.StatusBadRequest)
			}
			continue
		}
		current := w.call(t, "GET "+op.path, "").header.Get("ETag")
		w.call(t, op.String(), body, "If-Match", stale).want(t, http.StatusPreconditionFailed)
		w.call(t, op.String(), body, "If-Match", current[1:]).want(t, http.StatusPreconditionFailed)
		after := w.call(t, op.String(), body, "If-Match", stale+", "+current).want(t, 200).header.Get("ETag")
		if after == current || after == "" {
			t.Errorf("%s leaves the ETag %s at %s", op, current, after)
		}
		w.call(t, op.String(), body, "If-Match", current).want(t, http.StatusPreconditionFailed)
		if now := w.call(t, "GET "+op.path, "").header.Get("ETag"); now != after {
			t.Errorf("%s said ETag %s, GET says %s", op, after, now)
		}
		w.call(t, op.String(), body, "If-Match", "*").want(t, 200)
	}
}
