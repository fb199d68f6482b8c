// Package roles lets every kind of caller call every operation of the API, with
// a real Keystone behind it.
package roles

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/keystone"
	"github.com/valence-rsd/valence/test/stack"
)

// world is a service that asks Keystone, and one caller of each kind in one
// project.
type world struct {
	*stack.Stack
	keystone *keystone.Server
	admin    *keystone.Client
	callers  []caller
}

type caller struct {
	name  string
	token string
	rank  rights
}

// rights are how much a caller may do, or must be able to do.
type rights int

const (
	anybody rights = iota
	reader
	member
	admin
)

func newWorld(t *testing.T, settings ...string) *world {
	t.Helper()
	server := keystone.Shared(t)
	client := server.Admin(t)
	service := client.NewUser("admin")
	w := &world{keystone: server, admin: client}
	w.Stack = stack.New(t, slices.Concat(
		stack.WithKeystone(server.URL, service.Name, service.Password, service.Project),
		[]string{"KEYSTONE_AUTHTOKEN_WWW_AUTHENTICATE_URI=http://keystone.example/v3"}, settings)...)
	w.callers = []caller{
		{"nobody", "", anybody},
		{"reader", server.SignIn(t, client.NewUser("reader")).Token, reader},
		{"member", server.SignIn(t, client.NewUser("member")).Token, member},
		{"admin", server.SignIn(t, client.NewUser("admin")).Token, admin},
	}
	return w
}

// call sends a request and gives the status and the document of the answer.
func (w *world) call(t *testing.T, token, method, path, body string, headers ...string) (int, map[string]any, http.Header) {
	t.Helper()
	req, err := http.NewRequest(method, w.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("X-Auth-Token", token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	_ = json.Unmarshal(text, &document) // lists and pages have none
	return resp.StatusCode, document, resp.Header
}

// operation is one operation of the API, called with something that is not
// there: so each caller gets the same answer, as far as he is let in.
type operation struct {
	call   string // method and path
	body   string
	needs  rights
	status int // for those that are let in
}

// operations are all of them, by their id in the OpenAPI document. docs/api.md
// has the same table for people.
func operations() map[string]operation {
	id := uuid.NewString()
	return map[string]operation{
		"list-versions": {"GET /", "", anybody, 200},
		"show-version":  {"GET /v1", "", anybody, 200},
		"describe":      {"GET /openapi.json", "", anybody, 200},
		"health":        {"GET /healthz", "", anybody, 200},
		"ready":         {"GET /readyz", "", anybody, 200},

		"list-nodes":       {"GET /v1/nodes", "", reader, 200},
		"compose-node":     {"POST /v1/nodes", `{"name":"n"}`, member, 400},
		"show-node":        {"GET /v1/nodes/" + id, "", reader, 404},
		"show-node-assets": {"GET /v1/nodes/" + id + "/assets", "", reader, 404},
		"change-node":      {"PATCH /v1/nodes/" + id, `{"name":"m"}`, member, 404},
		"delete-node":      {"DELETE /v1/nodes/" + id, "", member, 404},
		"act-on-node":      {"POST /v1/nodes/" + id + "/action", `{"Reset":{"Type":"On"}}`, member, 404},
		"manage-node":      {"POST /v1/nodes/manage", `{"node_index":"1"}`, admin, 400},
		"register-node":    {"POST /v1/nodes/" + id + "/register", `{}`, admin, 404},
		"deregister-node":  {"DELETE /v1/nodes/" + id + "/register", "", admin, 404},
		"list-attachments": {"GET /v1/nodes/" + id + "/storages", "", reader, 404},
		"attach-storage":   {"POST /v1/nodes/" + id + "/storages", `{"volumeId":"` + id + `"}`, member, 404},
		"show-attachment":  {"GET /v1/nodes/" + id + "/storages/" + id, "", reader, 404},
		"detach-storage":   {"DELETE /v1/nodes/" + id + "/storages/" + id, "", member, 404},

		"list-storages":  {"GET /v1/storages", "", reader, 200},
		"create-storage": {"POST /v1/storages", `{"name":"s","capacity_gib":1}`, member, 400},
		"show-storage":   {"GET /v1/storages/" + id, "", reader, 404},
		"change-storage": {"PATCH /v1/storages/" + id, `{"name":"s"}`, member, 404},
		"delete-storage": {"DELETE /v1/storages/" + id, "", member, 404},
		"act-on-storage": {"POST /v1/storages/" + id + "/action", `{"Erase":{}}`, member, 404},

		"list-flavors":  {"GET /v1/flavors", "", reader, 200},
		"create-flavor": {"POST /v1/flavors", `{"name":"f","properties":{}}`, admin, 200},
		"show-flavor":   {"GET /v1/flavors/" + id, "", reader, 404},
		"change-flavor": {"PATCH /v1/flavors/" + id, `{"name":"g"}`, admin, 404},
		"delete-flavor": {"DELETE /v1/flavors/" + id, "", admin, 404},

		"list-pod-managers":    {"GET /v1/pod_managers", "", reader, 200},
		"register-pod-manager": {"POST /v1/pod_managers", `{"name":"p","url":"nothing","authentication":[{"type":"basic","auth_items":{"username":"u","password":"p"}}]}`, admin, 400},
		"show-pod-manager":     {"GET /v1/pod_managers/" + id, "", reader, 404},
		"change-pod-manager":   {"PATCH /v1/pod_managers/" + id, `{"name":"q"}`, admin, 404},
		"remove-pod-manager":   {"DELETE /v1/pod_managers/" + id, "", admin, 404},
		"list-pools":           {"GET /v1/pod_managers/" + id + "/pools", "", reader, 404},

		"list-systems":          {"GET /v1/systems", "", reader, 200},
		"show-system":           {"GET /v1/systems/" + id, "", reader, 404},
		"show-system-inventory": {"GET /v1/systems/" + id + "/inventory", "", reader, 404},
		"list-racks":            {"GET /v1/racks", "", reader, 200},
		"show-rack":             {"GET /v1/racks/" + id, "", reader, 404},
		"list-devices":          {"GET /v1/devices", "", reader, 200},
		"show-device":           {"GET /v1/devices/" + id, "", reader, 404},
		"sync-devices":          {"POST /v1/devices/sync", `{}`, admin, 200},
	}
}

// TestEveryRoleOnEveryRoute is the table of operations and callers.
func TestEveryRoleOnEveryRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	table := operations()
	described := w.described(t)
	for _, id := range slices.Sorted(maps.Keys(described)) {
		op, ok := table[id]
		if !ok {
			t.Errorf("operation %s is not in the table", id)
			continue
		}
		if want := map[rights]string{reader: "reader", member: "member", admin: "admin"}[op.needs]; !strings.Contains(described[id], want) {
			t.Errorf("%s is described with %q, but takes the role %q", id, described[id], want)
		}
		for _, c := range w.callers {
			w.check(t, id, op, c)
		}
	}
	if len(described) != len(table) {
		t.Errorf("the table has %d operations, the description %d", len(table), len(described))
	}
	t.Logf("%d operations, %d callers", len(described), len(w.callers))
}

// check calls an operation as one caller.
func (w *world) check(t *testing.T, id string, op operation, c caller) {
	t.Helper()
	method, path, _ := strings.Cut(op.call, " ")
	want := op.status
	switch {
	case c.rank >= op.needs:
	case c.rank == anybody:
		want = http.StatusUnauthorized
	default:
		want = http.StatusForbidden
	}
	status, document, header := w.call(t, c.token, method, path, op.body)
	if status != want {
		t.Errorf("%s as %s: %d, want %d: %v", id, c.name, status, want, document)
	}
	if status >= 400 && (document["detail"] == nil || document["request_id"] != header.Get("X-Openstack-Request-Id")) {
		t.Errorf("%s as %s: no error document: %v", id, c.name, document)
	}
	challenge := header.Get("WWW-Authenticate")
	if (status == http.StatusUnauthorized) != (challenge == `Keystone uri="http://keystone.example/v3"`) {
		t.Errorf("%s as %s: WWW-Authenticate is %q with %d", id, c.name, challenge, status)
	}
}

// described gives what the OpenAPI document says of who may call, by operation.
func (w *world) described(t *testing.T) map[string]string {
	t.Helper()
	_, document, _ := w.call(t, "", "GET", "/openapi.json", "")
	all := map[string]string{}
	for _, path := range document["paths"].(map[string]any) {
		for _, op := range path.(map[string]any) {
			op := op.(map[string]any)
			all[op["operationId"].(string)] = fmt.Sprint(op["description"])
		}
	}
	return all
}

// TestOtherProjectsAreInvisible: what one project has, another cannot see, name
// or touch, and an administrator can.
func TestOtherProjectsAreInvisible(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := w.callers[3].token
	pod := w.StartPod(podsim.Options{})
	status, document, _ := w.call(t, root, "POST", "/v1/pod_managers", stack.Registration("pod", pod.URL, podsim.Options{}))
	if status != 200 {
		t.Fatalf("registering a pod: %d %v", status, document)
	}
	owner := w.callers[2].token
	other := w.keystone.SignIn(t, w.admin.NewUser("member")).Token
	ids := map[string]string{}
	for path, body := range map[string]string{
		"/v1/nodes": `{"name":"mine"}`, "/v1/storages": `{"name":"mine","capacity_gib":1}`,
	} {
		status, document, _ := w.call(t, owner, "POST", path, body)
		if status != 200 {
			t.Fatalf("%s: %d %v", path, status, document)
		}
		ids[path] = document["uuid"].(string)
	}
	for path, id := range ids {
		for _, word := range []string{id, "mine"} {
			for _, request := range []struct{ method, suffix, body string }{
				{"GET", "", ""}, {"PATCH", "", `{"name":"stolen"}`}, {"DELETE", "", ""},
				{"POST", "/action", map[string]string{"/v1/nodes": `{"Reset":{"Type":"ForceOff"}}`, "/v1/storages": `{"Erase":{}}`}[path]},
			} {
				if status, document, _ := w.call(t, other, request.method, path+"/"+word+request.suffix, request.body); status != 404 {
					t.Errorf("another project: %s %s/%s%s gives %d %v", request.method, path, word, request.suffix, status, document)
				}
			}
		}
		if status, _, _ := w.call(t, root, "GET", path+"/"+id, ""); status != 200 {
			t.Errorf("an administrator does not see %s: %d", path, status)
		}
		if n := w.length(t, other, path); n != 0 {
			t.Errorf("another project lists %d of %s", n, path)
		}
		if n := w.length(t, owner, path); n != 1 {
			t.Errorf("the owner lists %d of %s", n, path)
		}
	}
	if status, _, _ := w.call(t, other, "GET", "/v1/nodes/"+ids["/v1/nodes"]+"/storages", ""); status != 404 {
		t.Errorf("another project lists the storages of a node: %d", status)
	}
	if status, _, _ := w.call(t, other, "POST", "/v1/nodes/"+ids["/v1/nodes"]+"/storages", `{"volumeId":"mine"}`); status != 404 {
		t.Errorf("another project attaches: %d", status)
	}
	if status, _, _ := w.call(t, owner, "DELETE", "/v1/nodes/mine?force=true", ""); status != 403 {
		t.Errorf("a member forgets hardware: %d", status)
	}
}

func (w *world) length(t *testing.T, token, path string) int {
	t.Helper()
	req, _ := http.NewRequest("GET", w.URL+path, nil)
	req.Header.Set("X-Auth-Token", token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var list []any
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// TestRevokedToken: a token that was revoked stops working when what is known
// of it has become too old.
func TestRevokedToken(t *testing.T) {
	t.Parallel()
	const believed = 3 * time.Second
	w := newWorld(t, "KEYSTONE_AUTHTOKEN_TOKEN_CACHE_TIME=3")
	token := w.callers[2].token
	if status, _, _ := w.call(t, token, "GET", "/v1/flavors", ""); status != 200 {
		t.Fatalf("before: %d", status)
	}
	req, _ := http.NewRequest("DELETE", w.keystone.URL+"/v3/auth/tokens", nil)
	req.Header.Set("X-Auth-Token", token)
	req.Header.Set("X-Subject-Token", token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatalf("revoking: %v %v", resp, err)
	}
	_ = resp.Body.Close()
	revoked := time.Now()
	for {
		status, _, _ := w.call(t, token, "GET", "/v1/flavors", "")
		after := time.Since(revoked)
		if status == 401 {
			t.Logf("it stopped working after %v; the cache's time is %v", after.Round(time.Millisecond), believed)
			return
		}
		if after > believed+2*time.Second {
			t.Fatalf("it still works after %v: %d", after, status)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
