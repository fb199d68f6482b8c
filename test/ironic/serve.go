package ironic

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/test/keystone"
)

// Username and Password sign in to a server with Options.HTTPBasic.
const (
	Username = "valence"
	Password = "An-Ironic-Pass-of-the-tests"
)

// Server is an Ironic that serves, with a conductor that has registered.
type Server struct {
	URL  string // without a version: http://127.0.0.1:port
	Log  string // file of the log of both programs
	stop func()
}

// Options say who may call a server. The zero value is anybody, as the
// administrator.
type Options struct {
	HTTPBasic bool             // who gives Username and Password
	Keystone  *keystone.Server // who has a token of it
}

func (o Options) strategy() string {
	switch {
	case o.Keystone != nil:
		return "keystone"
	case o.HTTPBasic:
		return "http_basic"
	}
	return "noauth"
}

var standard = sync.OnceValues(func() (*Server, error) { return start(Options{}, func(*http.Request) {}) })

// Shared is the server that all tests of the binary share; anybody may call it.
// A test that needs it is skipped where Ironic is not installed.
func Shared(t testing.TB) *Server {
	t.Helper()
	need(t)
	s, err := standard()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Start starts another server, which takes about five seconds. It ends with the
// test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	need(t)
	s, err := start(o, o.signer(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

// Stop ends a server before its test does.
func (s *Server) Stop() { s.stop() }

// signer lets requests be the administrator's.
func (o Options) signer(t testing.TB) func(*http.Request) {
	t.Helper()
	switch {
	case o.Keystone != nil:
		token := o.Keystone.Admin(t).Token
		return func(r *http.Request) { r.Header.Set("X-Auth-Token", token) }
	case o.HTTPBasic:
		return func(r *http.Request) { r.SetBasicAuth(Username, Password) }
	}
	return func(*http.Request) {}
}

func start(o Options, sign func(*http.Request)) (*Server, error) {
	h, err := shared()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(h.dir, "server")
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	file, err := o.prepare(dir, address)
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + address, Log: filepath.Join(dir, "ironic.log")}
	output := filepath.Join(dir, "output")
	if s.stop, err = serve(file, output); err != nil {
		return nil, err
	}
	if err := s.wait(sign); err != nil {
		s.stop()
		text, _ := os.ReadFile(output)
		return nil, fmt.Errorf("ironic did not start: %w\n%s", err, text)
	}
	return s, nil
}

// wait waits until the API knows of a conductor: without one it takes no nodes.
func (s *Server) wait(sign func(*http.Request)) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for {
		err := s.ready(ctx, sign)
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

func (s *Server) ready(ctx context.Context, sign func(*http.Request)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/v1/drivers", nil)
	if err != nil {
		return err
	}
	sign(req)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct{ Drivers []struct{ Name string } }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("it answers %s: %w", resp.Status, err)
	}
	for _, d := range answer.Drivers {
		if d.Name == "redfish" {
			return nil
		}
	}
	return fmt.Errorf("it answers %s and knows of %d drivers", resp.Status, len(answer.Drivers))
}
