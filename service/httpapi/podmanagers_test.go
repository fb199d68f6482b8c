package httpapi_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
)

var (
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	timeForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$`)
)

// takeVarying checks the parts of a record that differ from run to run and
// takes them out, so that the rest can be compared; it gives the UUID.
func takeVarying(t *testing.T, record map[string]any) string {
	t.Helper()
	id, _ := record["uuid"].(string)
	if !uuidForm.MatchString(id) {
		t.Errorf("uuid is %v", record["uuid"])
	}
	for _, key := range []string{"created_at", "updated_at"} {
		if at, _ := record[key].(string); !timeForm.MatchString(at) {
			t.Errorf("%s is %v", key, record[key])
		}
		delete(record, key)
	}
	delete(record, "uuid")
	delete(record, "status_since")
	return id
}

// pythonHeaders are the headers of python-valenceclient (contract 7.2).
var pythonHeaders = []string{
	"User-Agent", "python-valenceclient",
	"Accept", "application/json",
	"Content-Type", "application/json",
	"Accept-Encoding", "gzip, deflate",
	"Connection", "keep-alive",
}

func TestPythonClient(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	collection := w.base + "/v1/pod_managers"

	created := call(t, "POST", collection, w.podManagerBody("row4-podm"), pythonHeaders...).object(t, 200)
	want := map[string]any{
		"name": "row4-podm", "url": w.pod.URL, "driver": "redfishv1", "status": "Online",
		"authentication": []any{map[string]any{
			"type":       "basic",
			"auth_items": map[string]any{"username": podUser, "password": "***"},
		}},
	}
	id := takeVarying(t, created)
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}

	shown := call(t, "GET", collection+"/"+id, "{}", pythonHeaders...).object(t, 200)
	takeVarying(t, shown)
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}

	listed := call(t, "GET", collection, "{}", pythonHeaders...).objects(t)
	if len(listed) != 1 || takeVarying(t, listed[0]) != id {
		t.Fatalf("listed %v", listed)
	}
	if diff := cmp.Diff(want, listed[0]); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}

	got := call(t, "DELETE", collection+"/"+id, "{}", pythonHeaders...)
	confirmation := map[string]any{
		"request_id": got.header.Get("X-Openstack-Request-Id"), "code": "", "detail": "DELETED",
	}
	if diff := cmp.Diff(confirmation, got.object(t, 200)); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	if got := call(t, "DELETE", collection+"/"+id, "{}", pythonHeaders...); got.object(t, 404)["title"] != notFound {
		t.Errorf("deleting it again: %s", got.body)
	}
	if got := call(t, "GET", collection, "{}", pythonHeaders...).body; got != "[]\n" {
		t.Errorf("listed %q", got)
	}
}

func TestPodManagerErrors(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	collection := w.base + "/v1/pod_managers"
	id := w.register(t)
	item := collection + "/" + id

	for body, want := range map[string]struct {
		status int
		detail string // what it must contain
	}{
		w.podManagerBody("row4-podm"):                                      {409, "row4-podm"},
		w.podManagerBody("other"):                                          {409, w.pod.URL},
		strings.Replace(w.podManagerBody("x"), "redfishv1", "abacus", 1):   {400, "driver"},
		strings.Replace(w.podManagerBody("x"), "http://", "ftp://", 1):     {400, "url"},
		strings.Replace(w.podManagerBody("x"), `"basic"`, `"kerberos"`, 1): {400, "authentication has no entry of type basic"},
		strings.Replace(w.podManagerBody("x"), podPassword, "***", 1):      {400, "mask"},
		strings.Replace(w.podManagerBody("x"), `"name"`, `"realm"`, 1):     {400, `unknown key "realm"`},
		strings.Replace(w.podManagerBody("x"), `"username"`, `"realm"`, 1): {400, `authentication[0].auth_items has an unknown key "realm"`},
		`{"name":"x","url":"http://x"}`:                                    {400, "authentication is missing"},
	} {
		got := call(t, "POST", collection, body)
		if detail, _ := got.object(t, want.status)["detail"].(string); !strings.Contains(detail, want.detail) {
			t.Errorf("detail %q does not contain %q", detail, want.detail)
		}
		searchSecrets(t, "the answer", got.body)
	}
	if n := len(call(t, "GET", collection, "").objects(t)); n != 1 {
		t.Errorf("%d pod managers are registered, want 1", n)
	}

	call(t, "PATCH", item, `{"authentication":[{"type":"basic","auth_items":{"username":"u","password":"***"}}]}`).
		failure(t, 400, "Validation Error",
			"the password in authentication is the mask that answers show; expected the password itself")
	call(t, "PATCH", item, `{"colour":"red"}`).failure(t, 400, "Validation Error",
		`the body has an unknown key "colour"; the keys are authentication, ca_certificate, created_at, description, driver, `+
			`location, name, status, status_reason, status_since, updated_at, url, uuid`)
	call(t, "PATCH", item, `{"location":"row 4"}`).object(t, 200)
	call(t, "GET", collection+"/"+uuid.NewString(), "").object(t, 404)
	call(t, "PATCH", collection+"/"+uuid.NewString(), `{}`).object(t, 404)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		call(t, method, collection+"/row5-podm", "{}").failure(t, 404, notFound, `pod manager "row5-podm" does not exist`)
	}
}

func TestPodManagerChange(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{})
	item := w.base + "/v1/pod_managers/" + w.register(t)

	before := call(t, "GET", item, "").object(t, 200)
	after := call(t, "PATCH", item, `{"name":"renamed","status":"Unknown","uuid":"forged","created_at":"never","updated_at":1}`).
		object(t, 200)
	before["name"] = "renamed"
	before["updated_at"] = after["updated_at"]
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("renamed (-want +got):\n%s", diff)
	}
	wrong := `{"authentication":[{"type":"basic","auth_items":{"username":"svc-valence","password":"wrong"}}]}`
	if got := call(t, "PATCH", item, wrong).object(t, 200); got["status"] == "Online" {
		t.Errorf("still online with the wrong password: %v", got)
	}
	right := fmt.Sprintf(`{"authentication":[{"type":"basic","auth_items":{"username":%q,"password":%q}}]}`, podUser, podPassword)
	if got := call(t, "PATCH", item, right).object(t, 200); got["status"] != "Online" {
		t.Errorf("not online with the right password: %v", got)
	}
}

func TestPodManagerThatIsDown(t *testing.T) {
	t.Parallel()
	w := startWorld(t, podsim.Options{Fault: func(*http.Request) podsim.Fault { return podsim.Fault{Status: 503} }})
	got := call(t, "POST", w.base+"/v1/pod_managers", w.podManagerBody("down")).object(t, 200)
	if got["status"] != "Offline" {
		t.Errorf("status is %v", got["status"])
	}
}
