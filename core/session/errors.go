package session

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"

	"github.com/valence-rsd/valence/core/fault"
)

// explain turns what the HTTP client says into a line for a person.
func (s *Session) explain(ctx context.Context, service string, endpoint *url.URL, err error) error {
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return fmt.Errorf("asking the %s service: %w", service, ctx.Err())
	}
	return fault.New(fault.Failed, "cannot reach the %s service at %s: %s", service, endpoint, reason(err)).
		WithHint("%s", advice(err, s.cloud.Name))
}

func advice(err error, name string) string {
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return "the service's certificate is not trusted here"
	}
	if name == "" {
		return "check that the service runs and that the URL is right"
	}
	return fmt.Sprintf("check that the service runs and that cloud %q has the right endpoint", name)
}

// reason is the last link of a chain of errors, without the URL and the
// addresses that the links before it repeat.
func reason(err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		network     net.Error
		errno       syscall.Errno
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no host " + dns.Name
	case errors.As(err, &certificate):
		return certificate.Error()
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &network) && network.Timeout():
		return "it does not answer"
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// passing tells whether the trouble may be over in a moment. A certificate does
// not become good, nor a redirect right, by asking again.
func passing(err error) bool {
	var certificate *tls.CertificateVerificationError
	var known *fault.Error
	return !errors.As(err, &certificate) && !errors.As(err, &known)
}
