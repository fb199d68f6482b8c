package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

// The secrets of these tests. None may ever be shown.
const (
	password = "Sesame-Open-17"
	wrong    = "Sesame-Shut-18"
)

// world is a Keystone of a few lines and a service behind it, for what a real
// one cannot be made to do. keystone_test.go has the real one.
type world struct {
	t        *testing.T
	keystone *httptest.Server
	service  *httptest.Server

	signIns, asked atomic.Int32
	life           time.Duration
	answer         func(w http.ResponseWriter, r *http.Request) bool // instead of Keystone

	lock    sync.Mutex
	valid   map[string]bool // tokens
	catalog string
	logs    bytes.Buffer
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, life: time.Hour, valid: map[string]bool{}}
	w.service = httptest.NewServer(http.HandlerFunc(w.serve))
	w.catalog = fmt.Sprintf(`[{"type": "rack-scale", "endpoints": [{"interface": "public", "region_id": "R1", "url": %q}]}]`, w.service.URL+"/v1")
	// Last: other processes may come before this one goes on.
	w.keystone = httptest.NewServer(http.HandlerFunc(w.grant))
	t.Cleanup(func() {
		w.keystone.Close()
		w.service.Close()
		w.noSecrets(w.logs.String())
	})
	return w
}

// grant is Keystone.
func (w *world) grant(out http.ResponseWriter, r *http.Request) {
	if w.answer != nil && w.answer(out, r) {
		return
	}
	body, _ := io.ReadAll(r.Body)
	if r.URL.Path != "/v3/auth/tokens" {
		http.NotFound(out, r)
		return
	}
	if !bytes.Contains(body, []byte(password)) {
		out.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.token(out)
}

func (w *world) token(out http.ResponseWriter) {
	id := fmt.Sprintf("gAAAA-the-token-number-%d", w.signIns.Add(1))
	w.lock.Lock()
	defer w.lock.Unlock()
	w.valid[id] = true
	out.Header().Set("X-Subject-Token", id)
	out.WriteHeader(http.StatusCreated)
	fmt.Fprintf(out, `{"token": {"methods": ["password"], "expires_at": %q, "issued_at": %[1]q,
		"user": {"name": "ann"}, "project": {"name": "p"}, "catalog": %s}}`, time.Now().Add(w.life).UTC().Format(time.RFC3339Nano), w.catalog)
}

// serve is the service: it wants a valid token and gives the body back.
func (w *world) serve(out http.ResponseWriter, r *http.Request) {
	w.asked.Add(1)
	w.lock.Lock()
	good := w.valid[r.Header.Get("X-Auth-Token")]
	w.lock.Unlock()
	if !good {
		out.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, _ = io.Copy(out, r.Body)
}

// revokeAll makes all tokens invalid.
func (w *world) revokeAll() {
	w.lock.Lock()
	defer w.lock.Unlock()
	clear(w.valid)
}

// identity is Ann with her password.
func (w *world) identity() Identity {
	return Identity{
		Cloud: "c", AuthType: "password",
		Auth: map[string]string{
			"auth_url": w.keystone.URL, "username": "ann", "password": password, "user_domain_name": "Default",
			"project_name": "p", "project_domain_name": "Default",
		},
		Service: func(name string) (Service, error) { return Service{Types: []string{name, "valence"}}, nil },
	}
}

func (w *world) open(id Identity, dir string) *Session { return w.openWith(id, Options{CacheDir: dir}) }

func (w *world) openWith(id Identity, o Options) *Session {
	o.UserAgent = "valence/test"
	o.Log = slog.New(slog.NewTextHandler(&lockedWriter{w: w}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o.Pauses = []time.Duration{time.Millisecond}
	s := Open(id, o)
	w.t.Cleanup(s.Close)
	return s
}

type lockedWriter struct{ w *world }

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.w.lock.Lock()
	defer l.w.lock.Unlock()
	return l.w.logs.Write(p)
}

// noSecrets fails the test when a text shows one. A token that is not valid any
// more counts too.
func (w *world) noSecrets(text string) {
	w.t.Helper()
	for _, secret := range []string{password, wrong, "gAAAA-the-token-number-", url.QueryEscape(password)} {
		if at := strings.Index(text, secret); at >= 0 {
			w.t.Errorf("%s is shown: %s", secret, text[max(0, at-100):at+len(secret)])
		}
	}
}

// get asks the service for something and gives the answer's status.
func (w *world) get(s *Session) (int, error) {
	w.t.Helper()
	resp, err := s.Do(w.t.Context(), "rack-scale", plainRequest(w.t, "GET", "/v1/nodes", nil))
	if err != nil {
		return 0, err
	}
	_ = resp.Body.Close()
	return resp.StatusCode, nil
}

// fails checks that something failed as it should, without a secret.
func (w *world) fails(err error, code fault.Code, parts ...string) {
	w.t.Helper()
	if err == nil {
		w.t.Fatal("no error")
	}
	e := fault.Of(err)
	data, _ := json.Marshal(e)
	w.noSecrets(string(data) + err.Error())
	text := e.Message + "\n" + e.Hint
	if e.Code != code || strings.Contains(e.Message, "\n") {
		w.t.Errorf("code %s, want %s: %s", e.Code, code, text)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			w.t.Errorf("it says %q, without %q", text, part)
		}
	}
}

// counts checks how often Keystone gave a token and the service was asked.
func (w *world) counts(signIns, asked int32) {
	w.t.Helper()
	if w.signIns.Load() != signIns || w.asked.Load() != asked {
		w.t.Errorf("%d tokens and %d requests, want %d and %d", w.signIns.Load(), w.asked.Load(), signIns, asked)
	}
}
