package chaos

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
)

// balancer spreads requests over the replicas, each request to the next one. A
// replica that takes no connection is passed over; an answer that breaks off is
// 502, as with any balancer.
type balancer struct {
	*httptest.Server
	transport *http.Transport
	turn      atomic.Uint64
	arrived   atomic.Int64

	mu    sync.Mutex
	hosts []string // of the replicas; empty while one is known to be down
}

func newBalancer(replicas int) *balancer {
	b := &balancer{transport: &http.Transport{MaxIdleConnsPerHost: 64}, hosts: make([]string, replicas)}
	b.Server = httptest.NewServer(&httputil.ReverseProxy{
		Transport: b,
		Rewrite:   func(r *httputil.ProxyRequest) { r.Out.URL.Scheme = "http" },
		ErrorLog:  slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	})
	return b
}

// set says where a replica is; the empty URL is nowhere.
func (b *balancer) set(i int, base string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hosts[i] = ""
	if u, err := url.Parse(base); err == nil {
		b.hosts[i] = u.Host
	}
}

// upstream gives the replicas in the order in which to try them.
func (b *balancer) upstream() []string {
	first := int(b.turn.Add(1))
	b.mu.Lock()
	defer b.mu.Unlock()
	var order []string
	for i := range b.hosts {
		if host := b.hosts[(first+i)%len(b.hosts)]; host != "" {
			order = append(order, host)
		}
	}
	return order
}

// RoundTrip implements http.RoundTripper.
func (b *balancer) RoundTrip(req *http.Request) (*http.Response, error) {
	b.arrived.Add(1)
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	err := errors.New("no replica is up")
	for _, host := range b.upstream() {
		out := req.Clone(req.Context())
		out.URL.Host = host
		if len(body) > 0 {
			out.Body = io.NopCloser(bytes.NewReader(body))
		}
		var resp *http.Response
		resp, err = b.transport.RoundTrip(out)
		var op *net.OpError
		if dialled := errors.As(err, &op) && op.Op == "dial"; !dialled {
			return resp, err
		}
	}
	return nil, err
}

func (b *balancer) close() {
	b.Server.Close()
	b.transport.CloseIdleConnections()
}
