package redfish

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/valence-rsd/valence/service"
)

const (
	rootWithSessions = `{"SessionService":{"@odata.id":"/redfish/v1/SessionService"},
		"Systems":{"@odata.id":"/redfish/v1/Systems"}}`
	sessions = "/redfish/v1/SessionService/Sessions"
)

// withSessions are a pod manager that takes tokens only, each for uses
// requests.
func withSessions(uses int32) map[string]http.HandlerFunc {
	var opened, left atomic.Int32
	answers := map[string]http.HandlerFunc{}
	for pattern, answer := range with("GET "+doc1, reply(200, "{}")) {
		answers[pattern] = func(w http.ResponseWriter, r *http.Request) {
			valid := r.Header.Get("X-Auth-Token") == fmt.Sprint("token-", opened.Load())
			if !valid || r.Header.Get("Authorization") != "" || left.Add(-1) < 0 {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			answer(w, r)
		}
	}
	answers["GET /redfish/v1"] = reply(200, rootWithSessions)
	answers["GET /redfish/v1/SessionService"] = reply(200, `{"Sessions":{"@odata.id":"`+sessions+`"}}`)
	answers["POST "+sessions] = func(w http.ResponseWriter, r *http.Request) {
		var body map[string]string
		if json.NewDecoder(r.Body).Decode(&body) != nil || body["UserName"] != "operator" || body["Password"] != password {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		left.Store(uses)
		token := fmt.Sprint("token-", opened.Add(1))
		reply(201, "{}", "X-Auth-Token", token, "Location", "http://podm.internal"+sessions+"/"+token)(w, r)
	}
	answers["DELETE "+sessions+"/{id}"] = reply(204, "")
	return answers
}

func TestSession(t *testing.T) {
	t.Parallel()
	f := serve(t, withSessions(2))
	pod := f.open(t, Options{})
	for range 5 {
		if err := pod.Client.get(t, doc1); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.count("POST " + sessions); n != 3 {
		t.Errorf("%d sessions for 5 requests at 2 each, want 3", n)
	}
	if err := pod.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if n := f.count("DELETE " + sessions + "/token-3"); n != 1 {
		t.Errorf("the session was ended %d times", n)
	}
}

// TestSessionExpiresForAll lets a session end while many use it: one of them
// renews it for all.
func TestSessionExpiresForAll(t *testing.T) {
	t.Parallel()
	const users = 8
	var refused sync.WaitGroup
	refused.Add(users)
	answers := withSessions(100)
	answers["GET "+doc1] = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Auth-Token") == "token-1" {
			// All have sent the old token before the first hears that it is over.
			refused.Done()
			refused.Wait()
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		reply(200, "{}")(w, r)
	}
	f := serve(t, answers)
	pod := f.open(t, Options{})
	var wg sync.WaitGroup
	for range users {
		wg.Go(func() {
			if err := pod.Client.get(t, doc1); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := f.count("POST " + sessions); n != 2 {
		t.Errorf("%d sessions were opened, want 2", n)
	}
}

// TestSessionRefusedAtOnce meets a pod manager that refuses its own tokens.
func TestSessionRefusedAtOnce(t *testing.T) {
	t.Parallel()
	f := serve(t, withSessions(0))
	err := f.open(t, Options{}).Client.get(t, doc1)
	wantCode(t, "GET", err, service.PodFailed)
	if n := f.count("POST " + sessions); n != 2 {
		t.Errorf("it signed in %d times, want 2", n)
	}
}

// TestNoSessionsAfterAll falls back to Basic, and only where there are really
// no sessions.
func TestNoSessionsAfterAll(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		pattern string
		answer  http.HandlerFunc
		code    service.Code
	}{
		"no service":        {"GET /redfish/v1/SessionService", reply(404, ""), ""},
		"no POST":           {"POST " + sessions, reply(405, ""), ""},
		"not implemented":   {"POST " + sessions, reply(501, ""), ""},
		"wrong password":    {"POST " + sessions, reply(401, ""), service.PodFailed},
		"broken":            {"POST " + sessions, reply(500, ""), service.PodFailed},
		"busy":              {"POST " + sessions, reply(503, ""), service.Unavailable},
		"without a token":   {"POST " + sessions, reply(201, "{}"), service.PodFailed},
		"without sessions":  {"GET /redfish/v1/SessionService", reply(200, "{}"), service.PodFailed},
		"sessions disabled": {"GET /redfish/v1/SessionService", reply(403, ""), service.PodFailed},
	}
	for name, test := range tests {
		answers := withSessions(9)
		for pattern, answer := range with("GET "+doc1, reply(200, "{}")) {
			answers[pattern] = func(w http.ResponseWriter, r *http.Request) {
				if user, pw, ok := r.BasicAuth(); !ok || user != "operator" || pw != password {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				answer(w, r)
			}
		}
		answers["GET /redfish/v1"] = reply(200, rootWithSessions)
		answers[test.pattern] = test.answer
		f := serve(t, answers)
		pod := f.open(t, Options{})
		for range 2 {
			err := pod.Client.get(t, doc1)
			if test.code != "" {
				wantCode(t, name, err, test.code)
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := f.count(test.pattern); test.code == "" && n != 1 {
			t.Errorf("%s: it tried %d times", name, n)
		}
		if err := pod.Close(); err != nil && !strings.Contains(err.Error(), "signing out") {
			t.Errorf("%s: Close: %v", name, err)
		}
	}
}
