package access

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gophercloud/gophercloud/v2"
)

// maxConnections bounds what a crowd of callers with new tokens can do to
// Keystone: the requests beyond it wait.
const maxConnections = 32

// newHTTPClient makes the client for Keystone. It follows no redirect: tokens
// would go with it, to wherever it points.
func newHTTPClient(o KeystoneOptions) (*http.Client, error) {
	config, err := tlsConfig(o)
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Timeout:       o.HTTPTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: o.HTTPTimeout}).DialContext,
			TLSClientConfig:     config,
			TLSHandshakeTimeout: o.HTTPTimeout,
			ForceAttemptHTTP2:   true,
			MaxConnsPerHost:     maxConnections,
			MaxIdleConnsPerHost: maxConnections,
			IdleConnTimeout:     90 * time.Second,
		},
	}, nil
}

func tlsConfig(o KeystoneOptions) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: o.Insecure}
	if o.CAFile != "" {
		data, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("option cafile: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(data) {
			return nil, fmt.Errorf("option cafile: %s has no certificate in it; expected PEM", o.CAFile)
		}
	}
	if o.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("options certfile and keyfile: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// retrying sends a request again, at most n times and each time after a longer
// pause, when it did not get through: repeating what is asked here does no harm.
func retrying(n int) gophercloud.RetryFunc {
	return func(ctx context.Context, _, _ string, _ *gophercloud.RequestOpts, err error, failed uint) error {
		if int(failed) > n || !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond << (failed - 1)):
			return nil
		}
	}
}

// passing says whether asking again may help.
func passing(err error) bool {
	answer, answered := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err)
	if !answered {
		_, broken := errors.AsType[net.Error](err)
		return broken
	}
	switch answer.Actual {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
