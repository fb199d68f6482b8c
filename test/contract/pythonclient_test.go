package contract_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

// python is the Python client on the wire, one connection kept alive: the
// bytes that it sends (contract 7.2), and what it makes of the answers (7.3).
type python struct {
	t      *testing.T
	host   string
	conn   net.Conn
	reader *bufio.Reader
}

func startPython(t *testing.T, w *world) *python {
	t.Helper()
	host := strings.TrimPrefix(w.URL, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return &python{t, host, conn, bufio.NewReader(conn)}
}

// send sends exactly what the client sends, and gives the answer.
func (p *python) send(requestLine, body string) (*http.Response, []byte) {
	p.t.Helper()
	raw := requestLine + " HTTP/1.1\r\n" +
		"Host: " + p.host + "\r\n" +
		"User-agent: python-valenceclient\r\n" +
		"Accept: application/json\r\n" +
		"Content-Type: application/json\r\n" +
		fmt.Sprintf("Content-Length: %d\r\n", len(body)) +
		"Accept-Encoding: gzip, deflate\r\n" +
		"Connection: keep-alive\r\n\r\n" + body
	if _, err := io.WriteString(p.conn, raw); err != nil {
		p.t.Fatal(err)
	}
	request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		p.t.Fatal(err)
	}
	response, err := http.ReadResponse(p.reader, request)
	if err != nil {
		p.t.Fatalf("%s: %v", requestLine, err)
	}
	got, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := recorded.check(p.t, p.t.Name(), request, []byte(body), response, got); err != nil {
		p.t.Errorf("%s: %s\n%v", requestLine, got, err)
	}
	if response.Close || response.Header.Get("Content-Encoding") != "" {
		p.t.Errorf("%s: the head is %v", requestLine, response.Header)
	}
	return response, got
}

// succeeds gives what the client makes of an answer that is no error.
func (p *python) succeeds(requestLine, body string, into any) {
	p.t.Helper()
	response, got := p.send(requestLine, body)
	if response.StatusCode >= 400 || !strings.Contains(response.Header.Get("Content-Type"), "application/json") {
		p.t.Fatalf("%s: %s %s", requestLine, response.Status, got)
	}
	if err := json.NewDecoder(bytes.NewReader(got)).Decode(into); err != nil {
		p.t.Fatalf("%s: %s: %v", requestLine, got, err)
	}
}

// fails gives the line that the client shows for an error.
func (p *python) fails(requestLine, body string) string {
	p.t.Helper()
	response, got := p.send(requestLine, body)
	var document struct{ Detail *string }
	if err := json.Unmarshal(got, &document); err != nil || document.Detail == nil || response.StatusCode < 400 {
		p.t.Fatalf("%s: %s %s: %v", requestLine, response.Status, got, err)
	}
	return fmt.Sprintf("%s (HTTP %d)", *document.Detail, response.StatusCode)
}

// The four commands of the Python client work as they always did, and so do
// their failures.
func TestPythonClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := w.StartPod(podsim.Options{Username: "svc-valence", Password: "s3cret-Pa55"})
	p := startPython(t, w)
	create := `{"name": "row4-podm", "url": "` + pod.URL + `", "driver": "redfishv1", "authentication": ` +
		`[{"type": "basic", "auth_items": {"username": "svc-valence", "password": "s3cret-Pa55"}}]}`

	var list []map[string]any
	p.succeeds("GET /v1/pod_managers", "{}", &list)
	if len(list) != 0 {
		t.Errorf("at first there are %v", list)
	}
	var created, shown map[string]any
	p.succeeds("POST /v1/pod_managers", create, &created)
	id := text(created["uuid"])
	p.succeeds("GET /v1/pod_managers/"+id, "{}", &shown)
	p.succeeds("GET /v1/pod_managers", "{}", &list)
	if diff := cmp.Diff([]map[string]any{created, created}, append(list, shown)); diff != "" {
		t.Errorf("create, list and show differ:\n%s", diff)
	}
	for _, column := range []string{"uuid", "name", "url", "driver", "status", "created_at", "updated_at"} {
		if value, ok := created[column].(string); !ok || value == "" {
			t.Errorf("the column %s is %v", column, created[column])
		}
	}
	if created["status"] != "Online" || created["url"] != pod.URL || created["driver"] != "redfishv1" {
		t.Errorf("created %v", created)
	}

	if got := p.fails("POST /v1/pod_managers", create); !strings.Contains(got, "row4-podm") || !strings.HasSuffix(got, " (HTTP 409)") {
		t.Errorf("creating it twice shows %q", got)
	}
	if got := p.fails("POST /v1/pod_managers", strings.Replace(create, `"name": "row4-podm", `, "", 1)); got != "name is missing (HTTP 400)" {
		t.Errorf("creating one without a name shows %q", got)
	}
	var confirmation map[string]any
	p.succeeds("DELETE /v1/pod_managers/"+id, "{}", &confirmation)
	if confirmation["detail"] != "DELETED" || confirmation["code"] != "" {
		t.Errorf("deleting gives %v", confirmation)
	}
	for _, request := range []string{"DELETE", "GET"} {
		if got := p.fails(request+" /v1/pod_managers/"+id, "{}"); !strings.Contains(got, id) || !strings.HasSuffix(got, " (HTTP 404)") {
			t.Errorf("%s of what is gone shows %q", request, got)
		}
	}
}
