package redfish

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valence-rsd/valence/service"
)

const (
	// maxBody bounds what is read of one answer. The collection of 10,000
	// systems together with its members has about 30 MB.
	maxBody = 64 << 20
	// maxRedirects bounds how many redirects one request follows.
	maxRedirects = 3
)

// Client talks HTTP to one pod manager: it signs requests, bounds them in time
// and size, and follows what an answer asks to follow.
type Client struct {
	base        *url.URL
	credentials service.Credentials
	http        *http.Client
	timeout     time.Duration
	slow        time.Duration
	fanOut      int
	circuit     *circuit
	accept      Accept
	cache       *cache
	plainOnly   atomic.Bool // it refuses $expand, whatever it says

	// gate is a lock that can be waited for with a context, because who holds
	// it may be talking to the pod manager. It guards the fields below.
	gate  chan struct{}
	known *Entry  // nil before the entry point was read
	auth  session // how to sign in
}

func newClient(base *url.URL, credentials service.Credentials, o Options, secured *tls.Config, accept Accept) *Client {
	return &Client{
		base:        base,
		credentials: credentials,
		timeout:     o.RequestTimeout,
		slow:        o.SlowTimeout,
		fanOut:      o.FanOut,
		circuit:     newCircuit(o.RequestTimeout),
		accept:      accept,
		cache:       newCache(maxCached),
		gate:        make(chan struct{}, 1),
		http: &http.Client{
			CheckRedirect: stayOnHost,
			Transport: &http.Transport{
				TLSClientConfig:     secured,
				TLSHandshakeTimeout: 10 * time.Second,
				MaxConnsPerHost:     o.MaxConnections,
				MaxIdleConnsPerHost: o.FanOut,
				// Below what servers usually keep: a POST on a connection that
				// is just being closed fails.
				IdleConnTimeout: 20 * time.Second,
			},
		},
	}
}

// stayOnHost follows redirects of a GET within the pod manager. net/http would
// carry a session token along to any other host.
func stayOnHost(to *http.Request, via []*http.Request) error {
	from := via[len(via)-1]
	if from.Method != http.MethodGet || len(via) > maxRedirects || !sameHost(to.URL, from.URL) {
		return http.ErrUseLastResponse
	}
	return nil
}

// Request is one request to the pod manager.
type Request struct {
	Method string
	Link   string               // as the pod manager gave it
	Body   any                  // sent as JSON; nil for none
	Slow   bool                 // may work on hardware before it answers
	Means  map[int]service.Code // the statuses that mean something else than in codeOf

	IfNoneMatch string // the ETag of a document that is known already
	IfMatch     string // the ETag of the document that is to be changed
}

// Answer is an answer, read to its end.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request and gives the answer if it is a success. Its errors are
// *service.Error without the name of the pod manager and of what was being
// done.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	a, token, err := c.send(ctx, r)
	if err == nil && a.Status == http.StatusAccepted && r.Method != http.MethodGet {
		a, token, err = c.follow(ctx, a)
	}
	if err == nil && a.Status/100 != 2 && !unchanged(r, a) {
		err = c.refusal(r, a, token)
	}
	return a, err
}

// exchange sends a request, signed with the token or, without one, with the
// credentials, and reads the answer. A GET that is told to come back later does
// so once.
func (c *Client) exchange(ctx context.Context, r Request, token string) (Answer, error) {
	a, err := c.once(ctx, r, token)
	if err != nil || a.Status != http.StatusServiceUnavailable || r.Method != http.MethodGet {
		return a, err
	}
	wait, ok := retryAfter(a.Header)
	if !ok {
		return a, nil
	}
	if err := c.sleep(ctx, wait); err != nil {
		return Answer{}, err
	}
	return c.once(ctx, r, token)
}

func (c *Client) once(ctx context.Context, r Request, token string) (Answer, error) {
	if r.Slow {
		return c.circuit.slow(func() (Answer, error) { return c.roundTrip(ctx, r, token, c.slow) })
	}
	return c.circuit.quick(func() (Answer, error) { return c.roundTrip(ctx, r, token, c.timeout) })
}

// roundTrip makes a request that may take so long. Where it is the request's own
// time that is over, and not that of the caller, the pod manager is silent.
func (c *Client) roundTrip(ctx context.Context, r Request, token string, limit time.Duration) (Answer, error) {
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	a, err := c.transfer(bounded, r, token)
	if err != nil && service.CodeOf(err) == service.Timeout && ctx.Err() == nil {
		return a, unanswered(limit, err)
	}
	return a, err
}

func (c *Client) transfer(ctx context.Context, r Request, token string) (Answer, error) {
	req, err := c.newRequest(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	c.sign(req, token)
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, c.broken(ctx, err, token)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return Answer{}, c.broken(ctx, err, token)
	}
	if len(body) > maxBody {
		return Answer{}, service.Errorf(service.PodFailed, "its answer is larger than %d bytes", maxBody)
	}
	return Answer{resp.StatusCode, resp.Header, body}, nil
}

func (c *Client) newRequest(ctx context.Context, r Request) (*http.Request, error) {
	to, err := c.resolve(r.Link)
	if err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		if body, err = json.Marshal(r.Body); err != nil {
			return nil, fmt.Errorf("encoding a request: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, to.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("OData-Version", "4.0")
	if r.IfNoneMatch != "" {
		req.Header.Set("If-None-Match", r.IfNoneMatch)
	}
	if r.IfMatch != "" {
		req.Header.Set("If-Match", r.IfMatch)
	}
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// resolve makes a link absolute. A link to another host is refused: the
// credentials are for this one only.
func (c *Client) resolve(link string) (*url.URL, error) {
	to, err := c.base.Parse(link)
	switch {
	case link == "":
		return nil, service.Errorf(service.PodFailed, "a link is missing in its answer")
	case err != nil:
		return nil, service.Errorf(service.PodFailed, "a link in its answer is not a URL")
	case !sameHost(to, c.base):
		return nil, service.Errorf(service.PodFailed, "a link in its answer leads to another host (%s)", c.scrub(to.Host, ""))
	}
	to.User, to.Fragment, to.RawFragment = nil, "", ""
	return to, nil
}

// Location gives the path in a Location header. The host in it does not count:
// up to 2.3 it is what the pod manager calls itself, which need not be the
// address that it is reached by.
func (c *Client) Location(h http.Header) string {
	to, err := c.base.Parse(h.Get("Location"))
	if h.Get("Location") == "" || err != nil || to.Opaque != "" {
		return ""
	}
	return to.RequestURI()
}

// Ref gives the path that a link leads to, without a slash at its end, so that
// Allocate and Find give the same for one machine.
func (c *Client) Ref(link string) (string, error) {
	to, err := c.resolve(link)
	if err != nil {
		return "", err
	}
	path := strings.TrimRight(to.EscapedPath(), "/")
	if path == "" {
		return "", service.Errorf(service.PodFailed, "a link in its answer leads nowhere")
	}
	return path, nil
}

func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

// GetTagged reads a document, and gives what its headers say of it.
func GetTagged[T any](ctx context.Context, c *Client, link string, means map[int]service.Code) (T, http.Header, error) {
	a, err := c.Do(ctx, Request{Method: http.MethodGet, Link: link, Means: means})
	if err != nil {
		var none T
		return none, a.Header, err
	}
	doc, err := Decode[T](a.Body)
	return doc, a.Header, err
}

// Get reads a document.
func Get[T any](ctx context.Context, c *Client, link string, means map[int]service.Code) (T, error) {
	doc, _, err := GetTagged[T](ctx, c, link, means)
	return doc, err
}
