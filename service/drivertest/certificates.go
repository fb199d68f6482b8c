package drivertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

// testCertificates reaches the pod over TLS, with authorities that signed its
// certificate and with others.
func testCertificates(t *testing.T, d *desk) {
	secure := httptest.NewUnstartedServer(d.tap.server.Config.Handler)
	secure.Config.ErrorLog = d.tap.server.Config.ErrorLog // it complains about being refused
	secure.StartTLS()
	defer secure.Close()
	own, other := encoded(secure.Certificate().Raw), encoded(stranger(t))
	for name, test := range map[string]struct {
		authorities string
		code        service.Code // empty: it works
	}{
		"those of the system": {"", service.Unavailable},
		"another":             {other, service.Unavailable},
		"its own":             {own, ""},
		"both":                {other + "\n" + own, ""},
		"with a remark":       {"# the pod in row 4\n" + own, ""},
	} {
		pm := d.PodManager
		pm.URL, pm.CACertificate = secure.URL, test.authorities
		err := d.open(t, pm).Probe(t.Context())
		if test.code == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if test.code != "" {
			wantCode(t, name, err, test.code)
			wantMessage(t, d, err)
		}
		if test.code != "" && err != nil && !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: the error does not say what is wrong: %v", name, err)
		}
	}
	d.badCertificates(t, own)
}

func (d *desk) badCertificates(t *testing.T, good string) {
	t.Helper()
	for name, text := range map[string]string{
		"no PEM":            "/etc/ssl/podm.pem",
		"half":              good[:len(good)/2],
		"half behind a one": good + good[:len(good)/2],
		"no certificate":    string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})),
		"a key":             good + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret")})),
	} {
		pm := d.PodManager
		pm.CACertificate = text
		pod, err := d.Driver(pm)
		wantCode(t, name, err, service.Invalid)
		if pod != nil {
			t.Errorf("%s: there is a pod with the error", name)
		}
		if err != nil && (!strings.Contains(err.Error(), "ca_certificate") || strings.Contains(err.Error(), text)) {
			t.Errorf("%s: the error does not name the field, or quotes it: %v", name, err)
		}
	}
}

// stranger is the certificate of an authority that signed nothing here.
func stranger(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func encoded(certificate []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}))
}
