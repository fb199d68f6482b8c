package keystone

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Server is a Keystone that serves. All servers of a test binary have the same
// users, keys and catalog.
type Server struct {
	URL  string // without a version: http://127.0.0.1:port
	Log  string // file of Keystone's own log
	stop func()
}

// Options say how a server differs from the shared one.
type Options struct {
	Expiration time.Duration // of its tokens, in whole seconds; 0 is an hour
	TLS        *Authority    // whose certificate it shows; nil: plain HTTP
	ClientCert bool          // it wants one of TLS's from its clients

	shared bool // it is the one at home.address
}

var (
	standard = sync.OnceValues(func() (*Server, error) { return start(Options{shared: true}) })
	count    atomic.Int32
)

// Shared is the server that all tests of the binary share. A test that needs it
// is skipped where Keystone is not installed.
func Shared(t testing.TB) *Server {
	t.Helper()
	need(t)
	s, err := standard()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Start starts another server, which ends with the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	need(t)
	s, err := start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

// Stop ends a server before its test does.
func (s *Server) Stop() { s.stop() }

func start(o Options) (*Server, error) {
	h, err := shared()
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("server%d", count.Add(1))
	seconds := "3600"
	if o.Expiration > 0 {
		seconds = strconv.Itoa(int(o.Expiration / time.Second))
	}
	file, err := h.configure(name, seconds)
	if err != nil {
		return nil, err
	}
	address := h.address
	if !o.shared {
		if address, err = freeAddress(); err != nil {
			return nil, err
		}
	}
	s := &Server{URL: "http://" + address, Log: filepath.Join(h.dir, name+".log")}
	if o.TLS != nil {
		s.URL = "https://" + address
	}
	log := filepath.Join(h.dir, name+".uwsgi")
	if s.stop, err = run(log, uwsgi, o.arguments(address, file)...); err != nil {
		return nil, err
	}
	if err := s.wait(address, o.TLS == nil); err != nil {
		s.stop()
		text, _ := os.ReadFile(log)
		return nil, fmt.Errorf("keystone did not start: %w\n%s", err, text)
	}
	return s, nil
}

// arguments are those of uwsgi. Its own router stands before Keystone: without
// it a connection that says nothing, such as one that a client keeps in reserve,
// holds all others up.
func (o Options) arguments(address, file string) []string {
	router := []string{"--http", address}
	if o.TLS != nil {
		router = []string{"--https", o.TLS.socket(address, o.ClientCert)}
	}
	return slices.Concat([]string{"--plugin", "http,python3"}, router, []string{
		"--wsgi-file", wsgi, "--master", "--no-orphans", "--need-app", "--lazy-apps",
		"--processes", "1", // SQLite has one writer
		"--env", "OS_KEYSTONE_CONFIG_FILES=" + file,
		"--add-header", "Connection: close", // it closes, and does not say so by itself
	})
}

// wait waits until the server answers. Over TLS it is enough that it takes
// connections: they are served when it is ready.
func (s *Server) wait(address string, plain bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		err := answers(ctx, s.URL, address, plain)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url, address string, plain bool) error {
	if !plain {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v3", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", resp.Status)
	}
	return nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}
