package ironic

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/service"
)

// signInError is what went wrong at Keystone.
type signInError struct{ error }

func (e signInError) Unwrap() error { return e.error }

// answerOf gives the answer that an error is about; false if none came.
func answerOf(err error) (gophercloud.ErrUnexpectedResponseCode, bool) {
	var answer gophercloud.ErrUnexpectedResponseCode
	ok := errors.As(err, &answer)
	return answer, ok
}

// fromIronic says whether it was Ironic that answered, and not something
// before it or in its place.
func fromIronic(a gophercloud.ErrUnexpectedResponseCode) bool {
	return a.ResponseHeader.Get("X-Openstack-Ironic-Api-Minimum-Version") != ""
}

// statusOf is the status that Ironic refused with; 0 if it was not Ironic that
// answered.
func statusOf(err error) int {
	if a, ok := answerOf(err); ok && fromIronic(a) {
		return a.Actual
	}
	return 0
}

func notFound(err error) bool { return statusOf(err) == http.StatusNotFound }

// refused says whether Ironic took the request for wrong.
func refused(err error) bool {
	status := statusOf(err)
	return status == http.StatusBadRequest || status == http.StatusConflict
}

// locked says whether Ironic works on the node at the moment. It has no other
// sign for that than its text (exception.NodeLocked).
func locked(err error) bool {
	a, ok := answerOf(err)
	return ok && a.Actual == http.StatusConflict && strings.Contains(explanation(a.Body), "is locked by host")
}

// trouble is the error of the domain for what came of a request.
func (c *call) trouble(ctx context.Context, doing string, err error) error {
	var known *service.Error
	var again *gophercloud.ErrUnableToReauthenticate
	var first signInError
	party := "Ironic"
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.As(err, &again):
		party, doing, err = "Keystone", doing+", signing in to Keystone again", again.ErrReauth
	case errors.As(err, &first):
		party, doing = "Keystone", doing+", signing in to Keystone"
	}
	if a, ok := answerOf(err); ok {
		return c.refusal(doing, party, a)
	}
	return c.silence(ctx, doing, party, err)
}

// refusal is the error for an answer that is not a success.
func (c *call) refusal(doing, party string, a gophercloud.ErrUnexpectedResponseCode) error {
	message := fmt.Sprintf("%s: %s answered HTTP %d", doing, party, a.Actual)
	switch {
	case a.Actual == http.StatusUnauthorized || a.Actual == http.StatusForbidden:
		message += ", it does not take our credentials"
	case a.Actual/100 == 3:
		message += ", a redirect; configure the address that it leads to"
	case party == "Ironic" && a.Actual/100 == 4 && !fromIronic(a):
		message = fmt.Sprintf("%s: what answers at its address (HTTP %d) is not Ironic", doing, a.Actual)
	}
	if said := c.scrub(explanation(a.Body)); said != "" {
		message += ": " + said
	}
	code := service.Unavailable
	if party == "Ironic" && fromIronic(a) {
		code = codeOf(a.Actual)
	}
	return service.Errorf(code, "%s", message)
}

// codeOf is what a status of Ironic's means. A 404 is left only where something
// has gone that was just there.
func codeOf(status int) service.Code {
	switch status {
	case http.StatusBadRequest:
		return service.Invalid
	case http.StatusNotFound, http.StatusConflict:
		return service.Conflict
	case http.StatusGatewayTimeout:
		return service.Timeout
	}
	return service.Unavailable
}

// silence is the error for a request without a usable answer.
func (c *call) silence(ctx context.Context, doing, party string, err error) error {
	e := &service.Error{Code: service.Unavailable, Err: errors.New(c.scrub(err.Error()))}
	var netErr net.Error
	var badCert *tls.CertificateVerificationError
	var connection *url.Error
	var text string
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		e.Code, text, e.Err = service.Timeout, "given up before %s answered", ctx.Err()
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		e.Code, text = service.Timeout, "%s did not answer in time"
	case errors.As(err, &badCert):
		text = "the certificate of %s cannot be verified"
	case errors.As(err, &connection):
		text = "%s cannot be reached"
	default:
		text = "the answer of %s cannot be understood"
	}
	e.Message = doing + ": " + fmt.Sprintf(text, party)
	return e
}

// explanation finds the text in the body of an error of Ironic's or Keystone's.
// Ironic's has its document as a string in another one, as {"error_message":
// "{\"faultstring\": …}"}.
func explanation(body []byte) string {
	var text string
	if json.Unmarshal(body, &text) == nil {
		return text
	}
	var doc struct {
		Inner       json.RawMessage `json:"error_message"`
		Keystone    json.RawMessage `json:"error"`
		Fault       string          `json:"faultstring"`
		Description string          `json:"description"`
		Message     string          `json:"message"`
	}
	if json.Unmarshal(body, &doc) != nil {
		return ""
	}
	if json.Unmarshal(doc.Inner, &text) == nil {
		if inner := explanation([]byte(text)); inner != "" {
			return inner
		}
		return text
	}
	for _, inner := range []json.RawMessage{doc.Inner, doc.Keystone} {
		if len(inner) > 0 {
			return explanation(inner)
		}
	}
	for _, text := range []string{doc.Fault, doc.Description, doc.Message} {
		if text != "" {
			return text
		}
	}
	return ""
}
