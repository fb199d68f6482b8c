package session

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/fault"
)

// requestID is the header that carries a request's id, both ways.
const requestID = "X-Openstack-Request-Id"

// Options are the settings of a session that do not come from the cloud.
type Options struct {
	UserAgent string
	Log       *slog.Logger
	Pauses    []time.Duration // before each retry; nil: three short ones
}

// Session sends requests to the services of a cloud. It may be used by several
// goroutines.
type Session struct {
	cloud   *cloud.Resolved
	options Options
	client  *http.Client
}

// New makes a session. Nothing is sent before the first Do.
func New(c *cloud.Resolved, o Options) *Session {
	if o.Pauses == nil {
		o.Pauses = []time.Duration{100 * time.Millisecond, 300 * time.Millisecond, 600 * time.Millisecond}
	}
	return &Session{cloud: c, options: o, client: &http.Client{Transport: transport(), CheckRedirect: sameHost}}
}

func transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return t
}

// sameHost stops a service from sending its caller, and what the caller carries,
// to somebody else.
func sameHost(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return fault.New(fault.Failed, "the service redirects to another host, %s, which is not followed", next.URL.Host)
	}
	if len(before) >= 5 {
		return fault.New(fault.Failed, "the service redirects in a circle")
	}
	return nil
}

// Close lets go of idle connections.
func (s *Session) Close() { s.client.CloseIdleConnections() }

// Do sends a request to a service of the cloud and gives its answer, whatever
// the status. The URL of the request has a path below the service's endpoint and
// perhaps a query; a scheme, a host or a way out of the endpoint is refused. GET
// and HEAD are tried again when the service cannot be reached or answers 502, 503
// or 504. Errors are those of package fault.
func (s *Session) Do(ctx context.Context, service string, req *http.Request) (*http.Response, error) {
	endpoint, err := s.cloud.Endpoint(service)
	if err != nil {
		return nil, err
	}
	target, err := join(endpoint, req.URL)
	if err != nil {
		return nil, err
	}
	out := s.prepare(ctx, req, target)
	for _, pause := range s.options.Pauses {
		resp, err := s.send(out)
		if !retriable(out, resp, err) {
			return resp, s.explain(ctx, service, endpoint, err)
		}
		if err == nil {
			_ = resp.Body.Close()
		}
		s.options.Log.Debug("retrying", "pause", pause)
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
	resp, err := s.send(out)
	return resp, s.explain(ctx, service, endpoint, err)
}

// join puts a path and a query below an endpoint.
func join(endpoint, wanted *url.URL) (*url.URL, error) {
	switch {
	case wanted.Scheme != "" || wanted.Host != "" || wanted.User != nil || wanted.Opaque != "":
		return nil, fault.New(fault.PluginFault, "a request must name a service and a path, not a host")
	case !strings.HasPrefix(wanted.Path, "/"):
		return nil, fault.New(fault.PluginFault, "the path of a request must begin with /")
	case slices.ContainsFunc(strings.FieldsFunc(wanted.Path, slash), dots):
		return nil, fault.New(fault.PluginFault, "the path of a request must not hold . or .. as a part")
	}
	u := *endpoint
	u.Path = endpoint.Path + wanted.Path
	u.RawPath = endpoint.EscapedPath() + wanted.EscapedPath()
	u.RawQuery = wanted.RawQuery
	return &u, nil
}

func slash(r rune) bool { return r == '/' || r == '\\' }

func dots(part string) bool { return part == "." || part == ".." }

// prepare makes the request that goes out. A plugin's own idea of who it is, or
// of how the connection is kept, stays behind.
func (s *Session) prepare(ctx context.Context, req *http.Request, target *url.URL) *http.Request {
	out := req.Clone(ctx)
	out.URL, out.Host, out.RequestURI = target, "", ""
	for _, name := range []string{
		"Authorization", "X-Auth-Token", "X-Service-Token", "X-Subject-Token", "Cookie", "Proxy-Authorization",
		"Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
	} {
		out.Header.Del(name)
	}
	out.Header.Set("User-Agent", s.options.UserAgent)
	out.Header.Set(requestID, "req-"+uuid.NewString())
	return out
}

func (s *Session) send(req *http.Request) (*http.Response, error) {
	begin := time.Now()
	resp, err := s.client.Do(req)
	log := s.options.Log.With("method", req.Method, "url", req.URL.Redacted(),
		"took", time.Since(begin).Round(time.Microsecond), "request_id", req.Header.Get(requestID))
	if err != nil {
		log.Debug("no answer", "reason", reason(err))
		return nil, err
	}
	log.Debug("answered", "status", resp.StatusCode)
	return resp, nil
}

// retriable tells whether a request that ended so may be sent again: it changes
// nothing, and the trouble may pass.
func retriable(req *http.Request, resp *http.Response, err error) bool {
	reads := req.Method == http.MethodGet || req.Method == http.MethodHead
	// A body is used up by the first try.
	if !reads || req.Body != nil && req.Body != http.NoBody || req.Context().Err() != nil {
		return false
	}
	if err != nil {
		return passing(err)
	}
	return resp.StatusCode == http.StatusBadGateway || resp.StatusCode == http.StatusServiceUnavailable ||
		resp.StatusCode == http.StatusGatewayTimeout
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting to try again: %w", ctx.Err())
	case <-time.After(d):
		return nil
	}
}
