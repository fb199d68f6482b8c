package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRoot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := map[string]any{
		"name": "OpenStack Valence API", "description": "Valence is an OpenStack project",
		"versions": []any{map[string]any{
			"id": "v1", "status": "CURRENT", "min_version": "",
			"links": []any{map[string]any{"rel": "self", "href": w.URL + "/v1/"}},
		}},
	}
	if diff := cmp.Diff(want, w.call(t, "GET /", "").object(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every resource that version 1 advertises leads to a list.
func TestVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.call(t, "GET /v1", "").object(t)
	for _, resource := range []string{"nodes", "storages", "flavors", "systems", "pod_managers", "racks", "devices"} {
		links := got[resource].([]any)
		self, bookmark := links[0].(map[string]any), links[1].(map[string]any)
		if self["rel"] != "self" || bookmark["rel"] != "bookmark" || bookmark["href"] != w.URL+"/"+resource+"/" {
			t.Errorf("%s has the links %v", resource, links)
		}
		path, ok := strings.CutPrefix(text(self["href"]), w.URL)
		if !ok || w.call(t, "GET "+path, "").body != "[]\n" {
			t.Errorf("%s leads to %v", resource, self)
		}
	}
	if got["id"] != "v1" || cmp.Diff([]any{map[string]any{
		"base": "application/json", "type": "application/vnd.openstack.valence.v1+json",
	}}, got["media_types"]) != "" {
		t.Errorf("got %v", got)
	}
}

// Links say how the caller came, or what the operator says.
func TestPublicEndpoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "PUBLIC_ENDPOINT=https://rack.example:8443/valence")
	got := w.call(t, "GET /v1", "")
	if !strings.Contains(got.body, `"href":"https://rack.example:8443/valence/v1/nodes/"`) || strings.Contains(got.body, w.URL) {
		t.Errorf("got %s", got.body)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if got := w.call(t, "GET /healthz", "").object(t)["status"]; got != "ok" {
		t.Errorf("healthz: %v", got)
	}
	if got := w.call(t, "GET /readyz", "").body; !strings.Contains(got, `"store":"ok"`) {
		t.Errorf("readyz: %s", got)
	}
	if got := w.call(t, "GET /metrics", "").body; !strings.Contains(got, "valence_api_request_duration_seconds_count") {
		t.Errorf("metrics: %s", got)
	}
}

// The description of the API is OpenAPI 3.1, which newWorld has checked, and
// the page for people needs nothing from elsewhere.
func TestDescription(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.call(t, "GET /openapi.json", "")
	if version := text(got.object(t)["openapi"]); !strings.HasPrefix(version, "3.1.") {
		t.Errorf("OpenAPI %s", version)
	}
	if _, err := parseDescription([]byte(strings.Replace(got.body, `"responses"`, `"replies"`, 1))); err == nil {
		t.Error("a broken description passes for a good one")
	}
	page := w.call(t, "GET /docs", "").want(t, http.StatusOK)
	for _, op := range w.spec.operations() {
		if !strings.Contains(page.body, op.path) {
			t.Errorf("%s is not in /docs", op)
		}
	}
	if strings.Contains(page.body, "src=") || strings.Contains(page.body, `<link`) {
		t.Error("/docs fetches something")
	}
}

// The request id of the caller is taken where it is one, and made otherwise.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const header, theirs = "X-Openstack-Request-Id", "req-7b2f8a52-7c9d-4a58-9d0a-3a5a0c1f3e11"
	if got := w.call(t, "GET /v1/nodes/{nowhere}", "", header, theirs).want(t, 404); got.problem(t)["request_id"] != theirs {
		t.Errorf("got %s", got.body)
	}
	for _, wrong := range []string{"", "req-", "anything", theirs + theirs} {
		if got := w.call(t, "GET /v1/nodes/{nowhere}", "", header, wrong).header.Get(header); got == wrong || len(got) != len(theirs) {
			t.Errorf("%q becomes %q", wrong, got)
		}
	}
}
