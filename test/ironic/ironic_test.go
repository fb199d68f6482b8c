package ironic

import (
	"net/http"
	"os"
	"testing"

	"github.com/valence-rsd/valence/test/keystone"
)

// nodes gives the status that a server answers a request for its nodes with.
func nodes(t *testing.T, s *Server, sign func(*http.Request)) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.URL+"/v1/nodes", nil)
	if err != nil {
		t.Fatal(err)
	}
	sign(req)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func nobody(*http.Request) {}

func TestShared(t *testing.T) {
	s := Shared(t)
	if Shared(t) != s {
		t.Error("it was started twice")
	}
	if got := nodes(t, s, nobody); got != http.StatusOK {
		t.Errorf("it answers %d", got)
	}
}

func TestHTTPBasic(t *testing.T) {
	t.Parallel()
	o := Options{HTTPBasic: true}
	s := Start(t, o)
	if got := nodes(t, s, nobody); got != http.StatusUnauthorized {
		t.Errorf("it answers nobody with %d", got)
	}
	if got := nodes(t, s, o.signer(t)); got != http.StatusOK {
		t.Errorf("it answers the right password with %d", got)
	}
}

func TestKeystone(t *testing.T) {
	t.Parallel()
	o := Options{Keystone: keystone.Shared(t)}
	s := Start(t, o)
	if got := nodes(t, s, nobody); got != http.StatusUnauthorized {
		t.Errorf("it answers nobody with %d", got)
	}
	if got := nodes(t, s, o.signer(t)); got != http.StatusOK {
		t.Errorf("it answers a token with %d", got)
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	if _, err := os.Stat(s.Log); err != nil {
		t.Error(err)
	}
	s.Stop()
	if resp, err := http.Get(s.URL); err == nil {
		_ = resp.Body.Close()
		t.Error("it goes on after Stop")
	}
}
