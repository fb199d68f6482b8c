package session

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

// open is a session with a service at an endpoint, where nobody signs in.
func open(t *testing.T, endpoint string, log io.Writer) *Session {
	t.Helper()
	u, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	s := Open(Identity{AuthType: "none", Service: func(string) (Service, error) { return Service{Endpoint: u}, nil }}, Options{
		UserAgent: "valence/test",
		Log:       slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Pauses:    []time.Duration{time.Millisecond, time.Millisecond},
	})
	t.Cleanup(s.Close)
	return s
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func plainRequest(t *testing.T, method, target string, body io.Reader) *http.Request {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(method, "http://unused", body)
	if err != nil {
		t.Fatal(err)
	}
	req.URL, req.Host = u, "evil.example"
	return req
}

func TestWhatGoesOut(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "answer")
	})
	var log bytes.Buffer
	req := plainRequest(t, "POST", "/v1/nodes/a%2Fb?limit=3&x=%20", strings.NewReader(`{"a":1}`))
	req.Header.Set("Content-Type", "application/json")
	for _, name := range []string{"X-Auth-Token", "Authorization", "Cookie", requestID, "User-Agent"} {
		req.Header.Set(name, "from the plugin")
	}
	resp, err := open(t, endpoint+"/base/", &log).Do(t.Context(), "valence", req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusTeapot || string(answer) != "answer" {
		t.Errorf("answer %d %q", resp.StatusCode, answer)
	}
	if want := "/base/v1/nodes/a%2Fb?limit=3&x=%20"; got.RequestURI != want {
		t.Errorf("asked for %s, want %s", got.RequestURI, want)
	}
	if "http://"+got.Host != endpoint || string(body) != `{"a":1}` || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("host %s, body %s, headers %v", got.Host, body, got.Header)
	}
	if id := got.Header.Get(requestID); len(id) != len("req-")+36 || !strings.HasPrefix(id, "req-") {
		t.Errorf("request id %q", id)
	}
	if agent := got.Header.Get("User-Agent"); agent != "valence/test" {
		t.Errorf("user agent %q", agent)
	}
	for _, name := range []string{"X-Auth-Token", "Authorization", "Cookie"} {
		if v := got.Header.Get(name); v != "" {
			t.Errorf("%s: %s went out", name, v)
		}
	}
	for _, want := range []string{"REQ: curl -g -i -X POST 'http://", "RESP: [418]", "/base/v1/nodes", "X-Openstack-Request-Id: req-", `-d '{\"a\":1}'`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log %q has no %s", log.String(), want)
		}
	}
	if req.Header.Get("X-Auth-Token") == "" || req.URL.Host != "" {
		t.Error("the caller's request was changed")
	}
}

func TestNoWayOut(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	s := open(t, serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })+"/base", io.Discard)
	for _, target := range []string{
		"http://evil.example/v1", "//evil.example/v1", "mailto:x", "v1", "", "/../v1", "/v1/..", "/v1/%2e%2e/x", "/v1%2f..%2fx",
		"/v1/%2E./x", "/./v1", "/v1\\..\\x", "/v1%5c..%5cx",
	} {
		_, err := s.Do(t.Context(), "rack-scale", plainRequest(t, "GET", target, nil))
		if err == nil || fault.Of(err).Code != fault.PluginFault {
			t.Errorf("%q: %v, want a fault of the plugin", target, err)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests went out", n)
	}
	for _, target := range []string{"/v1/..x", "/v1/a..b", "/v1/x?p=../.."} {
		resp, err := s.Do(t.Context(), "rack-scale", plainRequest(t, "GET", target, nil))
		if err != nil {
			t.Errorf("%q: %v", target, err)
			continue
		}
		_ = resp.Body.Close()
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		method   string
		statuses []int // of the answers, the last for all that follow; 0 breaks the connection
		want     int
		asked    int32
	}{
		"comes back":         {"GET", []int{503, 502, 200}, 200, 3},
		"broken then fine":   {"GET", []int{0, 200}, 200, 2},
		"gateway timeout":    {"HEAD", []int{504, 204}, 204, 2},
		"stays away":         {"GET", []int{503}, 503, 3},
		"an answer":          {"GET", []int{500}, 500, 1},
		"a POST is not":      {"POST", []int{503, 200}, 503, 1},
		"a DELETE is not":    {"DELETE", []int{502, 204}, 502, 1},
		"nor a broken PATCH": {"PATCH", []int{0, 200}, 0, 1},
		"broken for good":    {"GET", []int{0}, 0, 3},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			var first atomic.Value
			endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) {
				n := int(asked.Add(1)) - 1
				id := r.Header.Get(requestID)
				if first.CompareAndSwap(nil, id); first.Load() != id {
					t.Errorf("a retry has the id %s, the first try %s", id, first.Load())
				}
				status := c.statuses[min(n, len(c.statuses)-1)]
				if status == 0 {
					panic(http.ErrAbortHandler)
				}
				w.WriteHeader(status)
			})
			resp, err := open(t, endpoint, io.Discard).Do(t.Context(), "rack-scale", plainRequest(t, c.method, "/v1", nil))
			switch {
			case c.want == 0 && err == nil:
				t.Error("no error")
			case c.want != 0 && err != nil:
				t.Error(err)
			case c.want != 0 && resp.StatusCode != c.want:
				t.Errorf("status %d, want %d", resp.StatusCode, c.want)
			}
			if asked.Load() != c.asked {
				t.Errorf("asked %d times, want %d", asked.Load(), c.asked)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "http://" + l.Addr().String()
	_ = l.Close()
	_, err = open(t, endpoint, io.Discard).Do(t.Context(), "rack-scale", plainRequest(t, "GET", "/v1", nil))
	want := &fault.Error{
		Code:    fault.Failed,
		Message: "cannot reach the rack-scale service at " + endpoint + ": connection refused",
		Hint:    "check that it runs and that the URL is right",
	}
	if diff := cmp.Diff(want, fault.Of(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUntrustedCertificate(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			asked.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	_, err := open(t, server.URL, io.Discard).Do(t.Context(), "rack-scale", plainRequest(t, "GET", "/v1", nil))
	e := fault.Of(err)
	if e.Code != fault.Failed || !strings.Contains(e.Message, "certificate") || !strings.Contains(e.Hint, "not trusted") {
		t.Errorf("%+v", e)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("tried %d times", n)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	var stolen atomic.Int32
	other := serve(t, func(http.ResponseWriter, *http.Request) { stolen.Add(1) })
	endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other+"/v1", http.StatusTemporaryRedirect)
		case "/here":
			http.Redirect(w, r, "/there", http.StatusFound)
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusFound)
		}
	})
	s := open(t, endpoint, io.Discard)
	for path, want := range map[string]string{
		"/away":   "the service redirects to another host, " + strings.TrimPrefix(other, "http://") + ", which is not followed",
		"/circle": "the service redirects in a circle",
	} {
		_, err := s.Do(t.Context(), "rack-scale", plainRequest(t, "GET", path, nil))
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	if n := stolen.Load(); n != 0 {
		t.Errorf("the other host was asked %d times", n)
	}
	resp, err := s.Do(t.Context(), "rack-scale", plainRequest(t, "GET", "/here", nil))
	if err != nil || resp.Request.URL.Path != "/there" {
		t.Errorf("%v, %v", resp, err)
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	endpoint := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := open(t, endpoint, io.Discard).Do(ctx, "rack-scale", plainRequest(t, "GET", "/v1", nil))
	if !errors.Is(err, context.Canceled) || fault.Of(err).Code != fault.Interrupted {
		t.Errorf("got %v", err)
	}
}
