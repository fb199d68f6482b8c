package httpapi_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service/httpapi"
)

func TestDiscovery(t *testing.T) {
	t.Parallel()
	base, _ := serveBroken(t, httpapi.Options{})
	wantRoot := map[string]any{
		"name":        "OpenStack Valence API",
		"description": "Valence is an OpenStack project",
		"versions": []any{map[string]any{
			"id": "v1", "status": "CURRENT", "min_version": "",
			"links": []any{map[string]any{"rel": "self", "href": base + "/v1/"}},
		}},
	}
	if diff := cmp.Diff(wantRoot, call(t, "GET", base+"/", "").object(t, 200)); diff != "" {
		t.Errorf("/ (-want +got):\n%s", diff)
	}

	wantV1 := map[string]any{
		"id": "v1",
		"media_types": []any{map[string]any{
			"base": "application/json", "type": "application/vnd.openstack.valence.v1+json",
		}},
		"links": []any{
			map[string]any{"rel": "self", "href": base + "/v1/"},
			map[string]any{"rel": "describedby", "type": "application/openapi+json", "href": base + "/openapi.json"},
		},
	}
	for _, resource := range []string{"nodes", "storages", "flavors", "systems", "pod_managers", "racks", "devices"} {
		wantV1[resource] = []any{
			map[string]any{"rel": "self", "href": base + "/v1/" + resource + "/"},
			map[string]any{"rel": "bookmark", "href": base + "/" + resource + "/"},
		}
	}
	for _, path := range []string{"/v1", "/v1/"} {
		if diff := cmp.Diff(wantV1, call(t, "GET", base+path, "{}").object(t, 200)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if diff := cmp.Diff(map[string]any{"status": "ok"}, call(t, "GET", base+"/healthz", "").object(t, 200)); diff != "" {
		t.Errorf("/healthz (-want +got):\n%s", diff)
	}
}

// The description must have every route, and every reference in it must lead
// somewhere.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	base, _ := serveBroken(t, httpapi.Options{})
	got := call(t, "GET", base+"/openapi.json", "")
	var doc struct {
		OpenAPI    string                               `json:"openapi"`
		Paths      map[string]map[string]map[string]any `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal([]byte(got.body), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("openapi is %q", doc.OpenAPI)
	}
	var routes []string
	for path, item := range doc.Paths {
		for method, op := range item {
			routes = append(routes, strings.ToUpper(method)+" "+path)
			if responses, _ := op["responses"].(map[string]any); responses["default"] == nil || len(responses) < 2 {
				t.Errorf("%s %s has the responses %v", method, path, responses)
			}
		}
	}
	slices.Sort(routes)
	// What each of them does is for package contract to test.
	for _, route := range []string{"GET /v1/nodes/{node}", "POST /v1/nodes/{node}/action", "GET /readyz", "POST /v1/devices/sync"} {
		if !slices.Contains(routes, route) {
			t.Errorf("%s is not described", route)
		}
	}
	for part := range strings.SplitSeq(got.body, `"$ref":"#/components/schemas/`) {
		if name, _, ok := strings.Cut(part, `"`); ok && name != "{" && doc.Components.Schemas[name] == nil && !strings.Contains(name, "{") {
			t.Errorf("nothing is called %q; there is %v", name, slices.Sorted(maps.Keys(doc.Components.Schemas)))
		}
	}
}
