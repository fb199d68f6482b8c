package redfish

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"strings"
	"time"

	"github.com/valence-rsd/valence/service"
)

// Options are the bounds that a client keeps. A zero field has its default.
type Options struct {
	// RequestTimeout is how long one request may take; 30 seconds by default.
	RequestTimeout time.Duration
	// SlowTimeout is how long the requests may take that work on hardware
	// before they answer, such as allocating, attaching and deleting; 10
	// minutes by default. It bounds the following of a task and the erasing of
	// a volume, too.
	SlowTimeout time.Duration
	// RootCAs sign the certificates of the pod managers that bring no
	// authorities of their own; those of the system by default.
	RootCAs *x509.CertPool
	// Insecure accepts any certificate from pod managers that bring no
	// authorities of their own.
	Insecure bool
	// MaxConnections bounds the connections to one pod manager, and with them
	// the requests that it has to work on at a time; 64 by default. Some are
	// held for minutes, by machines that are being taken apart.
	MaxConnections int
	// FanOut bounds how many requests one call that reads many documents has
	// under way; 32 by default.
	FanOut int
}

// withDefaults fills the fields that are zero.
func (o Options) withDefaults() Options {
	o.RequestTimeout = cmp.Or(o.RequestTimeout, 30*time.Second)
	o.SlowTimeout = cmp.Or(o.SlowTimeout, 10*time.Minute)
	o.MaxConnections = cmp.Or(o.MaxConnections, 64)
	o.FanOut = cmp.Or(o.FanOut, 32)
	return o
}

// secured is how a pod manager has to prove who it is.
func secured(pm service.PodManager, o Options, roots *x509.CertPool) *tls.Config {
	return &tls.Config{
		RootCAs:            roots,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: o.Insecure && pm.CACertificate == "",
	}
}

// parseURL accepts scheme, host and port. Its errors never quote the URL:
// where it is wrong there may be a password in it.
func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, service.Errorf(service.Invalid, "url: not a URL; expected something like https://podm.example:8443")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, service.Errorf(service.Invalid, "url: the scheme must be http or https")
	case u.User != nil:
		return nil, service.Errorf(service.Invalid, "url: must not contain a user or a password; they belong into the credentials")
	case u.Hostname() == "":
		return nil, service.Errorf(service.Invalid, "url: has no host")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, service.Errorf(service.Invalid, "url: must end after the host and port")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}, nil
}

func checkCredentials(c service.Credentials) error {
	switch {
	case c.Type != "basic":
		return service.Errorf(service.Invalid, "credentials: the type must be \"basic\"")
	case c.Username == "":
		return service.Errorf(service.Invalid, "credentials: the username is missing")
	case c.Password == "":
		return service.Errorf(service.Invalid, "credentials: the password is missing")
	case strings.Contains(c.Username, ":"):
		// RFC 7617, section 2: it would be read as the start of the password.
		return service.Errorf(service.Invalid, "credentials: the username must not contain a colon")
	}
	return nil
}
