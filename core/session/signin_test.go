package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

// A cold command makes two requests, one more than a warm one; with an auth_url
// that does not lead to v3 by itself four.
func TestRequestsOfACommand(t *testing.T) {
	t.Parallel()
	for suffix, cold := range map[string]int{"": 2, "/": 2, "/v3": 2, "/v3/": 2, "/elsewhere": 4} {
		t.Run("auth_url"+suffix, func(t *testing.T) {
			t.Parallel()
			w, dir := newWorld(t), t.TempDir()
			w.answer = elsewhere
			id := w.identity()
			id.Auth["auth_url"] += suffix
			for _, want := range []int{cold, 1} {
				timing := &Timing{}
				if status, err := w.get(w.openWith(id, Options{CacheDir: dir, Timing: timing})); status != 200 || err != nil {
					t.Fatalf("status %d, %v", status, err)
				}
				if got := timing.Requests(); len(got) != want || timing.Total() <= 0 {
					t.Errorf("%d requests, want %d: %v", len(got), want, got)
				}
			}
			w.counts(1, 2)
		})
	}
}

// elsewhere is a Keystone that says where its v3 is, with the wrong host.
func elsewhere(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != "/elsewhere" {
		return false
	}
	w.WriteHeader(http.StatusMultipleChoices)
	_, _ = io.WriteString(w, `{"versions": {"values": [{"id": "v2.0", "links": [{"rel": "self", "href": "http://x/v2.0"}]},
		{"id": "v3.14", "links": [{"rel": "describedby", "href": "http://x/doc"}, {"rel": "self", "href": "http://inside.example/v3/"}]}]}}`)
	return true
}

func TestSignInFails(t *testing.T) {
	t.Parallel()
	says := func(status int, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set(requestID, "req-17")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return true
		}
	}
	cases := map[string]struct {
		auth   map[string]string
		answer func(http.ResponseWriter, *http.Request) bool
		code   fault.Code
		parts  []string
	}{
		"wrong password":   {auth: map[string]string{"password": wrong}, code: fault.Denied, parts: []string{`cannot sign in to cloud "c"`, "the user name or the password"}},
		"password expired": {answer: says(401, `{"error": {"message": "The password is expired\n and needs to be changed for user: 17."}}`), code: fault.Denied, parts: []string{"password is expired and needs"}},
		"forbidden":        {answer: says(403, `{"error": {"message": "You may not, `+password+`"}}`), code: fault.Denied, parts: []string{"forbids it: You may not, ***"}},
		"bad request":      {answer: says(400, `{"error": {"message": "Expecting to find domain in user."}}`), code: fault.Denied, parts: []string{"Expecting to find domain"}},
		"broken":           {answer: says(500, "<html>"+password), code: fault.Failed, parts: []string{"answers 500 Internal Server Error"}},
		"too many":         {answer: says(429, ""), code: fault.Failed, parts: []string{"too many requests"}},
		"a web page":       {answer: says(200, "<html>"), code: fault.Failed, parts: []string{"no Keystone at", "answers 200 OK", "auth_url"}},
		"nothing there":    {answer: says(404, ""), code: fault.Failed, parts: []string{"no Keystone at", "404"}},
		"not JSON":         {answer: says(201, "<html>"), code: fault.Failed, parts: []string{"not what was expected"}},
		"another JSON":     {answer: says(201, `{"token": 17}`), code: fault.Failed, parts: []string{"not what was expected"}},
		"no token":         {answer: says(201, `{"token": {}}`), code: fault.Failed, parts: []string{"holds no token"}},
		"no versions":      {auth: map[string]string{"auth_url": "KEYSTONE/old"}, answer: says(300, `{"versions": {"values": []}}`), code: fault.Failed, parts: []string{"no version 3"}},
		"old version":      {auth: map[string]string{"auth_url": "KEYSTONE/v2.0"}, code: fault.Failed, parts: []string{"version 2 of the Identity API"}},
		"no auth_url":      {auth: map[string]string{"auth_url": ""}, code: fault.Denied, parts: []string{"no auth_url"}},
		"not a URL":        {auth: map[string]string{"auth_url": password}, code: fault.Failed, parts: []string{"auth_url is not a URL"}},
		"a secret in it":   {auth: map[string]string{"auth_url": "http://ann:" + password + "@h/v3"}, code: fault.Failed, parts: []string{"auth_url holds more"}},
		"a query in it":    {auth: map[string]string{"auth_url": "http://h/v3?password=" + password}, code: fault.Failed, parts: []string{"auth_url holds more"}},
		"no such host":     {auth: map[string]string{"auth_url": "http://nowhere.invalid:5000/v3"}, code: fault.Failed, parts: []string{"cannot reach Keystone at http://nowhere.invalid:5000/v3", "nowhere.invalid"}},
		"nobody listens":   {auth: map[string]string{"auth_url": "http://127.0.0.1:1/v3"}, code: fault.Failed, parts: []string{"cannot reach Keystone at http://127.0.0.1:1/v3: connection refused", `cloud "c" has the right auth_url`}},
		"two scopes":       {auth: map[string]string{"trust_id": "t"}, code: fault.Denied, parts: []string{"not for several"}},
		"redirect": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://elsewhere.example/v3", http.StatusTemporaryRedirect)
			return true
		}, code: fault.Failed, parts: []string{"elsewhere.example"}},
		"connection broken": {answer: func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, code: fault.Failed, parts: []string{"cannot reach Keystone", "breaks the connection off"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, dir := newWorld(t), t.TempDir()
			w.answer = c.answer
			id := w.identity()
			maps.Copy(id.Auth, c.auth)
			id.Auth["auth_url"] = strings.Replace(id.Auth["auth_url"], "KEYSTONE", w.keystone.URL, 1)
			_, err := w.get(w.open(id, dir))
			w.fails(err, c.code, c.parts...)
			w.counts(0, 0)
			if files := listFiles(t, dir); len(files) > 0 {
				t.Errorf("it left %v", files)
			}
		})
	}
}

func TestRequestIDOfARefusal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.answer = func(out http.ResponseWriter, _ *http.Request) bool {
		out.Header().Set(requestID, "req-17")
		out.WriteHeader(http.StatusUnauthorized)
		return true
	}
	_, err := w.get(w.open(w.identity(), ""))
	if e := fault.Of(err); e.RequestID != "req-17" || e.Status != 401 {
		t.Errorf("%+v", e)
	}
}

// Many requests at once sign in once.
func TestSignsInOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.open(w.identity(), "")
	all := func() {
		var group sync.WaitGroup
		for range 40 {
			group.Go(func() {
				if status, err := w.get(s); status != 200 || err != nil {
					t.Errorf("status %d, %v", status, err)
				}
			})
		}
		group.Wait()
	}
	all()
	w.counts(1, 40)
	w.revokeAll()
	all()
	if n := w.signIns.Load(); n != 2 {
		t.Errorf("%d tokens after all were revoked once, want 2", n)
	}
}

// A token that a service refuses is replaced once, for a POST too.
func TestRefusedToken(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	if _, err := w.get(w.open(w.identity(), dir)); err != nil {
		t.Fatal(err)
	}
	w.revokeAll()
	s := w.open(w.identity(), dir)
	post := func() (int, string) {
		req := plainRequest(t, "POST", "/v1/nodes", io.MultiReader(strings.NewReader("the body"))) // without GetBody
		resp, err := s.Do(t.Context(), "rack-scale", req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		data, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(data)
	}
	if status, text := post(); status != 200 || text != "the body" {
		t.Errorf("%d %q", status, text)
	}
	w.counts(2, 3)
	if status, err := w.get(w.open(w.identity(), dir)); status != 200 || err != nil {
		t.Errorf("with the new token: %d, %v", status, err)
	}
	w.counts(2, 4)
	w.service.Config.Handler = http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		w.asked.Add(1)
		out.WriteHeader(http.StatusUnauthorized)
	})
	if status, _ := post(); status != 401 {
		t.Errorf("status %d of a service that refuses everybody", status)
	}
	w.counts(3, 6)
}

// Signing in again may fail; then that is what is wrong, and the old token is
// not kept for the next command.
func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	s := w.open(w.identity(), dir)
	if _, err := w.get(s); err != nil {
		t.Fatal(err)
	}
	w.revokeAll()
	w.answer = func(out http.ResponseWriter, _ *http.Request) bool { out.WriteHeader(401); return true }
	_, err := w.get(s)
	w.fails(err, fault.Denied, "does not accept")
	if names := listFiles(t, dir); len(names) > 0 {
		t.Errorf("left: %v", names)
	}
}

// Who waits for another's sign-in can be interrupted, and who is interrupted
// while signing in leaves the others to try.
func TestInterruptedSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	arrived := make(chan struct{})
	first := sync.OnceFunc(func() { close(arrived) })
	w.answer = func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-arrived:
			return false
		default:
		}
		first()
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		return true
	}
	s := w.open(w.identity(), "")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := s.Do(ctx, "rack-scale", plainRequest(t, "GET", "/v1", nil))
		done <- err
	}()
	<-arrived
	waiting, giveUp := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer giveUp()
	if _, err := s.Do(waiting, "rack-scale", plainRequest(t, "GET", "/v1", nil)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for another: %v", err)
	}
	cancel()
	if err := <-done; fault.Of(err).Code != fault.Interrupted {
		t.Errorf("interrupted: %v", err)
	}
	if status, err := w.get(s); status != 200 || err != nil {
		t.Errorf("afterwards: %d, %v", status, err)
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	user := map[string]string{"user_id": "u"}
	with := func(more ...string) map[string]string {
		auth := maps.Clone(user)
		for i := 0; i < len(more); i += 2 {
			auth[more[i]] = more[i+1]
		}
		return auth
	}
	cases := map[string]struct {
		kind   string
		listed []string
		auth   map[string]string
		want   string
	}{
		"name and domain": {"password", nil, map[string]string{"username": "a", "user_domain_id": "d", "user_domain_name": "x", "password": "s"},
			`map[identity:map[methods:[password] password:map[user:map[domain:map[id:d] name:a password:s]]]]`},
		"default domain": {"v3password", nil, map[string]string{"username": "a", "default_domain_name": "D", "password": "s", "project_name": "p"},
			`map[identity:map[methods:[password] password:map[user:map[domain:map[name:D] name:a password:s]]] scope:map[project:map[domain:map[name:D] name:p]]]`},
		"id before name":    {"password", nil, with("username", "a", "password", "s", "project_id", "i", "project_name", "p"), `map[identity:map[methods:[password] password:map[user:map[id:u password:s]]] scope:map[project:map[id:i]]]`},
		"domain":            {"password", nil, with("password", "s", "domain_name", "d"), `map[identity:map[methods:[password] password:map[user:map[id:u password:s]]] scope:map[domain:map[name:d]]]`},
		"system":            {"password", nil, with("password", "s", "system_scope", "all"), `map[identity:map[methods:[password] password:map[user:map[id:u password:s]]] scope:map[system:map[all:true]]]`},
		"trust":             {"password", nil, with("password", "s", "trust_id", "t"), `map[identity:map[methods:[password] password:map[user:map[id:u password:s]]] scope:map[OS-TRUST:trust:map[id:t]]]`},
		"token":             {"v3token", nil, map[string]string{"token": "T"}, `map[identity:map[methods:[token] token:map[id:T]]]`},
		"totp":              {"v3totp", nil, with("passcode", "123456"), `map[identity:map[methods:[totp] totp:map[user:map[id:u passcode:123456]]]]`},
		"credential by id":  {"v3applicationcredential", nil, with("application_credential_id", "i", "application_credential_secret", "s", "project_id", "p"), `map[identity:map[application_credential:map[id:i secret:s] methods:[application_credential]]]`},
		"credential's name": {"v3applicationcredential", nil, with("application_credential_name", "n", "application_credential_secret", "s"), `map[identity:map[application_credential:map[name:n secret:s user:map[id:u]] methods:[application_credential]]]`},
		"both":              {"v3multifactor", []string{"v3password", "totp", "v3totp"}, with("password", "s", "passcode", "1"), `map[identity:map[methods:[password totp] password:map[user:map[id:u password:s]] totp:map[user:map[id:u passcode:1]]]]`},
	}
	for name, c := range cases {
		ways, err := methods(c.kind, c.listed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r := request{auth: c.auth, methods: ways}
		scope, err := r.ToTokenV3ScopeMap()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		body, _ := r.ToTokenV3CreateMap(scope)
		if diff := cmp.Diff(c.want, fmt.Sprint(body["auth"])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for kind, listed := range map[string][]string{"v2password": nil, "v3oidcpassword": nil, "v3multifactor": nil, "multifactor": {"v3multifactor"}, "v3": nil} {
		if _, err := methods(kind, listed); err == nil || fault.Of(err).Code != fault.Denied {
			t.Errorf("%s %v: %v", kind, listed, err)
		}
	}
}
