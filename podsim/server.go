package podsim

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// maxURI is the longest request line the pod manager reads.
const maxURI = 8000

// handler answers one method of one URI. An error is written as a Redfish error document, so a handler that
// returns one must not have written anything.
type handler func(w http.ResponseWriter, r *http.Request) error

// methods are what a URI can do.
type methods map[string]handler

type faultKey struct{}

// ServeHTTP answers one request. Faults come before anything else, but never to the control endpoint: it is how they
// end.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	s.clock.Sleep(s.opts.Latency)
	r = trimSlash(r)
	watched := &watchedWriter{ResponseWriter: w}
	defer func() {
		s.log.DebugContext(r.Context(), "answered", "method", r.Method, "path", r.URL.Path,
			"status", watched.status, "dropped", watched.status == 0 || watched.muted, "took", time.Since(start))
	}()
	if strings.HasPrefix(r.URL.Path, controlRoot) {
		s.serveControl(watched, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		defer s.keeper.touch() // also when the answer is lost
	}
	s.faults.Serve(watched, r, http.HandlerFunc(s.serveRequest), s.answerFault)
	if watched.muted {
		panic(http.ErrAbortHandler)
	}
}

// serveRequest answers a request that no rule kept from being answered, with what the Fault function does to it.
func (s *Simulator) serveRequest(w http.ResponseWriter, r *http.Request) {
	var fault Fault
	if s.opts.Fault != nil {
		fault = s.opts.Fault(r)
	}
	if watched, ok := w.(*watchedWriter); ok {
		watched.muted = fault.Drop
	}
	if fault.Status != 0 {
		s.answerFault(w, fault.Status)
		return
	}
	s.answer(w, r.WithContext(context.WithValue(r.Context(), faultKey{}, fault)))
}

// trimSlash makes /redfish/v1/ and /redfish/v1 the same.
func trimSlash(r *http.Request) *http.Request {
	if len(r.URL.Path) < 2 || !strings.HasSuffix(r.URL.Path, "/") {
		return r
	}
	trimmed, u := *r, *r.URL
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	trimmed.URL = &u
	return &trimmed
}

// watchedWriter remembers the status for the log. A muted one keeps everything from the client, for the lost answer.
type watchedWriter struct {
	http.ResponseWriter
	status int
	muted  bool
}

func (w *watchedWriter) WriteHeader(code int) {
	w.status = code
	if !w.muted {
		w.ResponseWriter.WriteHeader(code)
	}
}

func (w *watchedWriter) Write(b []byte) (int, error) {
	if w.muted {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// answerFault answers a status in the words of the first problem that has it, or of an internal error.
func (s *Simulator) answerFault(w http.ResponseWriter, status int) {
	a := s.dialect.answers[internalError]
	for p := internalError; p <= serviceUnavailable; p++ {
		if s.dialect.answers[p].status == status {
			a = s.dialect.answers[p]
			break
		}
	}
	writeJSON(w, status, s.dialect.newErrorBody(a.code, a.message, []string{"A fault was asked for"}))
}

// answer checks a request in the order of the pod manager: its form, then who sends it, then what it wants.
func (s *Simulator) answer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("OData-Version", "4.0")
	if s.dialect.cacheControl {
		w.Header().Set("Cache-Control", "max-age=0")
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	switch {
	case len(r.RequestURI) > maxURI:
		s.writeError(w, r, refuse(uriTooLong))
	case !acceptsJSON(r.Header.Get("Accept")):
		s.writeError(w, r, refuse(badAccept))
	case !s.open(r) && !s.signedIn(r):
		s.writeError(w, r, refuse(notSignedIn))
	case s.dialect.queries && r.Method == http.MethodGet && asksProtocol(r):
		s.query(w, r)
	default:
		s.lens(w, r, s.mux)
	}
}

// asksProtocol tells whether a request has a query of the protocol, such as $filter.
func asksProtocol(r *http.Request) bool {
	for name := range r.URL.Query() {
		if strings.HasPrefix(name, "$") {
			return true
		}
	}
	return false
}

func acceptsJSON(accept string) bool {
	if accept == "" {
		return true
	}
	for part := range strings.SplitSeq(accept, ",") {
		media, _, _ := strings.Cut(part, ";")
		switch strings.ToLower(strings.TrimSpace(media)) {
		case "*/*", "application/*", "application/json":
			return true
		}
	}
	return false
}

// open tells whether a request needs no credentials: reading the root, and signing in.
func (s *Simulator) open(r *http.Request) bool {
	switch r.URL.Path {
	case "/redfish", rootURI, odataURI:
		return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	case sessionsURI:
		return r.Method == http.MethodPost && s.dialect.sessions
	}
	return false
}

func (s *Simulator) signedIn(r *http.Request) bool {
	if token := r.Header.Get("X-Auth-Token"); token != "" && s.dialect.sessions {
		return s.sessions.touch(token)
	}
	name, password, ok := r.BasicAuth()
	return ok && s.knows(name, password)
}

// knows compares in constant time. Hashing first hides the lengths.
func (s *Simulator) knows(name, password string) bool {
	return sameSecret(name, s.opts.Username)&sameSecret(password, s.opts.Password) == 1
}

func sameSecret(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}

// handle makes a URI answer its methods; others are refused, and OPTIONS lists them.
func (s *Simulator) handle(mux *http.ServeMux, path string, m methods) {
	if get, ok := m[http.MethodGet]; ok {
		m[http.MethodHead] = get
	}
	_, readable := m[http.MethodGet]
	isAction := strings.Contains(path, "/Actions/") && !readable
	allow := strings.Join(append(slices.Sorted(maps.Keys(m)), http.MethodOptions), ", ")
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		h, ok := m[r.Method]
		switch {
		case r.Method == http.MethodOptions:
			w.Header().Set("Allow", allow)
			w.WriteHeader(http.StatusOK)
		case !ok:
			w.Header().Set("Allow", allow)
			wrong := methodNotAllowed
			if isAction && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
				wrong = actionRead
			}
			s.writeError(w, r, refuse(wrong))
		default:
			if err := h(w, r); err != nil {
				s.writeError(w, r, err)
			}
		}
	})
}

// location is where a new resource is, in the form of the dialect.
func (s *Simulator) location(r *http.Request, uri string) string {
	if !s.dialect.absoluteLocation {
		return uri
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s%s", scheme, r.Host, uri)
}
