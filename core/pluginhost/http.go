package pluginhost

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

// chunkSize is how much of a response's body crosses in one message.
const chunkSize = 64 << 10

// secret are the headers that never cross, in either direction: a plugin
// neither gets a credential nor sets one.
var secret = []string{"Authorization", "Cookie", "Set-Cookie", "X-Auth-Token", "X-Subject-Token", "Proxy-Authorization"}

// serve answers one request of the plugin. That the stream has ended meanwhile
// is noticed elsewhere.
func (j *job) serve(m *wire.HttpRequest) {
	defer j.pending.Add(-1)
	resp, err := j.do(m)
	if err != nil {
		_ = j.send(&wire.ShellMessage{Kind: &wire.ShellMessage_Response{
			Response: &wire.HttpResponse{Id: m.Id, Failure: failure(err)},
		}})
		return
	}
	defer func() { _ = resp.Body.Close() }()
	head := &wire.HttpResponse{Id: m.Id, Status: int32(resp.StatusCode), Headers: headers(resp.Header)}
	if j.send(&wire.ShellMessage{Kind: &wire.ShellMessage_Response{Response: head}}) == nil {
		j.copyBody(m.Id, resp.Body)
	}
}

// do sends the request, once it is sure that the plugin may.
func (j *job) do(m *wire.HttpRequest) (*http.Response, error) {
	if !slices.Contains(j.services, m.Service) {
		return nil, j.refused("asked for the service %s, which its manifest does not name", m.Service)
	}
	u, err := url.ParseRequestURI(m.Path)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return nil, j.refused("asked for %s, which is not a path", m.Path)
	}
	req, err := http.NewRequestWithContext(j.ctx, m.Method, "/", bytes.NewReader(m.Body))
	if err != nil {
		return nil, j.refused("sent a request with the method %s", m.Method)
	}
	req.URL = u
	for _, h := range m.Headers {
		if !slices.Contains(secret, http.CanonicalHeaderKey(h.Name)) {
			req.Header.Add(h.Name, h.Value)
		}
	}
	return j.Do(j.ctx, m.Service, req)
}

// refused is the answer to a request that the plugin may not make.
func (j *job) refused(format, what string) error {
	e := j.fault(format, quoted(what))
	e.Code = fault.Denied
	return e
}

func headers(h http.Header) []*wire.Header {
	var out []*wire.Header
	for name, values := range h {
		if slices.Contains(secret, name) {
			continue
		}
		for _, v := range values {
			out = append(out, &wire.Header{Name: name, Value: v})
		}
	}
	return out
}

// copyBody sends the body in chunks; the last says how it ended.
func (j *job) copyBody(id uint64, body io.Reader) {
	buf := make([]byte, chunkSize)
	for {
		n, err := body.Read(buf)
		chunk := &wire.HttpChunk{Id: id, Data: buf[:n], Last: err != nil}
		if err != nil && !errors.Is(err, io.EOF) {
			chunk.Failure = failure(err)
		}
		sent := j.send(&wire.ShellMessage{Kind: &wire.ShellMessage_Chunk{Chunk: chunk}})
		if err != nil || sent != nil {
			return
		}
	}
}

func failure(err error) *wire.Outcome {
	e := fault.Of(err)
	return &wire.Outcome{
		Code: string(e.Code), Message: e.Message, Hint: e.Hint,
		Status: int32(e.Status), RequestId: e.RequestID,
	}
}
