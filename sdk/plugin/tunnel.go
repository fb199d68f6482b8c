package plugin

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/valence-rsd/valence/internal/wire"
)

// maxRequestBody bounds the body of a request, which crosses in one message.
const maxRequestBody = 16 << 20

// RoundTrip sends a request through the shell.
func (r *remoteShell) RoundTrip(req *http.Request) (*http.Response, error) {
	m, err := requestMessage(req)
	if err != nil {
		return nil, err
	}
	a := newAnswer()
	if err := r.register(m, a); err != nil {
		return nil, err
	}
	if err := r.send(&wire.PluginMessage{Kind: &wire.PluginMessage_Request{Request: m}}); err != nil {
		r.forget(m.Id)
		return nil, fmt.Errorf("sending a request to the shell: %w", err)
	}
	// The end of the request's context ends the answer, body included.
	stop := context.AfterFunc(req.Context(), func() { a.end(context.Cause(req.Context())) })
	if err := a.wait(); err != nil {
		stop()
		r.forget(m.Id)
		return nil, err
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, ContentLength: -1, Request: req,
		Body: &body{answer: a, forget: func() { stop(); r.forget(m.Id) }},
	}, nil
}

func requestMessage(req *http.Request) (*wire.HttpRequest, error) {
	m := &wire.HttpRequest{Service: req.URL.Host, Method: req.Method, Path: req.URL.RequestURI()}
	for name, values := range req.Header {
		for _, v := range values {
			m.Headers = append(m.Headers, &wire.Header{Name: name, Value: v})
		}
	}
	if req.Body == nil {
		return m, nil
	}
	defer func() { _ = req.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(req.Body, maxRequestBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the request's body: %w", err)
	}
	if len(data) > maxRequestBody {
		return nil, fmt.Errorf("the request's body is larger than %d bytes", maxRequestBody)
	}
	m.Body = data
	return m, nil
}

// register numbers the request and keeps its answer.
func (r *remoteShell) register(m *wire.HttpRequest, a *answer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended != nil {
		return r.ended
	}
	r.nextID++
	m.Id = r.nextID
	r.answers[m.Id] = a
	return nil
}

func (r *remoteShell) forget(id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.answers, id)
}

// answer finds the answer of a request; nobody waits for that of a request
// that was given up, so it goes to one that is thrown away.
func (r *remoteShell) answer(id uint64) *answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a, ok := r.answers[id]; ok {
		return a
	}
	return newAnswer()
}

// answer is a response as it comes in. Its body is kept until it is read: a
// reader that is slow must not hold up the answers to other requests.
type answer struct {
	mu     sync.Mutex
	change sync.Cond
	begun  bool // the next two are set
	status int
	header http.Header
	data   bytes.Buffer
	done   error // io.EOF, or why the answer broke off
}

func newAnswer() *answer {
	a := &answer{header: http.Header{}}
	a.change.L = &a.mu
	return a
}

// wait waits for the beginning of the answer.
func (a *answer) wait() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for !a.begun && a.done == nil {
		a.change.Wait()
	}
	if a.begun {
		return nil
	}
	return a.done
}

func (a *answer) begin(m *wire.HttpResponse) {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.change.Broadcast()
	if m.Failure != nil {
		a.done = failureOf(m.Failure)
		return
	}
	a.begun = true
	a.status = int(m.Status)
	for _, h := range m.Headers {
		a.header.Add(h.Name, h.Value)
	}
}

func (a *answer) add(m *wire.HttpChunk) {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.change.Broadcast()
	a.data.Write(m.Data)
	switch {
	case m.Failure != nil:
		a.done = failureOf(m.Failure)
	case m.Last:
		a.done = io.EOF
	}
}

// end ends an answer that will not be completed.
func (a *answer) end(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.change.Broadcast()
	if a.done == nil {
		a.done = err
	}
}

func failureOf(o *wire.Outcome) *Error {
	return &Error{
		Code: Code(o.Code), Message: o.Message, Hint: o.Hint,
		Status: int(o.Status), RequestID: o.RequestId,
	}
}

// body reads an answer's body.
type body struct {
	*answer
	forget func()
}

// Read waits for data.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.data.Len() == 0 && b.done == nil {
		b.change.Wait()
	}
	if b.data.Len() > 0 {
		return b.data.Read(p)
	}
	return 0, b.done
}

// Close lets go of the answer.
func (b *body) Close() error {
	b.end(http.ErrBodyReadAfterClose)
	b.forget()
	return nil
}
