package contract_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// What net/http refuses before any handler is asked has an error document all
// the same, and a status that says whose fault it is.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "REQUEST_TIMEOUT=1")
	const head = "POST /v1/flavors HTTP/1.1\r\nHost: rack.example\r\nConnection: close\r\n" + isJSON + "\r\n"
	for name, c := range map[string]struct {
		raw    string
		status int
	}{
		"no HTTP":             {"hello\r\n\r\n", 400},
		"TLS":                 {"\x16\x03\x01\x00\x05hello\r\n\r\n", 400},
		"no host":             {"GET / HTTP/1.1\r\n\r\n", 400},
		"a version to come":   {"GET / HTTP/3.0\r\nHost: rack.example\r\n\r\n", 400},
		"an unknown encoding": {head + "Transfer-Encoding: br\r\n\r\n", 400},
		"two lengths":         {head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400},
		"an expectation":      {head + "Expect: more\r\nContent-Length: 2\r\n\r\n{}", 417},
		"a large header":      {head + "X-Thing: " + strings.Repeat("x", 80_000) + "\r\n\r\n", 431},
		"a large body":        {head + "Content-Length: 1048577\r\n\r\n", 413},
		"a packed body":       {head + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415},
		"half a body":         {head + "Content-Length: 100\r\n\r\n{", 408},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, c.raw); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != c.status {
				t.Fatalf("%s %s, want %d: %v", response.Status, body, c.status, err)
			}
			if err := checkRefusal(response, body); err != nil {
				t.Error(err)
			}
		})
	}
}

// More requests at once than the service takes are asked to come back; whoever
// asks after its health is not.
func TestTooManyAtOnce(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{AssembleDelay: time.Hour}, "MAX_CONCURRENCY=1", "TIMEOUT=3")
	var waiting sync.WaitGroup
	waiting.Go(func() { w.call(t, "POST /v1/nodes", `{"name": "slow"}`) })
	var got reply
	for deadline := time.Now().Add(patience); got.status != http.StatusServiceUnavailable && time.Now().Before(deadline); {
		got = w.call(t, "GET /v1/flavors", "")
	}
	if got.want(t, http.StatusServiceUnavailable).header.Get("Retry-After") == "" {
		t.Errorf("the head is %v", got.header)
	}
	w.call(t, "GET /healthz", "").want(t, 200)
	waiting.Wait()
	w.call(t, "GET /v1/flavors", "").want(t, 200)
	w.call(t, "DELETE /v1/nodes/slow", "").want(t, 200)
}

// Pages of other origins may use the API where the operator says so, and
// nowhere else.
func TestOrigins(t *testing.T) {
	t.Parallel()
	const origin, other = "https://ui.example", "https://evil.example"
	closed, open := newWorld(t), newWorld(t, "CORS_ALLOWED_ORIGIN="+origin)
	preflight := func(w *world, from string) reply {
		return w.call(t, "OPTIONS /v1/nodes", "", "Origin", from, "Access-Control-Request-Method", "POST",
			"Access-Control-Request-Headers", "content-type,x-auth-token")
	}
	preflight(closed, origin).want(t, http.StatusMethodNotAllowed)
	if got := preflight(open, origin); got.status >= 300 || got.header.Get("Access-Control-Allow-Origin") != origin ||
		got.header.Get("Access-Control-Allow-Methods") != "POST" {
		t.Errorf("%d %v", got.status, got.header)
	}
	for w, allowed := range map[*world]string{closed: "", open: origin} {
		if got := w.call(t, "GET /v1/nodes", "", "Origin", origin).want(t, 200).header.Get("Access-Control-Allow-Origin"); got != allowed {
			t.Errorf("%s may read: %q, want %q", origin, got, allowed)
		}
		if got := w.call(t, "GET /v1/nodes", "", "Origin", other).header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s may read: %q", other, got)
		}
		// A page can make its own name lead here, and the service its origin.
		for _, page := range []string{other, w.URL, "null"} {
			w.call(t, "POST /v1/flavors", `{"name": "small"}`, "Origin", page).want(t, http.StatusForbidden)
			w.call(t, "DELETE /v1/flavors/small", "", "Origin", page).want(t, http.StatusForbidden)
		}
	}
	open.call(t, "POST /v1/flavors", `{"name": "small", "properties": {}}`, "Origin", origin).want(t, 200)
}
