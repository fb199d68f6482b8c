package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// secret is the password of these tests, and token begins every token. No finding
// may show them.
const (
	secret = "Sesame-Open-17"
	token  = "gAAAA-the-token"
)

// patientOf is one with the cloud c, whose settings are given as in clouds.yaml.
func patientOf(t *testing.T, settings string) Patient {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "clouds.yaml")
	text := "clouds:\n  c:\n    " + strings.ReplaceAll(strings.TrimSpace(settings), "\n", "\n    ") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Patient{
		Cloud: cloud.Request{
			Options: map[string]string{"cloud": "c", "client_config_file": path},
			Getenv:  func(string) string { return "" }, Dir: dir, NoCache: true,
		},
		Plugins: func(context.Context) *pluginhost.Catalog {
			return &pluginhost.Catalog{Plugins: []pluginhost.Plugin{{Path: "/p/valence-plugin-nodes", Manifest: wire.Manifest{Family: "nodes"}}}}
		},
		PluginDirs: []string{"/p"},
	}
}

// chart is what an examination found.
type chart struct {
	*testing.T
	findings []Finding
}

func examine(t *testing.T, p Patient) chart {
	t.Helper()
	findings := Examine(t.Context(), p)
	for _, f := range findings {
		if text := fmt.Sprint(f); strings.Contains(text, secret) || strings.Contains(text, token) {
			t.Errorf("a secret is shown: %s", text)
		}
		if f.State == Failed && f.Remedy == "" || f.State == Warning && f.Remedy == "" || f.State == OK && f.Remedy != "" || f.Found == "" {
			t.Errorf("%+v", f)
		}
	}
	return chart{t, findings}
}

// is checks the state of a check, and that finding and remedy have these parts.
func (c chart) is(name string, state State, parts ...string) {
	c.Helper()
	for _, f := range c.findings {
		if f.Check != name {
			continue
		}
		if f.State != state {
			c.Errorf("%s is %s, want %s: %s", name, f.State, state, f.Found)
		}
		for _, part := range parts {
			if !strings.Contains(f.Found+"; "+f.Remedy, part) {
				c.Errorf("%s says %q; %q, without %q", name, f.Found, f.Remedy, part)
			}
		}
		return
	}
	c.Errorf("there is no check %s in %v", name, c.findings)
}

// states are all checks with their states, one a line.
func (c chart) states() string {
	var text strings.Builder
	for _, f := range c.findings {
		fmt.Fprintf(&text, "%s: %s\n", f.Check, f.State)
	}
	return text.String()
}

// answers are what a server says, by path.
type answers map[string]func(w http.ResponseWriter, r *http.Request)

func (a answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := a[r.URL.Path]
	if answer == nil {
		http.NotFound(w, r)
		return
	}
	answer(w, r)
}

func says(status int, text string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
}

// service answers as Valence does, for what a real one cannot be made to say.
func service() answers {
	return answers{
		"/":                says(200, `{"name": "v", "versions": [{"id": "v1", "status": "CURRENT"}]}`),
		"/readyz":          says(200, `{"status": "ok", "parts": {"store": "ok"}}`),
		"/v1/nodes":        says(200, `[]`),
		"/v1/pod_managers": says(200, `[{"name": "pod", "url": "http://pod", "status": "Online"}]`),
	}
}

func serve(t *testing.T, a answers) *httptest.Server {
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	return s
}

// alone is a cloud without a Keystone.
func alone(url string) string {
	return "auth_type: none\nauth:\n  endpoint: " + url
}

// keystone is an Identity API with one service in its catalog. Rights are the
// roles of its users, as JSON.
func keystone(t *testing.T, service, roles string) (*httptest.Server, answers) {
	a := answers{"/v3": says(200, `{"version": {"id": "v3.14", "status": "stable"}}`)}
	a["/v3/auth/tokens"] = func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		if _, _ = r.Body.Read(body); !strings.Contains(string(body), secret) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("X-Subject-Token", token)
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"token": {"expires_at": %q, "user": {"name": "ann"}, "project": {"name": "p"}, "roles": %s,
			"catalog": [{"type": "rack-scale", "endpoints": [{"interface": "public", "region_id": "R1", "url": "%s/v1"}]}]}}`,
			time.Now().Add(time.Hour).UTC().Format(time.RFC3339), roles, service)
	}
	return serve(t, a), a
}

// signingIn is a cloud with a Keystone.
func signingIn(url, password string) string {
	return fmt.Sprintf("region_name: R1\nauth:\n  auth_url: %s/v3\n  username: ann\n  password: %s\n  project_name: p\n"+
		"  user_domain_name: Default\n  project_domain_name: Default", url, password)
}
