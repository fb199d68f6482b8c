// Package stack gives tests a real service in front of a simulated pod, inside
// the test's own process. Tests of the plugins use it as the service behind
// plugintest; what needs the built binaries is in package test.
package stack

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service/app"
)

// Stack is a service and the pods that are registered with it.
type Stack struct {
	URL  string
	t    testing.TB
	pods []*podsim.Server
}

// New starts a service without pods. It ends with the test.
func New(t testing.TB) *Stack {
	t.Helper()
	service, err := app.New(t.Context(), app.Options{
		Listen: "127.0.0.1:0", DataDir: t.TempDir(), Logger: slog.New(slog.DiscardHandler),
		PollInterval: 10 * time.Millisecond,
	})
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

// AddPod starts a pod and registers it.
func (s *Stack) AddPod(name string, o podsim.Options) *podsim.Server {
	s.t.Helper()
	pod, err := podsim.Start(o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.pods = append(s.pods, pod)
	body := fmt.Appendf(nil, `{"name": %q, "url": %q, "authentication": [{"type": "basic",
		"auth_items": {"username": "admin", "password": "admin"}}]}`, name, pod.URL)
	resp, err := http.Post(s.URL+"/v1/pod_managers", "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("registering pod %s: %s", name, resp.Status)
	}
	return pod
}

// Handler passes requests on to the service, for plugintest.
func (s *Stack) Handler() http.Handler {
	target, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	return httputil.NewSingleHostReverseProxy(target)
}
