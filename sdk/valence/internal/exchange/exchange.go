// Package exchange plays recorded HTTP exchanges to the tests and examples of
// the client library: the requests have to come as written and in order, and
// each gets its literal answer over a real socket. It must not know any
// resource, and nothing but tests may import it.
package exchange

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence"
)

// Exchange is one request and its answer.
type Exchange struct {
	Method string
	URI    string // path and query
	Body   string // the exact body of the request

	Status int         // zero stands for 200
	Header http.Header // of the answer; the content type is JSON unless set
	Answer string
}

// Server plays a list of exchanges, once.
type Server struct {
	Client *gophercloud.ServiceClient

	http *httptest.Server

	mu       sync.Mutex
	left     []Exchange
	seen     []http.Header
	problems []string
}

// Serve starts a server on a port of its own. It is for examples, which have no
// testing.T; their output shows whether all went well.
func Serve(exchanges ...Exchange) *Server {
	s := &Server{left: exchanges}
	s.http = httptest.NewServer(s)
	client, err := valence.NewClient(s.http.URL, nil)
	if err != nil {
		panic(err) // the server's own URL is good
	}
	s.Client = client
	return s
}

// Test starts a server that fails the test for every request that did not come
// as written, and for every one that did not come at all.
func Test(t *testing.T, exchanges ...Exchange) *Server {
	s := Serve(exchanges...)
	t.Cleanup(func() {
		s.Close()
		for _, problem := range s.problems {
			t.Error(problem)
		}
		for _, missing := range s.left {
			t.Errorf("request never came: %s %s", missing.Method, missing.URI)
		}
	})
	return s
}

// Close stops the server.
func (s *Server) Close() { s.http.Close() }

// Seen gives the headers of the requests so far.
func (s *Server) Seen() []http.Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	got := Exchange{Method: r.Method, URI: r.URL.RequestURI(), Body: string(body)}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r.Header.Clone())
	if err != nil || len(s.left) == 0 {
		s.refuse(w, fmt.Sprintf("unexpected request: %s %s %s (%v)", got.Method, got.URI, got.Body, err))
		return
	}
	want := s.left[0]
	s.left = s.left[1:]
	if got.Method != want.Method || got.URI != want.URI || got.Body != want.Body {
		s.refuse(w, fmt.Sprintf("request differs:\n got %s %s %s\nwant %s %s %s",
			got.Method, got.URI, got.Body, want.Method, want.URI, want.Body))
		return
	}
	want.answer(w)
}

func (s *Server) refuse(w http.ResponseWriter, problem string) {
	s.problems = append(s.problems, problem)
	http.Error(w, problem, http.StatusTeapot)
}

func (e Exchange) answer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	for name, values := range e.Header {
		w.Header()[name] = values
	}
	if e.Status != 0 {
		w.WriteHeader(e.Status)
	}
	_, _ = io.WriteString(w, e.Answer) // a client that went away needs no answer
}
