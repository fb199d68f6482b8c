package access_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// counter stands before a Keystone, counts the questions, and keeps the tokens
// that pass.
type counter struct {
	url     string
	handler http.Handler

	mu      sync.Mutex
	signIns int
	asked   int
	tokens  map[string]bool
	own     string // the token that the last question was asked with
	hold    chan struct{}
	failing int // so many questions to come are answered with 503
}

func newCounter(t testing.TB, keystoneURL string) *counter {
	target, err := url.Parse(keystoneURL)
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{tokens: map[string]bool{}}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = c.note
	proxy.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	c.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hold, failing := c.count(r)
		if hold != nil {
			<-hold
		}
		if failing {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	})
	server := httptest.NewServer(c.handler)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *counter) count(r *http.Request) (hold chan struct{}, failing bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Method == http.MethodPost {
		c.signIns++
		return nil, false
	}
	c.asked++
	c.own = r.Header.Get("X-Auth-Token")
	if failing = c.failing > 0; failing {
		c.failing--
	}
	return c.hold, failing
}

// fail lets the next questions fail.
func (c *counter) fail(questions int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failing = questions
}

func (c *counter) note(resp *http.Response) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if token := resp.Header.Get("X-Subject-Token"); token != "" {
		c.tokens[token] = true
	}
	return nil
}

func (c *counter) seen() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []string
	for token := range c.tokens {
		all = append(all, token)
	}
	return all
}

func (c *counter) ownToken() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.own
}

// holdBack lets no question through until the returned function is called.
func (c *counter) holdBack() (release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hold := make(chan struct{})
	c.hold = hold
	return sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.hold = nil
		close(hold)
	})
}

func (c *counter) counts() (signIns, asked int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.signIns, c.asked
}
