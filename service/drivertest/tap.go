package drivertest

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// tap is a proxy before the pod. What a filter does not handle itself, it
// passes on with next.
type tap struct {
	server *httptest.Server
	stop   chan struct{} // closed when the test ends: hanging requests end

	mu     sync.Mutex
	filter filter
	tokens map[string]bool // every session token the pod gave out
	opened map[string]bool // the sessions that are open, by path
}

type filter func(w http.ResponseWriter, r *http.Request, next http.Handler)

func newTap(t *testing.T, target string) *tap {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatalf("the URL of the fixture: %v", err)
	}
	p := &tap{stop: make(chan struct{}), tokens: map[string]bool{}, opened: map[string]bool{}}
	quiet := log.New(io.Discard, "", 0)
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // so that absolute links name the proxy
			withoutExpand(r.Out)
		},
		ModifyResponse: p.watch,
		ErrorLog:       quiet,
	}
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.current()(w, r, forward)
	}))
	p.server.Config.ErrorLog = quiet
	p.server.Start()
	t.Cleanup(func() {
		close(p.stop)
		p.server.CloseClientConnections()
		p.server.Close()
	})
	return p
}

// withoutExpand ignores $expand, as some pod managers do: the exam breaks one
// document at a time, and each has to be asked for.
func withoutExpand(r *http.Request) {
	query := r.URL.Query()
	if query.Has("$expand") {
		query.Del("$expand")
		r.URL.RawQuery = query.Encode()
	}
}

func (p *tap) url() string { return p.server.URL }

// use installs a filter; nil passes everything on.
func (p *tap) use(f filter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.filter = f
}

func (p *tap) current() filter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.filter == nil {
		return func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) }
	}
	return p.filter
}

// watch keeps account of sessions.
func (p *tap) watch(resp *http.Response) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if token := resp.Header.Get("X-Auth-Token"); token != "" {
		p.tokens[token] = true
		if at, err := resp.Location(); err == nil {
			p.opened[at.Path] = true
		}
	}
	if resp.Request.Method == http.MethodDelete && resp.StatusCode < 300 {
		delete(p.opened, resp.Request.URL.Path)
	}
	return nil
}

// secrets are the tokens that the pod gave out.
func (p *tap) secrets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for token := range p.tokens {
		all = append(all, token)
	}
	return all
}

// sessions is how many sessions were opened and not ended.
func (p *tap) sessions() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.opened)
}

// hang never answers, but notices when the driver or the test is gone.
func (p *tap) hang(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	// The server notices a closed connection only when the body was read.
	_, _ = io.Copy(io.Discard, r.Body)
	select {
	case <-r.Context().Done():
	case <-p.stop:
	}
}

// where limits a filter to some requests.
func where(matches func(*http.Request) bool, f filter) filter {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if matches(r) {
			f(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}
}

// signingIn says whether a request is part of signing in or out.
func signingIn(r *http.Request) bool { return strings.Contains(r.URL.Path, "/SessionService") }

// changing says whether a request changes something on the pod.
func changing(r *http.Request) bool { return r.Method != http.MethodGet && !signingIn(r) }

// reading says whether a request reads the machine itself.
func reading(ref string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Path == ref }
}

// answering gives every request the same answer.
func answering(status int, body string) filter {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// rewriting passes requests on and changes the bodies of good answers to GETs.
func rewriting(change func([]byte) []byte) filter {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		seen := httptest.NewRecorder()
		r.Header.Del("If-None-Match") // of the document as it was
		next.ServeHTTP(seen, r)
		body := seen.Body.Bytes()
		if r.Method == http.MethodGet && seen.Code < 300 {
			body = change(body)
		}
		for name, values := range seen.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(seen.Code)
		_, _ = w.Write(body)
	}
}

// losing passes requests on and cuts the connection before the answer.
func losing(_ http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// echoing answers with everything that the request has, the way a debugging
// page does.
func echoing(status int) filter {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		var request bytes.Buffer
		_ = r.Write(&request) // into a buffer
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, errorDocument(request.String()))
	}
}
