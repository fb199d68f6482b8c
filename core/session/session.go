package session

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/google/uuid"
)

// requestID is the header that carries a request's id, both ways.
const requestID = "X-Openstack-Request-Id"

// Options are the settings of a session that do not come from the cloud.
type Options struct {
	UserAgent string
	// Log gets who signed in and which endpoints are used at level info, and
	// every request and answer at level debug, as curl lines without secrets.
	Log *slog.Logger
	// Prompt asks the person for a passcode that Keystone wants although the
	// cloud does not say so. Nil where nobody can answer.
	Prompt   func(text string, secret bool) (string, error)
	Timing   *Timing         // gets how long each request took; nil: nobody asks
	CacheDir string          // of the tokens; empty: they are not cached
	Pauses   []time.Duration // before each retry; nil: three short ones
}

// Session sends requests to the services of a cloud. It may be used by several
// goroutines.
type Session struct {
	id      Identity
	options Options
	client  *http.Client
	broken  error // of the settings; told when a request is made
	cache   cache

	turn  chan struct{} // held by whoever uses what follows
	token *Token        // or nil
	fixed pass          // of a cloud without Keystone, once it is known

	secrets secrets
	told    sync.Map // endpoints that were logged
}

// Open makes a session. Nothing is sent before a request is made.
func Open(id Identity, o Options) *Session {
	if o.Pauses == nil {
		o.Pauses = []time.Duration{100 * time.Millisecond, 300 * time.Millisecond, 600 * time.Millisecond}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Session{id: id, options: o, cache: newCache(o.CacheDir, id), turn: make(chan struct{}, 1)}
	s.hide(id.secrets()...)
	s.client, s.broken = s.connect()
	if id.Problem != nil {
		s.broken = id.Problem
	}
	return s
}

// Close lets go of idle connections.
func (s *Session) Close() { s.client.CloseIdleConnections() }

// Do sends a request to a service of the cloud and gives its answer, whatever
// the status. The URL of the request has a path below the service's root and
// perhaps a query; a scheme, a host or a way out of the endpoint is refused. GET
// and HEAD are tried again when the service cannot be reached or answers 502, 503
// or 504. A token that the service refuses is replaced, once, and the request
// sent again whatever its method: it was refused before it was acted on. Errors
// are those of package fault.
func (s *Session) Do(ctx context.Context, service string, req *http.Request) (*http.Response, error) {
	settings, err := s.settings(service)
	if err != nil {
		return nil, err
	}
	p, endpoint, err := s.route(ctx, service, settings)
	if err != nil {
		return nil, err
	}
	target, err := join(endpoint, req.URL)
	if err != nil {
		return nil, err
	}
	out, err := s.prepare(ctx, req, target)
	if err != nil {
		return nil, err
	}
	p.apply(out.Header)
	resp, err := s.deliver(out, settings)
	if p.token == nil || err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, s.explain(ctx, service, endpoint, err)
	}
	discard(resp)
	token, err := s.renew(ctx, p.token)
	if err != nil {
		return nil, err
	}
	bearing(token).apply(out.Header)
	if resp, err = s.deliver(out, settings); err != nil {
		return nil, s.explain(ctx, service, endpoint, err)
	}
	return resp, forbidden(token, service, resp)
}

// Endpoint is where a service of the cloud is, without a version at the end. It
// signs in where that is needed. Errors are those of package fault.
func (s *Session) Endpoint(ctx context.Context, service string) (*url.URL, error) {
	settings, err := s.settings(service)
	if err != nil {
		return nil, err
	}
	_, endpoint, err := s.route(ctx, service, settings)
	return endpoint, err
}

// settings are what was settled about a service.
func (s *Session) settings(service string) (Service, error) {
	if s.broken != nil {
		return Service{}, s.broken
	}
	return s.id.Service(service)
}

// route gives the pass for a request and where its service is. A cached catalog
// that lacks the service may be older than the service.
func (s *Session) route(ctx context.Context, service string, settings Service) (pass, *url.URL, error) {
	p, err := s.admit(ctx)
	if err != nil {
		return pass{}, nil, err
	}
	endpoint, err := s.locate(p.token, service, settings)
	if err != nil && p.token != nil && p.token.cached {
		token, failed := s.renew(ctx, p.token)
		if failed != nil {
			return pass{}, nil, failed
		}
		p = bearing(token)
		endpoint, err = s.locate(token, service, settings)
	}
	if err != nil {
		return pass{}, nil, err
	}
	if _, told := s.told.LoadOrStore(endpoint.String(), true); !told {
		s.options.Log.Info("endpoint", "service", service, "url", endpoint.String())
	}
	return p, endpoint, nil
}

// prepare makes the request that goes out. A plugin's own idea of who it is, or
// of how the connection is kept, stays behind. The body is held in memory, for
// it may have to be sent twice.
func (s *Session) prepare(ctx context.Context, req *http.Request, target *url.URL) (*http.Request, error) {
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
	if out.Body == nil || out.Body == http.NoBody || out.GetBody != nil {
		return out, nil
	}
	data, err := io.ReadAll(out.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the body of a request: %w", err)
	}
	_ = out.Body.Close()
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	out.ContentLength = int64(len(data))
	return out, nil
}

func discard(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
	_ = resp.Body.Close()
}
