package redfish

import (
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

const doc1 = "/redfish/v1/x/1"

// with is a service with one answer beside its entry point.
func with(pattern string, answer http.HandlerFunc) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{"GET /redfish/v1": reply(200, "{}"), pattern: answer}
}

func (c *Client) get(t *testing.T, link string) error {
	t.Helper()
	_, err := Get[struct{}](t.Context(), c, link, nil)
	return err
}

// remove is slow work.
func (c *Client) remove(t *testing.T, link string) error {
	t.Helper()
	_, err := c.Do(t.Context(), Request{Method: http.MethodDelete, Link: link, Slow: true})
	return err
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	f := serve(t, map[string]http.HandlerFunc{
		"GET /redfish/v1":     reply(308, "", "Location", "/redfish/v1/"),
		"GET /redfish/v1/{$}": reply(200, "{}"),
		"GET " + doc1: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, doc1, http.StatusFound)
		},
	})
	client := f.open(t, Options{}).Client
	if _, err := client.Entry(t.Context(), true); err != nil {
		t.Errorf("within the pod manager: %v", err)
	}
	wantCode(t, "in a circle", client.get(t, doc1), service.PodFailed)
	if n := f.count("GET " + doc1); n > maxRedirects+1 {
		t.Errorf("it was asked %d times", n)
	}
}

func TestComeBackLater(t *testing.T) {
	t.Parallel()
	node := reply(200, "{}")
	tests := map[string]struct {
		answer   http.HandlerFunc
		requests int
		code     service.Code
	}{
		"once":      {replies(reply(503, "", "Retry-After", "0"), node), 2, ""},
		"date":      {replies(reply(503, "", "Retry-After", time.Now().UTC().Format(http.TimeFormat)), node), 2, ""},
		"twice":     {reply(503, "", "Retry-After", "0"), 2, service.Unavailable},
		"no hint":   {reply(503, ""), 1, service.Unavailable},
		"no number": {reply(503, "", "Retry-After", "soon"), 1, service.Unavailable},
		"too late":  {reply(503, "", "Retry-After", "3600"), 1, service.Unavailable},
	}
	for name, test := range tests {
		f := serve(t, with("GET "+doc1, test.answer))
		err := f.open(t, Options{}).Client.get(t, doc1)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := f.count("GET " + doc1); n != test.requests {
			t.Errorf("%s: %d requests, want %d", name, n, test.requests)
		}
	}

	f := serve(t, with("DELETE "+doc1, reply(503, "", "Retry-After", "0")))
	wantCode(t, "DELETE", f.open(t, Options{}).Client.remove(t, doc1), service.Unavailable)
	if n := f.count("DELETE " + doc1); n != 1 {
		t.Errorf("a DELETE was sent %d times", n)
	}
}

// TestTask follows a 202 to its end.
func TestTask(t *testing.T) {
	t.Parallel()
	const monitor = "/redfish/v1/TaskService/Tasks/7/Monitor"
	still := reply(202, "{}", "Retry-After", "0")
	create := func(end http.HandlerFunc, patience time.Duration) (*server, string, error) {
		f := serve(t, map[string]http.HandlerFunc{
			"GET /redfish/v1":    reply(200, "{}"),
			"POST /redfish/v1/x": reply(202, "{}", "Retry-After", "0", "Location", monitor),
			"GET " + monitor:     replies(still, still, end),
		})
		client := f.open(t, Options{SlowTimeout: patience}).Client
		made, err := client.Do(t.Context(), Request{Method: http.MethodPost, Link: "/redfish/v1/x", Slow: true})
		return f, client.Location(made.Header), err
	}
	f, ref, err := create(reply(201, "", "Location", doc1), time.Minute)
	if ref != doc1 || err != nil {
		t.Errorf("%q, %v", ref, err)
	}
	if n := f.count("GET " + monitor); n != 3 {
		t.Errorf("the monitor was asked %d times, want 3", n)
	}
	_, _, err = create(reply(409, ""), time.Minute)
	wantCode(t, "a task that fails", err, service.Conflict)
	_, _, err = create(reply(202, ""), 500*time.Millisecond)
	wantCode(t, "a task without an end", err, service.Timeout)
}

func TestHugeAnswer(t *testing.T) {
	t.Parallel()
	f := serve(t, map[string]http.HandlerFunc{
		"GET /redfish/v1": reply(200, "{}"),
		"GET " + doc1:     reply(200, strings.Repeat(" ", maxBody+1)),
		"DELETE " + doc1:  reply(500, `{"error":{"message":"`+strings.Repeat("é", 1<<20)+`"}}`),
	})
	client := f.open(t, Options{}).Client
	err := client.get(t, doc1)
	wantCode(t, "GET", err, service.PodFailed)
	if err != nil && !strings.Contains(err.Error(), "larger than") {
		t.Errorf("the error does not say what is wrong: %v", err)
	}
	err = client.remove(t, doc1)
	wantCode(t, "DELETE", err, service.PodFailed)
	if err != nil && len(err.Error()) > 2*maxTexts {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	secure := httptest.NewUnstartedServer(reply(200, "{}"))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains about being refused
	secure.StartTLS()
	defer secure.Close()
	own := x509.NewCertPool()
	own.AddCert(secure.Certificate())
	f := &server{url: secure.URL}

	err := f.open(t, Options{}).Client.get(t, doc1)
	wantCode(t, "unknown certificate", err, service.Unavailable)
	if err != nil && !strings.Contains(err.Error(), "certificate") {
		t.Errorf("the error does not say what is wrong: %v", err)
	}
	for name, o := range map[string]Options{"known certificate": {RootCAs: own}, "any certificate": {Insecure: true}} {
		if err := f.open(t, o).Client.get(t, doc1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	late := func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(200 * time.Millisecond):
			reply(201, "{}", "Location", "/redfish/v1/Nodes/7")(w, r)
		}
	}
	f := serve(t, map[string]http.HandlerFunc{
		"GET /redfish/v1": reply(200, "{}"), "GET " + doc1: late, "DELETE " + doc1: late,
	})
	hasty := f.open(t, Options{RequestTimeout: 50 * time.Millisecond}).Client
	wantCode(t, "GET", hasty.get(t, doc1), service.Unavailable)
	if err := hasty.remove(t, doc1); err != nil {
		t.Errorf("slow work within its time-out: %v", err)
	}
	err := f.open(t, Options{SlowTimeout: 50 * time.Millisecond}).Client.remove(t, doc1)
	wantCode(t, "slow work after its time-out", err, service.Unavailable)
}
