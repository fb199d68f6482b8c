package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/core/fault"
)

// explain turns what the HTTP client says of a request to a service into a line
// for a person.
func (s *Session) explain(ctx context.Context, service string, endpoint *url.URL, err error) error {
	if err == nil {
		return nil
	}
	return s.unreachable(ctx, "the "+service+" service", endpoint.String(), "the right endpoint", err)
}

func (s *Session) unreachable(ctx context.Context, who, address, right string, err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return fmt.Errorf("asking %s: %w", who, ctx.Err())
	}
	return fault.New(fault.Failed, "cannot reach %s at %s: %s", who, address, reason(err)).
		WithHint("%s", s.advice(address, right, err))
}

func (s *Session) advice(address, right string, err error) string {
	var host x509.HostnameError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &host):
		return "the certificate is for another host: check the URL"
	case errors.As(err, &certificate):
		return "the certificate is not trusted here: name the one of its authority with cacert"
	case alert(err), strings.HasPrefix(address, "https:") && brokenOff(err):
		return "it does not like our side of TLS: it may want a client certificate, named with cert and key"
	case s.id.Cloud == "":
		return "check that it runs and that the URL is right"
	}
	return fmt.Sprintf("check that it runs and that %s has %s", s.id.name(), right)
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
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "it does not answer"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it breaks the connection off"
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
	return !errors.As(err, &certificate) && !alert(err) && !errors.As(err, &known)
}

// alert tells an end of the connection by the other side's TLS.
func alert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// brokenOff tells an end of the connection without any answer.
func brokenOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// refusal is why Keystone gave no token, or did not revoke one.
func (s *Session) refusal(ctx context.Context, err error) error {
	var answer gophercloud.ErrUnexpectedResponseCode
	var syntax *json.SyntaxError
	var form *json.UnmarshalTypeError
	switch {
	case errors.As(err, &answer):
		e := s.verdict(answer)
		e.Status, e.RequestID = answer.Actual, answer.ResponseHeader.Get(requestID)
		return e
	case errors.As(err, &syntax), errors.As(err, &form):
		return s.notKeystone("its answer is not what was expected")
	}
	return s.unreachable(ctx, "Keystone", s.id.Auth["auth_url"], "the right auth_url", err)
}

func (s *Session) verdict(answer gophercloud.ErrUnexpectedResponseCode) *fault.Error {
	says := s.message(answer.Body)
	// An unknown token is told as something that was not found.
	noToken := answer.Actual == http.StatusNotFound && says != "" && kind(s.id.AuthType) == "token"
	switch status := answer.Actual; {
	case status == http.StatusUnauthorized || noToken:
		what, hint := s.doubt()
		return fault.New(fault.Denied, "cannot sign in to %s: Keystone does not accept %s%s", s.id.name(), what, says).WithHint("%s", hint)
	case status == http.StatusForbidden:
		return fault.New(fault.Denied, "cannot sign in to %s: Keystone forbids it%s", s.id.name(), says)
	case status == http.StatusBadRequest:
		return fault.New(fault.Denied, "cannot sign in to %s: Keystone finds something missing or wrong%s", s.id.name(), says)
	case status == http.StatusTooManyRequests:
		return fault.New(fault.Failed, "Keystone at %s has had too many requests", s.id.Auth["auth_url"]).WithHint("try again later")
	case status >= http.StatusInternalServerError:
		return fault.New(fault.Failed, "Keystone at %s answers %d %s", s.id.Auth["auth_url"], status, http.StatusText(status)).
			WithHint("its own log says why")
	}
	return s.notKeystone(fmt.Sprintf("it answers %d %s", answer.Actual, http.StatusText(answer.Actual)))
}

// doubt is what may be wrong when Keystone says 401, which is all it says.
func (s *Session) doubt() (what, hint string) {
	scope := "; a project, domain or trust that is not there, or not the user's, is refused in the same way"
	switch kind(s.id.AuthType) {
	case "token":
		return "the token", "it may have expired or been revoked" + scope
	case "applicationcredential":
		return "the application credential", "check its id or name and its secret; it may have expired or been deleted"
	case "totp":
		return "the user name or the passcode", "a passcode is good for about a minute" + scope
	case "multifactor":
		return "one of " + strings.Join(s.id.Methods, ", "), "check user name, domain, password and passcode" + scope
	}
	return "the user name or the password", "check username, password and user domain" + scope
}

func (s *Session) notKeystone(why string) *fault.Error {
	return fault.New(fault.Failed, "there seems to be no Keystone at %s: %s", s.id.Auth["auth_url"], why).
		WithHint("check that %s has the right auth_url", s.id.name())
}

// absent tells an answer of somebody who does not know the address.
func absent(err error) bool {
	for _, status := range []int{http.StatusMultipleChoices, http.StatusNotFound, http.StatusMethodNotAllowed} {
		if gophercloud.ResponseCodeIs(err, status) {
			return true
		}
	}
	return false
}

// message is what an error document of Keystone says, as the end of a sentence.
// Its usual line for 401 says nothing.
func (s *Session) message(body []byte) string {
	var document struct{ Error struct{ Message string } }
	if json.Unmarshal(body, &document) != nil || document.Error.Message == "" ||
		strings.HasPrefix(document.Error.Message, "The request you have made requires authentication") {
		return ""
	}
	text := strings.Join(strings.Fields(s.scrub(document.Error.Message)), " ")
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return ": " + text
}
