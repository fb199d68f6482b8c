package keystone

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Authority is a private certificate authority with the files that it made.
type Authority struct {
	CA         string // its certificate
	ServerCert string // for 127.0.0.1
	ServerKey  string
	ClientCert string
	ClientKey  string
}

// NewAuthority makes one in a folder of the test.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	dir := t.TempDir()
	m := maker{t: t, dir: dir}
	root := &x509.Certificate{
		Subject: pkix.Name{CommonName: "the tests' own authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	rootKey := m.make("ca", root, nil, nil)
	m.make("server", &x509.Certificate{
		Subject: pkix.Name{CommonName: "server"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, root, rootKey)
	m.make("client", &x509.Certificate{
		Subject: pkix.Name{CommonName: "client"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, root, rootKey)
	file := func(name string) string { return filepath.Join(dir, name) }
	return &Authority{
		CA: file("ca.crt"), ServerCert: file("server.crt"), ServerKey: file("server.key"),
		ClientCert: file("client.crt"), ClientKey: file("client.key"),
	}
}

// socket is uwsgi's way of writing an HTTPS socket. An exclamation mark makes
// the client's certificate obligatory.
func (a *Authority) socket(address string, clientCert bool) string {
	parts := []string{address, a.ServerCert, a.ServerKey}
	if clientCert {
		parts = append(parts, "HIGH", "!"+a.CA)
	}
	return strings.Join(parts, ",")
}

type maker struct {
	t   testing.TB
	dir string
}

// make writes a certificate and its key. Without a parent it signs itself.
func (m maker) make(name string, c, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) *ecdsa.PrivateKey {
	m.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		m.t.Fatal(err)
	}
	if parent == nil {
		parent, parentKey = c, key
	}
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, parentKey)
	if err != nil {
		m.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		m.t.Fatal(err)
	}
	m.write(name+".crt", "CERTIFICATE", der)
	m.write(name+".key", "PRIVATE KEY", secret)
	return key
}

func (m maker) write(name, kind string, der []byte) {
	m.t.Helper()
	data := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	if err := os.WriteFile(filepath.Join(m.dir, name), data, 0o600); err != nil {
		m.t.Fatal(err)
	}
}
