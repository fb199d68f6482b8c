package session

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
)

// shown is how much of a body is logged.
const shown = 64 << 10

// recorder times and logs every request that goes over the wire: the signing
// in, the retries and the redirects too.
type recorder struct {
	session *Session
	next    http.RoundTripper
}

// CloseIdleConnections is for http.Client.
func (r *recorder) CloseIdleConnections() {
	if c, ok := r.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip sends a request.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	begin := time.Now()
	logging := r.session.options.Log.Enabled(req.Context(), slog.LevelDebug)
	if logging {
		r.log("REQ: " + r.session.curl(req))
	}
	if aboutToken(req) {
		// Asking twice for a token does no harm. With this header, which is not
		// sent, net/http does so when a kept connection turns out to be closed.
		req = req.Clone(req.Context())
		req.Header["Idempotency-Key"] = nil
	}
	resp, err := r.next.RoundTrip(req)
	timed := Timed{Method: req.Method, URL: r.session.scrub(maskedURL(req.URL))}
	if err != nil {
		timed.Took = time.Since(begin)
		r.session.options.Timing.add(timed)
		if logging {
			r.log(fmt.Sprintf("no answer to %s %s: %s", req.Method, timed.URL, reason(err)))
		}
		return nil, err
	}
	b := &body{ReadCloser: resp.Body}
	b.end = func() {
		timed.Took = time.Since(begin)
		r.session.options.Timing.add(timed)
		if logging && b.size > 0 {
			r.log("RESP BODY: " + r.text(req, b))
		}
	}
	if logging {
		b.keep = &bytes.Buffer{}
		r.log(fmt.Sprintf("RESP: [%d] %s", resp.StatusCode, headers(resp.Header, func(k, v string) string { return k + ": " + v })))
	}
	resp.Body = b
	return resp, nil
}

func (r *recorder) log(text string) { r.session.options.Log.Debug(r.session.scrub(text)) }

// text is a body as it may be shown: JSON, whole, and not that of a token.
func (r *recorder) text(req *http.Request, b *body) string {
	if aboutToken(req) {
		return "(of a token, not shown)"
	}
	if text, ok := maskedJSON(b.keep.Bytes()); ok && b.size == int64(b.keep.Len()) {
		return text
	}
	return fmt.Sprintf("(%d bytes, not shown)", b.size)
}

func aboutToken(req *http.Request) bool { return strings.HasSuffix(req.URL.Path, "/auth/tokens") }

// curl is the command that would send the request, but for the secrets.
func (s *Session) curl(req *http.Request) string {
	parts := []string{"curl -g -i"}
	if s.id.TLS.Insecure {
		parts = append(parts, "--insecure")
	}
	for _, o := range [][2]string{{"--cacert", s.id.TLS.CA}, {"--cert", s.id.TLS.Cert}, {"--key", s.id.TLS.Key}} {
		if o[1] != "" {
			parts = append(parts, o[0]+" "+quoted(o[1]))
		}
	}
	parts = append(parts, "-X "+req.Method, quoted(maskedURL(req.URL)))
	if all := headers(req.Header, func(k, v string) string { return "-H " + quoted(k+": "+v) }); all != "" {
		parts = append(parts, all)
	}
	if req.GetBody != nil && !aboutToken(req) {
		if text := sent(req); text != "" {
			parts = append(parts, "-d "+quoted(text))
		}
	}
	return strings.Join(parts, " ")
}

// sent is the body of a request as it may be shown.
func sent(req *http.Request) string {
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(io.LimitReader(body, shown))
	if err != nil || len(data) == 0 {
		return ""
	}
	text, ok := maskedJSON(data)
	if !ok {
		return fmt.Sprintf("(%d bytes, not shown)", req.ContentLength)
	}
	return text
}

// headers are all headers in the order of their names. Of a token a hash is
// shown, as openstackclient does. It shows one of a password too, which can be
// guessed; here it is masked.
func headers(h http.Header, format func(key, value string) string) string {
	var parts []string
	for key, values := range h {
		value := strings.Join(values, ", ")
		switch {
		case slices.Contains([]string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"}, key):
			value = masked
		case sensitive(key), key == receiptHeader:
			value = "{SHA256}" + hash(value)
		}
		parts = append(parts, format(key, value))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// quoted is an argument for a POSIX shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// body watches an answer being read: its end is the end of the request, and its
// beginning is kept for the log.
type body struct {
	io.ReadCloser
	end  func() // once
	keep *bytes.Buffer
	size int64
	over bool
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.size += int64(n)
	if b.keep != nil {
		b.keep.Write(p[:min(n, shown-b.keep.Len())])
	}
	if err != nil {
		b.finish()
	}
	return n, err
}

func (b *body) Close() error {
	b.finish()
	return b.ReadCloser.Close()
}

func (b *body) finish() {
	if !b.over {
		b.over = true
		b.end()
	}
}
