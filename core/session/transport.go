package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

// connect makes the client for Keystone and the services alike. The client can
// be closed even when there is an error.
func (s *Session) connect() (*http.Client, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	t.ResponseHeaderTimeout = s.id.Timeout
	if s.id.IPv4 {
		dialer := &net.Dialer{Timeout: 30 * time.Second}
		t.DialContext = func(ctx context.Context, _, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp4", address)
		}
	}
	var err error
	t.TLSClientConfig, err = s.id.TLS.config()
	return &http.Client{Transport: &recorder{session: s, next: t}, CheckRedirect: sameHost}, err
}

// config reads the files. Without verification the CA is not looked at.
func (t TLS) config() (*tls.Config, error) {
	c := &tls.Config{InsecureSkipVerify: t.Insecure} //nolint:gosec // the user said so
	if t.CA != "" && !t.Insecure {
		data, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, unreadable("the CA certificates", t.CA, err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(data) {
			return nil, fault.New(fault.Failed, "%s, named by cacert, holds no certificate in PEM form", t.CA)
		}
	}
	if t.Cert == "" {
		return c, nil
	}
	key := t.Key
	if key == "" {
		key = t.Cert
	}
	pair, err := tls.LoadX509KeyPair(t.Cert, key)
	var path *os.PathError
	switch {
	case errors.As(err, &path):
		return nil, unreadable("the client certificate", path.Path, err)
	case err != nil:
		// The error is not quoted: it may say something of the key.
		return nil, fault.New(fault.Failed, "%s and %s are not a certificate and its key in PEM form", t.Cert, key).
			WithHint("check cert and key; a key that needs a passphrase cannot be used")
	}
	c.Certificates = []tls.Certificate{pair}
	return c, nil
}

func unreadable(what, path string, err error) error {
	return fault.New(fault.Failed, "cannot read %s %s: %s", what, path, reason(err))
}

// sameHost stops a service from sending its caller, and what the caller carries,
// to somebody else.
func sameHost(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return fault.New(fault.Failed, "the service redirects to another host, %s, which is not followed", next.URL.Host)
	}
	if len(before) >= 5 {
		return fault.New(fault.Failed, "the service redirects in a circle")
	}
	return nil
}
