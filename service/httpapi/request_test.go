package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service/httpapi"
)

func TestRequestID(t *testing.T) {
	t.Parallel()
	base, log := serveBroken(t, httpapi.Options{})
	const theirs = "req-7b2f8a52-7c9d-4a58-9d0a-3a5a0c1f3e11"
	got := call(t, "GET", base+"/healthz", "", "X-Openstack-Request-Id", theirs)
	if id := got.header.Get("X-Openstack-Request-Id"); id != theirs || len(log.lines(theirs)) != 1 {
		t.Errorf("answered with %q, logged %q", id, log)
	}
	for _, forged := range []string{
		"", "req-", "7b2f8a52-7c9d-4a58-9d0a-3a5a0c1f3e11", "req-7b2f8a52", theirs + " level=ERROR",
		"req-{7b2f8a52-7c9d-4a58-9d0a-3a5a0c1f3e11}", "req-7b2f8a527c9d4a589d0a3a5a0c1f3e11",
	} {
		got := call(t, "GET", base+"/healthz", "", "X-Openstack-Request-Id", forged)
		id, ok := strings.CutPrefix(got.header.Get("X-Openstack-Request-Id"), "req-")
		if !ok || uuid.Validate(id) != nil || "req-"+id == forged {
			t.Errorf("%q was answered with %q", forged, id)
		}
	}
}

func TestPathsAndMethodsThatAreNot(t *testing.T) {
	t.Parallel()
	base, _ := serveBroken(t, httpapi.Options{})
	for _, path := range []string{
		"/v2", "/nodes", "/v1/nothing", "/v1/nodes/1/2/3", "/Nodes/1", "/redfish/v1", "/v1/nodes/a%2Fb/action/c",
	} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			call(t, method, base+path, "{}").failure(t, 404, "Not Found", "there is nothing at this path")
		}
	}
	for path, allow := range map[string]string{
		"/":                   "GET, HEAD",
		"/v1/":                "GET, HEAD",
		"/healthz":            "GET, HEAD",
		"/openapi.json":       "GET, HEAD",
		"/v1/nodes":           "GET, HEAD, POST",
		"/v1/nodes/1/":        "GET, HEAD, PATCH, DELETE",
		"/v1/nodes/1/action":  "POST",
		"/v1/storages/1":      "GET, HEAD, PATCH, DELETE",
		"/v1/flavors":         "GET, HEAD, POST",
		"/v1/flavors/1":       "GET, HEAD, PATCH, DELETE",
		"/v1/pod_managers/":   "GET, HEAD, POST",
		"/v1/pod_managers/1/": "GET, HEAD, PATCH, DELETE",
	} {
		for _, method := range []string{"PUT", "OPTIONS", "BREW"} {
			got := call(t, method, base+path, "{}")
			got.failure(t, 405, "Method Not Allowed", "this path does not take this method; it takes "+allow)
			if got.header.Get("Allow") != allow {
				t.Errorf("%s: Allow is %q, want %q", path, got.header.Get("Allow"), allow)
			}
		}
	}
}

func TestBodyThatIsTooLarge(t *testing.T) {
	t.Parallel()
	base, _ := serveBroken(t, httpapi.Options{})
	large := `{"name":"` + strings.Repeat("x", 1<<20) + `"}`
	const detail = "the body is larger than 1048576 bytes"
	call(t, "POST", base+"/v1/flavors", large).failure(t, 413, "Request too large", detail)
	call(t, "GET", base+"/healthz", large).failure(t, 413, "Request too large", detail)

	// Without a length in the header it is found out while reading.
	request, err := http.NewRequest("POST", base+"/v1/flavors", struct{ *strings.Reader }{strings.NewReader(large)})
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if request.ContentLength > 0 || response.StatusCode != 413 {
		t.Errorf("length %d, status %d", request.ContentLength, response.StatusCode)
	}
}

func TestBodyOfAnotherTypeCountsAsAbsent(t *testing.T) {
	t.Parallel()
	base, _ := serveBroken(t, httpapi.Options{})
	const detail = "there is no JSON body; expected an object, with Content-Type: application/json"
	for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", ";"} {
		call(t, "POST", base+"/v1/nodes", `{"name":"a"}`, "Content-Type", contentType).
			failure(t, 400, "Validation Error", detail)
	}
	call(t, "POST", base+"/v1/nodes", "").failure(t, 400, "Validation Error", detail)
	for _, contentType := range []string{"application/json; charset=utf-8", "application/vnd.openstack.valence.v1+json"} {
		call(t, "POST", base+"/v1/nodes", `{}`, "Content-Type", contentType).
			failure(t, 400, "Validation Error", "name is missing")
	}
}
