package app_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"testing"

	"github.com/valence-rsd/valence/service/app"
	"github.com/valence-rsd/valence/test/keystone"
)

// caller is a client that trusts an authority and shows its certificate.
func caller(t *testing.T, trusted, shown *keystone.Authority) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(trusted.CA)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	config.RootCAs.AppendCertsFromPEM(pem)
	if shown != nil {
		pair, err := tls.LoadX509KeyPair(shown.ClientCert, shown.ClientKey)
		if err != nil {
			t.Fatal(err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
	return &http.Client{Transport: transport}
}

func secure(o *app.Options, a *keystone.Authority) {
	o.Config.API.EnableSSL = true
	o.Config.SSL.CertFile, o.Config.SSL.KeyFile = a.ServerCert, a.ServerKey
}

// TestTLS serves HTTPS, takes a new certificate without a restart, keeps the one
// it has when the new one is no good, and asks callers for theirs.
func TestTLS(t *testing.T) {
	t.Parallel()
	first, second := keystone.NewAuthority(t), keystone.NewAuthority(t)
	o := options(t)
	secure(&o, first)
	service, _ := start(t, o)
	url := "https://" + service.Addr().String() + "/healthz"
	check := func(when string, client *http.Client, served bool) {
		t.Helper()
		status, _, err := answer(client.Get(url))
		if served != (status == 200) || served != (err == nil) {
			t.Errorf("%s: %d %v", when, status, err)
		}
	}
	check("with its first certificate", caller(t, first, nil), true)
	check("by who trusts another authority", caller(t, second, nil), false)

	secure(&o, second)
	if err := service.Reload(t.Context(), o.Config); err != nil {
		t.Fatal(err)
	}
	check("with its second certificate", caller(t, second, nil), true)
	check("with its first certificate, afterwards", caller(t, first, nil), false)

	broken := o
	broken.Config.SSL.KeyFile = first.ServerKey
	if err := service.Reload(t.Context(), broken.Config); err == nil {
		t.Error("a key that does not fit is taken")
	}
	check("after a reload that failed", caller(t, second, nil), true)

	o.Config.SSL.CAFile = second.CA
	if err := service.Reload(t.Context(), o.Config); err != nil {
		t.Fatal(err)
	}
	check("without a certificate of the caller's", caller(t, second, nil), false)
	check("with one of another authority", caller(t, second, first), false)
	check("with one of the authority", caller(t, second, second), true)
}
