package etcd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"

	"google.golang.org/grpc/credentials"
)

// reloading is TLS that reads its files again for every connection, so that
// certificates can be renewed under a running service.
type reloading struct {
	caFile, certFile, keyFile string
	credentials.TransportCredentials
}

// newReloading fails where the files are of no use now already.
func newReloading(cfg ClusterConfig) (*reloading, error) {
	r := &reloading{caFile: cfg.CAFile, certFile: cfg.CertFile, keyFile: cfg.KeyFile}
	now, err := r.read()
	if err != nil {
		return nil, err
	}
	r.TransportCredentials = credentials.NewTLS(now)
	return r, nil
}

// read makes a configuration of what the files hold.
func (r *reloading) read() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.caFile != "" {
		pem, err := os.ReadFile(r.caFile)
		if err != nil {
			return nil, fmt.Errorf("reading the CA certificates: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("reading the CA certificates: there is none in %s", r.caFile)
		}
	}
	if r.certFile != "" {
		own, err := tls.LoadX509KeyPair(r.certFile, r.keyFile)
		if err != nil {
			return nil, fmt.Errorf("reading the client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{own}
	}
	return config, nil
}

// ClientHandshake implements credentials.TransportCredentials.
func (r *reloading) ClientHandshake(ctx context.Context, authority string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	config, err := r.read()
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return credentials.NewTLS(config).ClientHandshake(ctx, authority, conn)
}

// Clone implements credentials.TransportCredentials.
func (r *reloading) Clone() credentials.TransportCredentials {
	same := *r
	same.TransportCredentials = r.TransportCredentials.Clone()
	return &same
}
