package session

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	cases := map[string][2]time.Duration{
		"":         {0, 0},
		"2":        {2 * time.Second, 2 * time.Second},
		"4000":     {longest, longest},
		"-1":       {0, 0},
		"99999999": {0, 0},
		"soon":     {0, 0},
		time.Now().Add(5 * time.Second).UTC().Format(http.TimeFormat): {2 * time.Second, 5 * time.Second},
		time.Now().Add(time.Hour).UTC().Format(http.TimeFormat):       {longest, longest},
	}
	for text, want := range cases {
		got := asked(&http.Response{Header: http.Header{"Retry-After": {text}}})
		if got < want[0] || got > want[1] {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	var n atomic.Int32
	endpoint := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	begin := time.Now()
	resp, err := open(t, endpoint, t.Output()).Do(t.Context(), "rack-scale", plainRequest(t, "GET", "/v1", nil))
	if err != nil || resp.StatusCode != 200 || time.Since(begin) < time.Second {
		t.Errorf("%v, %v after %v", resp, err, time.Since(begin))
	}
}

func TestStandalone(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"none": " ", "http_basic": "Basic YW5uOlNlc2FtZS1PcGVuLTE3 ", "admin_token": " " + password} {
		w := newWorld(t)
		id := w.identity()
		id.AuthType, id.Auth["token"] = kind, password
		w.service.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Authorization") + " " + r.Header.Get("X-Auth-Token"); got != want {
				t.Errorf("%s: %q went out, want %q", kind, got, want)
			}
		})
		at := plainRequest(t, "GET", w.service.URL, nil).URL
		id.Service = func(string) (Service, error) { return Service{Endpoint: at}, nil }
		if status, err := w.get(w.open(id, "")); status != 200 || err != nil {
			t.Errorf("%s: %d, %v", kind, status, err)
		}
		if w.signIns.Load() != 0 {
			t.Errorf("%s signed in", kind)
		}
		s := w.open(id, "")
		_, err := s.Token(t.Context())
		w.fails(err, fault.Failed, "does not sign in")
		_, err = s.Catalog(t.Context())
		w.fails(err, fault.Failed, "does not sign in")
		w.fails(s.Revoke(t.Context(), password), fault.Failed, "does not sign in")
		id.Service = func(string) (Service, error) { return Service{}, nil }
		_, err = w.get(w.open(id, ""))
		w.fails(err, fault.Failed, "no endpoint for the rack-scale service")
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	nonsense := filepath.Join(t.TempDir(), "nonsense.pem")
	if err := os.WriteFile(nonsense, []byte("-----BEGIN "+password), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(t.TempDir(), "missing.pem")
	cases := map[string]struct {
		tls   TLS
		parts []string // nil: it works
	}{
		"insecure":              {TLS{Insecure: true}, nil},
		"insecure beats the CA": {TLS{Insecure: true, CA: missing}, nil},
		"not trusted":           {TLS{}, []string{"certificate", "cacert"}},
		"CA is not there":       {TLS{CA: missing}, []string{"cannot read the CA certificates " + missing + ": no such file"}},
		"CA is nonsense":        {TLS{CA: nonsense}, []string{nonsense + ", named by cacert, holds no certificate"}},
		"cert is not there":     {TLS{Cert: missing}, []string{"cannot read the client certificate " + missing}},
		"key is not there":      {TLS{Cert: nonsense, Key: missing}, []string{"cannot read the client certificate " + missing}},
		"cert is nonsense":      {TLS{Cert: nonsense}, []string{nonsense, "not a certificate and its key"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.identity()
			id.AuthType, id.TLS = "none", c.tls
			at := plainRequest(t, "GET", server.URL, nil).URL
			id.Service = func(string) (Service, error) { return Service{Endpoint: at}, nil }
			status, err := w.get(w.open(id, ""))
			switch {
			case c.parts != nil:
				w.fails(err, fault.Failed, c.parts...)
			case err != nil || status != 200:
				t.Errorf("%d, %v", status, err)
			}
		})
	}
}

// A service that does not answer in time is given up, by the cloud's own limit.
func TestTimeout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.identity()
	id.Timeout = 50 * time.Millisecond
	w.answer = func(_ http.ResponseWriter, r *http.Request) bool { time.Sleep(time.Second); return true }
	_, err := w.get(w.open(id, ""))
	w.fails(err, fault.Failed, "cannot reach Keystone at "+w.keystone.URL+": it does not answer")
}

func TestIPv4(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.identity()
	id.IPv4, id.Auth["auth_url"] = true, "http://[::1]:"+strconv.Itoa(1)+"/v3"
	_, err := w.get(w.open(id, ""))
	w.fails(err, fault.Failed, "cannot reach Keystone")
	id.Auth["auth_url"] = w.keystone.URL
	if status, err := w.get(w.open(id, "")); status != 200 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
}

// What the cloud says of retries counts, for each kind by itself.
func TestRetriesOfTheCloud(t *testing.T) {
	t.Parallel()
	zero, five := 0, 5
	cases := map[string]struct {
		settings Service
		status   int // 0 breaks the connection
		want     int32
	}{
		"none said":      {Service{}, 503, 2},
		"none wanted":    {Service{StatusRetries: &zero}, 503, 1},
		"many":           {Service{StatusRetries: &five, RetryDelay: time.Millisecond}, 503, 6},
		"connection":     {Service{ConnectRetries: &five}, 0, 6},
		"not connection": {Service{ConnectRetries: &zero}, 503, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.service.Config.Handler = http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
				w.asked.Add(1)
				if c.status == 0 {
					panic(http.ErrAbortHandler)
				}
				out.WriteHeader(c.status)
			})
			id := w.identity()
			c.settings.Types = []string{"rack-scale"}
			id.Service = func(string) (Service, error) { return c.settings, nil }
			_, _ = w.get(w.open(id, ""))
			w.counts(1, c.want)
		})
	}
}
