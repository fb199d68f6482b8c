package redfish

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// server is a Redfish service that answers as a test says, and counts. Its keys
// are patterns of http.ServeMux.
type server struct {
	url string

	mu  sync.Mutex
	log []string // the requests that came, as "GET /redfish/v1"
}

func serve(t *testing.T, answers map[string]http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	mux := http.NewServeMux()
	for pattern, answer := range answers {
		mux.HandleFunc(pattern, answer)
	}
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.log = append(s.log, r.Method+" "+r.URL.RequestURI())
		s.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(listening.Close)
	s.url = listening.URL
	return s
}

// open opens the service as a driver would that takes any.
func (s *server) open(t *testing.T, o Options) Pod {
	t.Helper()
	pod, err := Open(service.PodManager{
		UUID: "podm", Name: "pod-1", URL: s.url,
		Credentials: service.Credentials{Type: "basic", Username: "operator", Password: password},
	}, o, func([]byte) (any, error) { return nil, nil })
	if err != nil {
		t.Fatalf("opening the pod manager: %v", err)
	}
	t.Cleanup(func() { pod.Close() })
	return pod
}

// requests gives what came since it was last called.
func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.log
	s.log = nil
	return all
}

// count is how often a request came.
func (s *server) count(request string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.log {
		if r == request {
			n++
		}
	}
	return n
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

const manySystems = 5

// systemAt is a system without parts.
func systemAt(i int) string {
	return fmt.Sprintf(`{"@odata.id":"/redfish/v1/Systems/%d","@odata.type":"#ComputerSystem.v1_20_0.ComputerSystem","Id":"%d","Name":"system %d"}`, i, i, i)
}
