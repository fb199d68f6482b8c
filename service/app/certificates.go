package app

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/valence-rsd/valence/service/app/config"
)

// certificates are what the API's TLS is made of. They can be read again while
// it serves: a connection that begins afterwards has the new ones.
type certificates struct {
	current atomic.Pointer[tls.Config]
}

func loadCertificates(files config.SSL) (*certificates, error) {
	made, err := readCertificates(files)
	if err != nil {
		return nil, err
	}
	c := &certificates{}
	c.current.Store(made)
	return c, nil
}

// readCertificates makes a configuration of the files.
func readCertificates(files config.SSL) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(files.CertFile, files.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("[ssl] cert_file and key_file: %w", err)
	}
	made := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{pair},
		NextProtos:   []string{"h2", "http/1.1"},
	}
	if files.CAFile != "" {
		pem, err := os.ReadFile(files.CAFile)
		if err != nil {
			return nil, fmt.Errorf("[ssl] ca_file: %w", err)
		}
		made.ClientCAs = x509.NewCertPool()
		if !made.ClientCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("[ssl] ca_file: there is no certificate in %s; expected PEM", files.CAFile)
		}
		made.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return made, nil
}

func (c *certificates) server() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		NextProtos:         []string{"h2", "http/1.1"},
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return c.current.Load(), nil },
	}
}
