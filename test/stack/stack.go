// Package stack gives tests a real service in front of a simulated pod, inside
// the test's own process. Tests of the plugins use it as the service behind
// plugintest; what needs the built binaries is in package test.
package stack

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service/app"
	"github.com/valence-rsd/valence/service/app/config"
)

// Stack is a service and the pods that are registered with it.
type Stack struct {
	URL  string
	t    testing.TB
	pods []*podsim.Server
}

// Config is the configuration of a small service of this test's own: it takes
// a free port, looks at the machines of its pods often, and reads the rest when
// it is asked to only. Each setting is the environment
// variable of an option without its prefix, such as MAX_BODY=2000.
func Config(t testing.TB, settings ...string) config.Config {
	t.Helper()
	environ := []string{
		"VALENCE_API_BIND_PORT=0", "VALENCE_API_DATA_DIR=" + t.TempDir(), "VALENCE_API_COMPOSE_POLL_INTERVAL=10ms",
		"VALENCE_API_PODM_ENABLE_PERIODIC_SYNC=false",
	}
	for _, setting := range settings {
		environ = append(environ, "VALENCE_API_"+setting)
	}
	c, warnings, err := config.Load(config.Sources{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	for _, warning := range warnings {
		t.Log(warning)
	}
	return c
}

// New starts a service without pods. It ends with the test. The settings are
// those of Config.
func New(t testing.TB, settings ...string) *Stack {
	t.Helper()
	return NewLogged(t, slog.DiscardHandler, settings...)
}

// NewLogged is New with a place for what the service logs.
func NewLogged(t testing.TB, log slog.Handler, settings ...string) *Stack {
	t.Helper()
	service, err := app.New(t.Context(), app.Options{Config: Config(t, settings...), Logger: slog.New(log)})
	if err != nil {
		t.Fatal(err)
	}
	service.Start(t.Context())
	s := &Stack{URL: "http://" + service.Addr().String(), t: t}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		if err := service.Stop(ctx); err != nil {
			t.Logf("stopping the service: %v", err)
		}
		for _, pod := range s.pods { // after the service, which signs out of them
			_ = pod.Close()
		}
	})
	return s
}

// AddPod starts a pod and registers it with the credentials that o gives it.
func (s *Stack) AddPod(name string, o podsim.Options) *podsim.Server {
	s.t.Helper()
	return s.AddPodAs("", name, o)
}

// AddPodAs is AddPod for a service that asks who its callers are: the token is an
// administrator's.
func (s *Stack) AddPodAs(token, name string, o podsim.Options) *podsim.Server {
	s.t.Helper()
	pod := s.StartPod(o)
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+"/v1/pod_managers", strings.NewReader(Registration(name, pod.URL, o)))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "X-Auth-Token": {token}}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("registering pod %s: %s", name, resp.Status)
	}
	return pod
}

// StartPod starts a pod that is not registered yet.
func (s *Stack) StartPod(o podsim.Options) *podsim.Server {
	s.t.Helper()
	pod, err := podsim.Start(o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.pods = append(s.pods, pod)
	return pod
}

// Registration is the body that registers a pod, with the driver that speaks
// its dialect.
func Registration(name, url string, o podsim.Options) string {
	driver := "redfishv1"
	if strings.HasPrefix(o.Dialect, "dmtf") {
		driver = "composition"
	}
	return fmt.Sprintf(`{"name": %q, "url": %q, "driver": %q, "authentication": [{"type": "basic",
		"auth_items": {"username": %q, "password": %q}}]}`, name, url, driver, cmp.Or(o.Username, "admin"), cmp.Or(o.Password, "admin"))
}

// WithKeystone are the settings of a service that asks a Keystone who its callers
// are, with an account of its own there.
func WithKeystone(url, username, password, project string) []string {
	return []string{
		"AUTH_STRATEGY=keystone",
		"KEYSTONE_AUTHTOKEN_AUTH_URL=" + url,
		"KEYSTONE_AUTHTOKEN_USERNAME=" + username,
		"KEYSTONE_AUTHTOKEN_PASSWORD=" + password,
		"KEYSTONE_AUTHTOKEN_PROJECT_NAME=" + project,
		"KEYSTONE_AUTHTOKEN_USER_DOMAIN_NAME=Default",
		"KEYSTONE_AUTHTOKEN_PROJECT_DOMAIN_NAME=Default",
	}
}

// Handler passes requests on to the service, for plugintest.
func (s *Stack) Handler() http.Handler {
	target, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	return httputil.NewSingleHostReverseProxy(target)
}
