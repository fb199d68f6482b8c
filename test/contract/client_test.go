package contract_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/stack"
)

// nowhere is the UUID of nothing.
const nowhere = "00000000-0000-4000-8000-000000000000"

// world is a service of a test's own, with what is in it.
type world struct {
	*stack.Stack
	spec *description
	// ids stand for {name} in paths and bodies.
	ids map[string]string
	// quiet keeps what a test only prepares out of the table.
	quiet bool
}

// newWorld starts a service. Settings are those of stack.Config.
func newWorld(t *testing.T, settings ...string) *world {
	t.Helper()
	s := stack.New(t, settings...)
	return &world{Stack: s, spec: recorded.description(t, s.URL), ids: map[string]string{"nowhere": nowhere}}
}

// withPod starts a service with one pod, which is called pod.
func withPod(t *testing.T, o podsim.Options, settings ...string) (*world, *podsim.Server) {
	t.Helper()
	w := newWorld(t, settings...)
	pod := w.AddPod("pod", o)
	w.prepare(t, func() { w.keep(t, "podm", w.call(t, "GET /v1/pod_managers/pod", "")) })
	w.ids["pod_url"] = pod.URL
	return w, pod
}

// prepare does what a test needs and is not about.
func (w *world) prepare(t *testing.T, do func()) {
	t.Helper()
	before := w.quiet
	w.quiet = true
	do()
	w.quiet = before
}

// fill puts ids in the place of their names.
func (w *world) fill(s string) string {
	for name, id := range w.ids {
		s = strings.ReplaceAll(s, "{"+name+"}", id)
	}
	return s
}

// keep remembers the UUID in an answer.
func (w *world) keep(t *testing.T, name string, r reply) {
	t.Helper()
	w.ids[name] = r.object(t)["uuid"].(string)
}

// call sends a request, "METHOD /path". A body makes it JSON; headers come in
// pairs.
func (w *world) call(t *testing.T, request, body string, headers ...string) reply {
	t.Helper()
	method, path, _ := strings.Cut(w.fill(request), " ")
	r, err := http.NewRequestWithContext(t.Context(), method, w.URL+path, strings.NewReader(w.fill(body)))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := tripper{t, w.quiet}.RoundTrip(r)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{request, response.StatusCode, response.Header, string(text)}
}

// eventually calls until the answer has a text in it.
func (w *world) eventually(t *testing.T, request, text string) reply {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		got := w.call(t, request, "")
		if strings.Contains(got.body, text) {
			return got
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s never has %s: %d %s", request, text, got.status, got.body)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// exchange is a request and what comes of it.
type exchange struct {
	name    string
	request string
	body    string
	headers []string
	status  int
	says    string // in the body of the answer
	keep    string // remember the UUID in the answer under this name
}

// run makes a subtest of each exchange, in order.
func (w *world) run(t *testing.T, exchanges []exchange) {
	t.Helper()
	for _, e := range exchanges {
		t.Run(e.name, func(t *testing.T) {
			got := w.call(t, e.request, e.body, e.headers...)
			if got.status != e.status || !strings.Contains(got.body, w.fill(e.says)) {
				t.Fatalf("%s %s\nanswers %d %s\nwant %d … %s …", w.fill(e.request), w.fill(e.body), got.status, got.body, e.status, w.fill(e.says))
			}
			if e.keep != "" {
				w.keep(t, e.keep, got)
			}
		})
	}
}

// reply is an answer, read to its end.
type reply struct {
	request string
	status  int
	header  http.Header
	body    string
}

// want fails the test where the status is another one.
func (r reply) want(t *testing.T, status int) reply {
	t.Helper()
	if r.status != status {
		t.Fatalf("%s answers %d %s, want %d", r.request, r.status, r.body, status)
	}
	return r
}

// object decodes a JSON object.
func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	r.want(t, max(200, min(r.status, 202))).decode(t, &object)
	return object
}

// problem decodes an error document.
func (r reply) problem(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	r.decode(t, &object)
	return object
}

// objects decodes a JSON array of objects.
func (r reply) objects(t *testing.T) []map[string]any {
	t.Helper()
	var objects []map[string]any
	r.want(t, 200).decode(t, &objects)
	return objects
}

func (r reply) decode(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), into); err != nil {
		t.Fatalf("%s answers %s: %v", r.request, r.body, err)
	}
}

// text is a value as a query writes it; empty for null.
func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
