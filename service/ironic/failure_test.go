package ironic

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// both wants the same failure of both calls.
func (w *world) both(ctx context.Context, code service.Code, texts ...string) {
	w.t.Helper()
	w.fails(w.Register(ctx, enrolment(newMACs(1)...)), code, texts...)
	w.fails(w.Deregister(ctx, uuid.NewString()), code, texts...)
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(nil)
	s.Close()
	newWorldWith(t, Options{Endpoint: s.URL}).both(t.Context(), service.Unavailable, "Ironic cannot be reached")
	newWorldWith(t, Options{AuthURL: s.URL, Username: "u", Password: podPassword}).
		both(t.Context(), service.Unavailable, "Keystone cannot be reached")
}

// What is not Ironic must not pass for one that does not know the node.
func TestNotIronic(t *testing.T) {
	t.Parallel()
	for want, h := range map[string]http.Handler{
		"(HTTP 404) is not Ironic": http.NotFoundHandler(),
		"Ironic answered HTTP 502": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }),
		"(HTTP 400) is not Ironic": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }),
		"cannot": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			panic(http.ErrAbortHandler)
		}),
	} {
		s := httptest.NewServer(h)
		defer s.Close()
		newWorldWith(t, Options{Endpoint: s.URL}).both(t.Context(), service.Unavailable, want)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	defer s.Close()
	w := newWorldWith(t, Options{Endpoint: s.URL})
	w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "cannot be understood")
}

// silent takes connections and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return "http://" + l.Addr().String()
}

func TestSilence(t *testing.T) {
	t.Parallel()
	url := silent(t)
	for name, o := range map[string]Options{
		"Ironic":   {Endpoint: url},
		"Keystone": {AuthURL: url, Username: "u", Password: podPassword},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			w := newWorldWith(t, o)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			w.both(ctx, service.Timeout, "given up before")
			ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			w.both(ctx, service.Timeout, "did not answer in time")
			o.Timeout = 100 * time.Millisecond
			newWorldWith(t, o).both(t.Context(), service.Timeout, name+" did not answer in time")
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// Who waits for another's sign-in can give up, too.
func TestGiveUpBehindAnother(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, Options{AuthURL: silent(t), Username: "u", Password: podPassword})
	first, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.Deregister(first, uuid.NewString()) }()
	w.until(func() bool { return len(w.gate) == 1 })
	second, give := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer give()
	w.fails(w.Deregister(second, uuid.NewString()), service.Timeout)
	select {
	case err := <-done:
		t.Errorf("the first ended with %v", err)
	default:
	}
	cancel()
	w.fails(<-done, service.Timeout, "given up")
}

// Giving up is possible while a locked node is waited for.
func TestGiveUpLocked(t *testing.T) {
	t.Parallel()
	url := before(t, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		if r.Method != http.MethodDelete {
			forward.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write([]byte(`{"error_message": "{\"faultstring\": \"Node x is locked by host y, please retry\"}"}`))
	})
	w := newWorld(t, url)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	begun := time.Now()
	w.fails(w.Deregister(ctx, uuid.NewString()), service.Timeout, "given up")
	if took := time.Since(begun); took > lockedWait {
		t.Errorf("it took %v", took)
	}
}

func TestExplanation(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"no such\", \"debuginfo\": null}"}`: "no such",
		`{"error_message": {"faultstring": "no such"}}`:                                                       "no such",
		`{"error_message": "{\"code\": 406, \"title\": \"x\", \"description\": \"too new\"}"}`:                "too new",
		`{"error_message": "plain"}`: "plain",
		`{"error": {"code": 401, "message": "sign in", "title": "Unauthorized"}}`: "sign in",
		`"bare"`:         "bare",
		`<html>`:         "",
		`{}`:             "",
		`[1]`:            "",
		`{"error": 500}`: "",
		``:               "",
	} {
		if got := explanation([]byte(body)); got != want {
			t.Errorf("explanation of %s is %q, want %q", body, got, want)
		}
	}
}

func TestScrub(t *testing.T) {
	t.Parallel()
	c := &call{secrets: secrets{"", "pass", "password's end", `q"\`}}
	for text, want := range map[string]string{
		"a  line\nwith\tblanks":       "a line with blanks",
		"the password's end, passed":  "the ***, ***ed",
		`in JSON "q\"\\"`:             `in JSON "***"`,
		`in Python 'password\'s end'`: "in Python '***'",
		strings.Repeat("x", 2000):     strings.Repeat("x", maxText) + "…",
	} {
		if got := c.scrub(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func FuzzExplanation(f *testing.F) {
	f.Add([]byte(`{"error_message": "{\"faultstring\": \"x\"}"}`))
	f.Add([]byte(`{"error": {"error": {"error": "x"}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := &call{secrets: secrets{"password"}}
		if text := c.scrub(explanation(body)); strings.Contains(text, "password") || strings.Contains(text, "\n") {
			t.Errorf("the text is %q", text)
		}
	})
}
