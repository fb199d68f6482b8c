package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

type effectKey struct{}

// EffectOn tells a handler that what this request starts shall fail (Fail) or never end (Stick); otherwise it returns
// nothing that a handler need look at.
func EffectOn(ctx context.Context) Effect {
	effect, _ := ctx.Value(effectKey{}).(Effect)
	return effect
}

// Serve answers a request by next, with what the rules do to it. refuse answers a status in the words of the dialect.
// It panics with http.ErrAbortHandler to cut a connection, as net/http wants it.
func (s *Set) Serve(w http.ResponseWriter, r *http.Request, next http.Handler, refuse func(w http.ResponseWriter, status int)) {
	rule := s.choose(r.Method, r.URL.Path)
	s.wait(r, time.Duration(rule.Delay))
	switch rule.Effect {
	case Status:
		refuse(w, rule.Status)
	case DropBefore:
		panic(http.ErrAbortHandler)
	case Hang:
		s.hang(r)
	case DropAfter:
		next.ServeHTTP(newRecorder(), r)
		panic(http.ErrAbortHandler)
	case Truncate, WrongShape, NotJSON:
		recorded := newRecorder()
		next.ServeHTTP(recorded, r)
		recorded.send(w, spoil(rule.Effect, recorded.body.Bytes()))
	default:
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), effectKey{}, rule.Effect)))
	}
}

// wait ends early when the client leaves or the set is closed.
func (s *Set) wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-s.closed:
	}
}

// hang reads the body first: net/http notices that a client has left only after that.
func (s *Set) hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	select {
	case <-r.Context().Done():
	case <-s.closed:
	}
	panic(http.ErrAbortHandler)
}

// recorder keeps an answer back.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: http.StatusOK} }

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// send answers with another body.
func (r *recorder) send(w http.ResponseWriter, body []byte) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	if len(body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(r.status)
	// The client may have gone; there is nobody left to tell.
	_, _ = w.Write(body)
}

// spoil makes a bad body of a good one. An empty one stays: there is nothing to spoil.
func spoil(effect Effect, body []byte) []byte {
	switch {
	case len(body) == 0:
		return body
	case effect == Truncate:
		return body[:len(body)/2]
	case effect == NotJSON:
		return []byte("<html><body>Please sign in</body></html>\n")
	}
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return []byte("7\n")
	}
	for name, value := range object {
		object[name] = otherType(value)
	}
	wrong, err := json.Marshal(object)
	if err != nil {
		return []byte("7\n")
	}
	return wrong
}

// otherType replaces a value by one that nobody takes for it.
func otherType(value any) any {
	switch value.(type) {
	case map[string]any:
		return []any{true}
	case []any:
		return map[string]any{"0": nil}
	case string, nil:
		return 7
	}
	return "seven"
}
