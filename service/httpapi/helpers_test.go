package httpapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// notFound is the title of a 404 for something that is not stored.
const notFound = "Resource could not be found"

// reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// call sends one request. A body makes it JSON; headers come in pairs.
func call(t *testing.T, method, url, body string, headers ...string) reply {
	t.Helper()
	got, err := try(t, method, url, body, headers...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return got
}

func try(t *testing.T, method, url, body string, headers ...string) (reply, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(text)}, err
}

// object decodes an answer that must be a JSON object with this status.
func (r reply) object(t *testing.T, status int) map[string]any {
	t.Helper()
	var object map[string]any
	r.decode(t, status, &object)
	return object
}

// objects decodes an answer that must be an array of objects with status 200.
func (r reply) objects(t *testing.T) []map[string]any {
	t.Helper()
	var objects []map[string]any
	r.decode(t, http.StatusOK, &objects)
	return objects
}

func (r reply) decode(t *testing.T, status int, into any) {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	if got := r.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %q", got)
	}
	if err := json.Unmarshal([]byte(r.body), into); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

// failure checks that an answer is an error document, all five keys and no
// other, that agrees with the status and the request id in the header.
func (r reply) failure(t *testing.T, status int, title, detail string) {
	t.Helper()
	want := map[string]any{
		"request_id": r.header.Get("X-Openstack-Request-Id"),
		"status":     float64(status),
		"code":       http.StatusText(status),
		"title":      title,
		"detail":     detail,
	}
	if diff := cmp.Diff(want, r.object(t, status)); diff != "" {
		t.Errorf("error document (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(r.header.Get("X-Openstack-Request-Id"), "req-") {
		t.Errorf("the request id is %q", r.header.Get("X-Openstack-Request-Id"))
	}
}

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// lines gives the lines of the log that contain text.
func (l *logBuffer) lines(text string) []string {
	var found []string
	for line := range strings.Lines(l.String()) {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}
