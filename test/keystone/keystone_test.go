package keystone

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestShared(t *testing.T) {
	s := Shared(t)
	if Shared(t) != s {
		t.Error("it was started twice")
	}
	admin := s.Admin(t)
	u := admin.NewUser("member")
	who := s.SignIn(t, u).Call("GET", "/v3/users/"+u.ID, nil)["user"].(Object)
	if who["name"] != u.Name {
		t.Errorf("signed in as %v", who)
	}
}

func TestStart(t *testing.T) {
	a := NewAuthority(t)
	s := Start(t, Options{TLS: a, ClientCert: true, Expiration: 2 * time.Second})
	get := func(c *tls.Config) error {
		client := http.Client{Transport: &http.Transport{TLSClientConfig: c}}
		resp, err := client.Get(s.URL + "/v3")
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	data, err := os.ReadFile(a.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(data)
	pair, err := tls.LoadX509KeyPair(a.ClientCert, a.ClientKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := get(&tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}}); err != nil {
		t.Error(err)
	}
	if get(&tls.Config{RootCAs: pool}) == nil {
		t.Error("it does not ask for a client certificate")
	}
	if get(&tls.Config{Certificates: []tls.Certificate{pair}}) == nil {
		t.Error("its certificate is trusted anyway")
	}
	s.Stop()
	if get(&tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}}) == nil {
		t.Error("it goes on after Stop")
	}
}

// The folder is that of this binary; the one of an earlier run must be gone.
func TestNothingIsLeft(t *testing.T) {
	Shared(t)
	h, _ := shared()
	if _, err := os.Stat(filepath.Join(h.dir, "keystone.db")); err != nil {
		t.Error(err)
	}
}
