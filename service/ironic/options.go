package ironic

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"
)

// Options say which Ironic is used and how it is signed in to. Errors use the
// names of the options in the configuration file, which are like those of the
// section [ironic] of other OpenStack services.
//
// With AuthURL it is signed in to Keystone. Without, Endpoint is needed, and is
// called with HTTP Basic if there is a Username, else without any sign-in.
type Options struct {
	// Endpoint is the URL of Ironic, with or without /v1. Empty: the one of the
	// type baremetal in Keystone's catalog.
	Endpoint string

	AuthURL            string // of Keystone, with or without /v3; only version 3 is spoken
	Username, Password string
	Project            string // whose token it is; empty: one for the whole system
	// UserDomain and ProjectDomain are names of domains; empty: Default.
	UserDomain, ProjectDomain string
	// UserDomainID and ProjectDomainID go before the names.
	UserDomainID, ProjectDomainID string

	// Region and Interface (public, internal or admin) choose from the catalog.
	// Empty: any region, public.
	Region, Interface string

	CAFile            string // PEM; the only authorities that are trusted. Empty: the system's
	CertFile, KeyFile string // PEM; a client's certificate
	Insecure          bool   // accept any certificate

	// VerifyCA is what Ironic verifies the certificates of pod managers with: a
	// file on the hosts of its conductors. Empty: what they trust anyway. A
	// caller's own driver_info goes before it.
	VerifyCA string

	Timeout time.Duration // for one request; zero: 30 s
	Logger  *slog.Logger  // nil: nobody is told
}

func (o Options) withDefaults() Options {
	if o.UserDomain == "" {
		o.UserDomain = "Default"
	}
	if o.ProjectDomain == "" {
		o.ProjectDomain = "Default"
	}
	if o.Interface == "" {
		o.Interface = "public"
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// validate names the options that would fail later. No value of an option that
// may contain a secret is in its error.
func (o Options) validate() error {
	errs := []error{checkURL("endpoint_override", o.Endpoint), checkURL("auth_url", o.AuthURL)}
	if o.AuthURL == "" && o.Endpoint == "" {
		errs = append(errs, errors.New("the options auth_url and endpoint_override are empty; expected one of them"))
	}
	if (o.AuthURL != "" || o.Password != "") && o.Username == "" {
		errs = append(errs, errors.New("option username is empty; a sign-in needs it"))
	}
	if o.Username != "" && o.Password == "" {
		errs = append(errs, errors.New("option password is empty; a sign-in needs it"))
	}
	if !slices.Contains([]string{"public", "internal", "admin"}, o.Interface) {
		errs = append(errs, fmt.Errorf("option interface is %q; expected public, internal or admin", o.Interface))
	}
	if (o.CertFile == "") != (o.KeyFile == "") {
		errs = append(errs, errors.New("only one of the options certfile and keyfile is given; expected both or neither"))
	}
	if o.Timeout < 0 {
		errs = append(errs, fmt.Errorf("option timeout is %v; expected zero or more", o.Timeout))
	}
	return errors.Join(errs...)
}

func checkURL(name, value string) error {
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("option %s is not a URL; expected one like https://host:port", name)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("option %s has a user, a query or a fragment; expected a URL without", name)
	}
	return nil
}

// httpClient reads the files. It follows no redirects: net/http would carry the
// token along to any other host.
func (o Options) httpClient() (http.Client, error) {
	c := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: o.Insecure, //nolint:gosec // what the operator asked for
	}
	if o.CAFile != "" {
		data, err := os.ReadFile(o.CAFile)
		if err != nil {
			return http.Client{}, fmt.Errorf("option cafile: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(data) {
			return http.Client{}, fmt.Errorf("option cafile: there is no certificate in %s; expected PEM", o.CAFile)
		}
	}
	if o.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return http.Client{}, fmt.Errorf("options certfile and keyfile: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return http.Client{
		Timeout:       o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			TLSClientConfig:     c,
			TLSHandshakeTimeout: 10 * time.Second,
			IdleConnTimeout:     20 * time.Second, // below what servers usually keep
			ForceAttemptHTTP2:   true,
		},
	}, nil
}
