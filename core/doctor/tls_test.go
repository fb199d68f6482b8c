package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// secured is a service behind a certificate that was changed before it signed
// itself, and the file with that certificate.
func secured(t *testing.T, change func(*x509.Certificate)) (url, ca string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the tests' own"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	change(c)
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(service())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return s.URL, ca
}

func TestCertificate(t *testing.T) {
	t.Parallel()
	as := func(*x509.Certificate) {}
	expired := func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }
	for name, c := range map[string]struct {
		change   func(*x509.Certificate)
		settings string
		state    State
		parts    []string
	}{
		"good":    {as, "cacert: CA", OK, []string{"good until 20"}},
		"expired": {expired, "cacert: CA", Failed, []string{"the certificate expired on 20", "renewed"}},
		"of tomorrow": {func(c *x509.Certificate) { c.NotBefore = time.Now().AddDate(0, 0, 1) }, "cacert: CA", Failed,
			[]string{"not valid before 20", "check the clock of this machine"}},
		"of another": {func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"a.example", "b.example"} }, "cacert: CA", Failed,
			[]string{"is for a.example, b.example, not for 127.0.0.1", "check the URL"}},
		"unknown": {as, "", Failed, []string{"authority, CN=the tests' own, is not known here", "--os-cacert"}},
		"ends soon": {func(c *x509.Certificate) { c.NotAfter = time.Now().Add(49 * time.Hour) }, "cacert: CA", Warning,
			[]string{"expires on 20", "in 2 days", "have it renewed"}},
		"not checked":          {as, "verify: false", Warning, []string{"is not checked, as verify is false", "authority, CN=the tests' own, is not known here", "remove that"}},
		"not checked, expired": {expired, "verify: false", Warning, []string{"checked, it says: the certificate expired on"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, ca := secured(t, c.change)
			p := patientOf(t, alone(url)+"\n"+c.settings)
			if c.settings == "cacert: CA" {
				p.Cloud.Options["cacert"] = ca
			}
			chart := examine(t, p)
			chart.is("service", OK)
			chart.is("service tls", c.state, c.parts...)
			if c.state == Failed {
				chart.is("access", Skipped, "because the check service tls failed")
			} else {
				chart.is("access", OK)
			}
		})
	}
}

func TestAuthorities(t *testing.T) {
	t.Parallel()
	url, _ := secured(t, func(*x509.Certificate) {})
	p := patientOf(t, alone(url))
	p.Cloud.Options["cacert"] = filepath.Join(t.TempDir(), "none.pem")
	examine(t, p).is("service tls", Failed, "reading cacert: ", "name a file of certificates in PEM form")
	p.Cloud.Options["cacert"] = p.Cloud.Options["client_config_file"]
	examine(t, p).is("service tls", Failed, "holds no certificate in PEM form")
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]State{"localhost": Skipped, "127.0.0.9": Skipped, "::1": Skipped, "api.example": Warning, "10.0.0.1": Warning} {
		if f := plain(host); f.State != want {
			t.Errorf("%s: %+v", host, f)
		}
	}
}
