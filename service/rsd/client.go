package rsd

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
	"time"

	"github.com/valence-rsd/valence/service"
)

const (
	// fanOut bounds how many connections one call uses.
	fanOut = 8
	// maxBody bounds what is read of one answer. The collection of 100,000
	// nodes has about 5 MB.
	maxBody = 16 << 20
	// maxRedirects bounds how many redirects one request follows.
	maxRedirects = 3
)

// client talks HTTP to one pod manager: it signs requests, bounds them in time
// and size, and follows what an answer asks to follow.
type client struct {
	base        *url.URL
	credentials service.Credentials
	http        *http.Client
	timeout     time.Duration
	slow        time.Duration

	// gate is a lock that can be waited for with a context, because who holds
	// it may be talking to the pod manager. It guards the fields below.
	gate  chan struct{}
	entry *entry  // nil before the entry point was read
	auth  session // how to sign in
}

func newClient(base *url.URL, credentials service.Credentials, o Options, secured *tls.Config) *client {
	return &client{
		base:        base,
		credentials: credentials,
		timeout:     o.RequestTimeout,
		slow:        o.SlowTimeout,
		gate:        make(chan struct{}, 1),
		http: &http.Client{
			CheckRedirect: stayOnHost,
			Transport: &http.Transport{
				TLSClientConfig:     secured,
				TLSHandshakeTimeout: 10 * time.Second,
				MaxConnsPerHost:     o.MaxConnections,
				MaxIdleConnsPerHost: fanOut,
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

// request is one request to the pod manager.
type request struct {
	method string
	link   string               // as the pod manager gave it
	body   any                  // sent as JSON; nil for none
	slow   bool                 // may work on hardware before it answers
	means  map[int]service.Code // the statuses that mean something else than in codeOf
}

// answer is an answer, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request and gives the answer if it is a success. Its errors are
// *service.Error without the name of the pod manager and of what was being
// done.
func (c *client) do(ctx context.Context, r request) (answer, error) {
	a, token, err := c.send(ctx, r)
	if err == nil && a.status == http.StatusAccepted && r.method != http.MethodGet {
		a, token, err = c.follow(ctx, a)
	}
	if err == nil && a.status/100 != 2 {
		err = c.refusal(r, a, token)
	}
	return a, err
}

// exchange sends a request, signed with the token or, without one, with the
// credentials, and reads the answer. A GET that is told to come back later does
// so once.
func (c *client) exchange(ctx context.Context, r request, token string) (answer, error) {
	a, err := c.once(ctx, r, token)
	if err != nil || a.status != http.StatusServiceUnavailable || r.method != http.MethodGet {
		return a, err
	}
	wait, ok := retryAfter(a.header)
	if !ok {
		return a, nil
	}
	if err := c.sleep(ctx, wait); err != nil {
		return answer{}, err
	}
	return c.once(ctx, r, token)
}

func (c *client) once(ctx context.Context, r request, token string) (answer, error) {
	timeout := c.timeout
	if r.slow {
		timeout = c.slow
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := c.newRequest(ctx, r)
	if err != nil {
		return answer{}, err
	}
	c.sign(req, token)
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, c.broken(ctx, err, token)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return answer{}, c.broken(ctx, err, token)
	}
	if len(body) > maxBody {
		return answer{}, service.Errorf(service.PodFailed, "its answer is larger than %d bytes", maxBody)
	}
	return answer{resp.StatusCode, resp.Header, body}, nil
}

func (c *client) newRequest(ctx context.Context, r request) (*http.Request, error) {
	to, err := c.resolve(r.link)
	if err != nil {
		return nil, err
	}
	var body []byte
	if r.body != nil {
		if body, err = json.Marshal(r.body); err != nil {
			return nil, fmt.Errorf("encoding a request: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, to.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("OData-Version", "4.0")
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// resolve makes a link absolute. A link to another host is refused: the
// credentials are for this one only.
func (c *client) resolve(link string) (*url.URL, error) {
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

// location gives the path in a Location header. The host in it does not count:
// up to 2.3 it is what the pod manager calls itself, which need not be the
// address that it is reached by.
func (c *client) location(h http.Header) string {
	to, err := c.base.Parse(h.Get("Location"))
	if h.Get("Location") == "" || err != nil || to.Opaque != "" {
		return ""
	}
	return to.RequestURI()
}

// ref gives the path that a link leads to, without a slash at its end, so that
// Allocate and Find give the same for one machine.
func (c *client) ref(link string) (string, error) {
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

// get reads a document.
func get[T any](ctx context.Context, c *client, link string, means map[int]service.Code) (T, error) {
	a, err := c.do(ctx, request{method: http.MethodGet, link: link, means: means})
	if err != nil {
		var none T
		return none, err
	}
	return decode[T](a.body)
}
