package rsd

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

const (
	password = "c0rrect-horse-battery"
	nodeUUID = "6f1d9a52-0a3c-4c0e-9f52-7b0f3c1f8a01"
)

// fake is a pod manager that answers as a test says, for what the simulated
// pod does not do. Its keys are patterns of http.ServeMux.
type fake struct {
	url string

	mu  sync.Mutex
	log []string // the requests that came, as "GET /redfish/v1"
}

func startFake(t *testing.T, answers map[string]http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{}
	mux := http.NewServeMux()
	for pattern, answer := range basics() {
		if _, ok := answers[pattern]; !ok {
			mux.HandleFunc(pattern, answer)
		}
	}
	for pattern, answer := range answers {
		mux.HandleFunc(pattern, answer)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.log = append(f.log, r.Method+" "+r.URL.Path)
		f.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// basics are a pod manager without sessions and with one node.
func basics() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /redfish/v1":       reply(200, `{"Oem":{"Intel_RackScale":{"ApiVersion":"2.3.0","Nodes":{"@odata.id":"/redfish/v1/Nodes"}}}}`),
		"GET /redfish/v1/Nodes": reply(200, collectionOf("/redfish/v1/Nodes/1")),
		"GET /redfish/v1/Nodes/1": reply(200, `{"Name":"web-1","Description":"front end [valence:`+nodeUUID+`]",
			"ComposedNodeState":"Allocated","Actions":{
			"#ComposedNode.Assemble":{"target":"/redfish/v1/Nodes/1/Actions/Assemble"},
			"#ComposedNode.Reset":{"target":"/redfish/v1/Nodes/1/Actions/Reset"}}}`),
		"POST /redfish/v1/Nodes/Actions/Allocate":   reply(201, "", "Location", "/redfish/v1/Nodes/1"),
		"POST /redfish/v1/Nodes/1/Actions/Assemble": reply(204, ""),
		"POST /redfish/v1/Nodes/1/Actions/Reset":    reply(204, ""),
		"DELETE /redfish/v1/Nodes/1":                reply(204, ""),
	}
}

func collectionOf(members ...string) string {
	list := ""
	for i, m := range members {
		if i > 0 {
			list += ","
		}
		list += fmt.Sprintf(`{"@odata.id":%q}`, m)
	}
	return `{"Members":[` + list + `],"Actions":{"#ComposedNodeCollection.Allocate":{"target":"/redfish/v1/Nodes/Actions/Allocate"}}}`
}

// reply answers always the same.
func reply(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// replies answers with one after the other, and then with the last for ever.
func replies(each ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	next := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		answer := each[min(next, len(each)-1)]
		next++
		mu.Unlock()
		answer(w, r)
	}
}

// open opens the fake with the driver.
func (f *fake) open(t *testing.T, o redfish.Options) service.Pod {
	t.Helper()
	pod, err := New(o)(service.PodManager{
		UUID: "podm", Name: "pod-1", URL: f.url,
		Credentials: service.Credentials{Type: "basic", Username: "operator", Password: password},
	})
	if err != nil {
		t.Fatalf("opening the pod manager: %v", err)
	}
	t.Cleanup(func() { pod.Close() })
	return pod
}

// count is how often a request came.
func (f *fake) count(request string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, r := range f.log {
		if r == request {
			n++
		}
	}
	return n
}

func wantCode(t *testing.T, what string, err error, want service.Code) {
	t.Helper()
	if err == nil || service.CodeOf(err) != want {
		t.Errorf("%s: got the error %v, want one with code %s", what, err, want)
	}
}
