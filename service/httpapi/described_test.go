package httpapi_test

import (
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service/httpapi"
)

// Every operation is called, and its answer held against what the description
// says of it. Each request also leaves its one line in the log.
func TestAnswersAreAsDescribed(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	var ids map[string]string // by the path of a collection, what {uuid} stands for
	check := func(method, path, body string, status int) {
		t.Helper()
		collection, _, _ := strings.Cut(path, "/{uuid}")
		concrete := strings.Replace(path, "{uuid}", ids[collection], 1)
		got := call(t, method, w.base+concrete, body)
		if got.status != status {
			t.Errorf("%s %s: status %d, want %d: %s", method, path, got.status, status, got.body)
			return
		}
		if err := httpapi.CheckAnswer(method, path, status, got.body); err != nil {
			t.Errorf("%s %s answers %s\n%v", method, path, got.body, err)
		}
		lines := w.log.lines("request_id=" + got.header.Get("X-Openstack-Request-Id"))
		if len(lines) != 1 || !strings.Contains(lines[0], "method="+method+" path="+concrete+" status=") {
			t.Errorf("%s %s left the lines %q in the log", method, path, lines)
		}
		if method == "POST" && status == 200 {
			ids[path] = got.object(t, 200)["uuid"].(string)
		}
	}
	ids = map[string]string{}
	check("GET", "/", "", 200)
	check("GET", "/v1", "", 200)
	check("GET", "/healthz", "", 200)

	check("POST", "/v1/pod_managers", w.podManagerBody("p"), 200)
	check("POST", "/v1/pod_managers", w.podManagerBody("p"), 409)
	check("GET", "/v1/pod_managers", "", 200)
	check("GET", "/v1/pod_managers/{uuid}", "", 200)
	check("PATCH", "/v1/pod_managers/{uuid}", `{"name":"q"}`, 200)

	check("POST", "/v1/flavors", `{"name":"f","properties":{"memory":{"capacity_mib":"1024"}}}`, 200)
	check("POST", "/v1/flavors", `{}`, 400)
	check("GET", "/v1/flavors", "", 200)
	check("GET", "/v1/flavors/{uuid}", "", 200)
	check("PATCH", "/v1/flavors/{uuid}", `{"name":"g"}`, 200)

	check("POST", "/v1/nodes", `{"name":"n"}`, 200)
	check("GET", "/v1/nodes", "", 200)
	check("GET", "/v1/nodes/{uuid}", "", 200)
	check("POST", "/v1/nodes/{uuid}/action", `{"Reset":{"Type":"ForceOff"}}`, 204)
	check("POST", "/v1/nodes/{uuid}/action", `{"Boot":{}}`, 501)
	check("DELETE", "/v1/pod_managers/{uuid}", "", 409) // it has a node

	for _, collection := range []string{"/v1/nodes", "/v1/flavors", "/v1/pod_managers"} {
		check("DELETE", collection+"/{uuid}", "", 200)
		check("DELETE", collection+"/{uuid}", "", 404)
		check("GET", collection, "", 200)
	}
	if got := call(t, "GET", w.base+"/v1/nodes/", ""); got.body != "[]\n" {
		t.Errorf("at the end there are nodes: %s", got.body)
	}
}
