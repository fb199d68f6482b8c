package podsim_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

func TestAuthentication(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Username: "op", Password: "s3cret"})
	nobody := func(*http.Request) {}
	as := func(user, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	token := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Auth-Token", value) }
	}
	for _, tt := range []struct {
		name, method, path string
		who                func(*http.Request)
		want               int
	}{
		{"versions are open", "GET", "/redfish", nobody, 200},
		{"the root is open", "GET", "/redfish/v1", nobody, 200},
		{"the root with a slash too", "GET", "/redfish/v1/", nobody, 200},
		{"but only for reading", "POST", "/redfish/v1", nobody, 401},
		{"nodes are not", "GET", "/redfish/v1/Nodes", nobody, 401},
		{"nor systems", "GET", "/redfish/v1/Systems/1", nobody, 401},
		{"nor sessions", "GET", "/redfish/v1/SessionService/Sessions", nobody, 401},
		{"nor what does not exist", "GET", "/redfish/v1/Nothing", nobody, 401},
		{"right", "GET", "/redfish/v1/Nodes", as("op", "s3cret"), 200},
		{"wrong password", "GET", "/redfish/v1/Nodes", as("op", "s3cre"), 401},
		{"wrong name", "GET", "/redfish/v1/Nodes", as("o", "s3cret"), 401},
		{"the defaults do not apply", "GET", "/redfish/v1/Nodes", as("admin", "admin"), 401},
		{"a made-up token", "GET", "/redfish/v1/Nodes", token("x"), 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := sendWith(t, pod, tt.method, tt.path, "", tt.who).want(t, tt.want)
			if challenged := r.header.Get("WWW-Authenticate") != ""; challenged != (tt.want == 401) {
				t.Errorf("challenge present: %v", challenged)
			}
		})
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4", SessionTimeout: time.Second})
	const sessions = "/redfish/v1/SessionService/Sessions"
	nobody := func(*http.Request) {}
	for body, want := range map[string]int{
		`{"UserName":"admin"}`: 400,
		`{"Password":"admin"}`: 400,
		``:                     400,
		`{"UserName":"admin","Password":"admin","Token":"x"}`: 400,
		`{"UserName":"admin","Password":"wrong"}`:             401,
		`{"UserName":"somebody","Password":"admin"}`:          401,
	} {
		sendWith(t, pod, "POST", sessions, body, nobody).want(t, want)
	}

	made := sendWith(t, pod, "POST", sessions+"/", `{"UserName":"admin","Password":"admin"}`, nobody).
		want(t, http.StatusCreated)
	token, uri := made.header.Get("X-Auth-Token"), made.header.Get("Location")
	if token == "" || !strings.HasPrefix(uri, sessions+"/") || made.json(t)["@odata.id"] != uri {
		t.Fatalf("token present: %v, Location %q, body %s", token != "", uri, made.body)
	}
	with := func(r *http.Request) { r.Header.Set("X-Auth-Token", token) }
	for range 4 {
		time.Sleep(300 * time.Millisecond)
		sendWith(t, pod, "GET", uri, "", with).want(t, http.StatusOK)
	}
	time.Sleep(1200 * time.Millisecond)
	sendWith(t, pod, "GET", uri, "", with).want(t, http.StatusUnauthorized)
	if got := members(t, pod, sessions); len(got) != 0 {
		t.Errorf("an idle session is still listed: %v", got)
	}

	made = sendWith(t, pod, "POST", sessions, `{"UserName":"admin","Password":"admin"}`, nobody)
	token, uri = made.header.Get("X-Auth-Token"), made.header.Get("Location")
	sendWith(t, pod, "DELETE", uri, "", with).want(t, http.StatusNoContent)
	sendWith(t, pod, "GET", "/redfish/v1/Nodes", "", with).want(t, http.StatusUnauthorized)
	send(t, pod, "DELETE", uri, "").want(t, http.StatusNotFound)
	send(t, pod, "GET", uri, "").want(t, http.StatusNotFound)
}

func TestForm(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	for _, tt := range []struct {
		name, method, path, accept string
		want                       int
		code, allow                string
	}{
		{"json is fine", "GET", "/redfish/v1/Nodes", "text/html, application/json;q=0.9", 200, "", ""},
		{"anything is fine", "GET", "/redfish/v1/Nodes", "*/*", 200, "", ""},
		{"no json", "GET", "/redfish/v1/Nodes", "text/html", 406, "Base.1.0.BadAcceptHeader", ""},
		{"too long", "GET", "/redfish/v1/" + strings.Repeat("x", 8000), "", 414, "Base.1.0.RequestUriTooLong", ""},
		{"unknown", "GET", "/redfish/v1/Nope", "", 404, "Base.1.0.InvalidEndpoint", ""},
		{"outside", "GET", "/", "", 404, "Base.1.0.InvalidEndpoint", ""},
		{"trailing slash", "GET", "/redfish/v1/Systems/1/", "", 200, "", ""},
		{"get of an action", "GET", "/redfish/v1/Nodes/Actions/Allocate", "", 405, "Base.1.0.InvalidHttpMethod", "POST, OPTIONS"},
		{"no creation by post", "POST", "/redfish/v1/Nodes", "", 405, "Base.1.0.InvalidHttpMethod", "GET, HEAD, OPTIONS"},
		{"options", "OPTIONS", "/redfish/v1/Nodes", "", 200, "", "GET, HEAD, OPTIONS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := sendWith(t, pod, tt.method, tt.path, "", func(r *http.Request) {
				asAdmin(r)
				if tt.accept != "" {
					r.Header.Set("Accept", tt.accept)
				}
			}).want(t, tt.want)
			if r.header.Get("OData-Version") != "4.0" || r.header.Get("ETag") != "" || r.header.Get("Allow") != tt.allow {
				t.Errorf("headers %v, want Allow %q", r.header, tt.allow)
			}
			if tt.code != "" && r.json(t)["error"].(map[string]any)["code"] != tt.code {
				t.Errorf("error document %s, want code %s", r.body, tt.code)
			}
		})
	}
}

func TestNewRefusesWrongOptions(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string]podsim.Options{
		`dialect is "1.1"`:       {Dialect: "1.1"},
		"racks is -1":            {Topology: podsim.Topology{Racks: -1}},
		"systems per sled is":    {Topology: podsim.Topology{SystemsPerSled: 1 << 40}},
		"too large":              {Topology: podsim.Topology{Racks: 1000, DrawersPerRack: 1000}},
		"assemble delay is -1":   {AssembleDelay: -1},
		"colon":                  {Username: "a:b"},
		"erase delay is -1":      {EraseDelay: -1},
		"attach delay is -1":     {AttachDelay: -1},
		"reset type is \"Kick\"": {ResetTypes: []string{"On", "Kick"}},
		"pooled drives: drive 0": {Topology: podsim.Topology{PooledDrives: []podsim.Drive{{Type: "Tape", CapacityGiB: 1}}}},
		"storage service 0: the protocol is \"FTP\"": {Topology: podsim.Topology{StorageServices: []podsim.StorageService{{Protocol: "FTP"}}}},
		"pool 1 has 0 GiB": {Topology: podsim.Topology{StorageServices: []podsim.StorageService{
			{Protocol: "iSCSI", PoolGiB: []int{1, 0}},
		}}},
		"at least one processor": {Topology: podsim.Topology{Kinds: []podsim.Hardware{{Name: "bare"}}}},
	} {
		if _, err := podsim.New(opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// TestLogHoldsNoSecrets signs in in all ways with the log at its most talkative.
func TestLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	pod := start(t, podsim.Options{
		Dialect:  "2.4",
		Password: "hunter2",
		Logger:   slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	made := sendWith(t, pod, "POST", "/redfish/v1/SessionService/Sessions",
		`{"UserName":"admin","Password":"hunter2"}`, func(*http.Request) {}).want(t, http.StatusCreated)
	token := made.header.Get("X-Auth-Token")
	sendWith(t, pod, "GET", "/redfish/v1/Nodes", "", func(r *http.Request) { r.Header.Set("X-Auth-Token", token) }).
		want(t, http.StatusOK)
	text := log.String()
	if !strings.Contains(text, "path=/redfish/v1/Nodes") {
		t.Errorf("the log misses a request:\n%s", text)
	}
	for _, secret := range []string{"hunter2", token} {
		if strings.Contains(text, secret) || strings.Contains(made.body, secret) {
			t.Errorf("a secret is in the log or the body")
		}
	}
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
