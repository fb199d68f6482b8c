package redfish

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"unicode"

	"github.com/valence-rsd/valence/service"
)

// maxTexts is how many bytes of a pod manager's own words go into a message.
const maxTexts = 1000

// refusal is the error for an answer that is not a success. The code depends on
// the status only: from 2.4 on the codes inside the error documents are all
// the same.
func (c *Client) refusal(r Request, a Answer, token string) error {
	code, ok := r.Means[a.Status]
	if !ok {
		code = codeOf(a.Status)
	}
	said := c.scrub(strings.Join(explanation(a.Body), "; "), token)
	message := fmt.Sprintf("it answered HTTP %d %s", a.Status, http.StatusText(a.Status))
	switch {
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		return service.Errorf(code, "the pod manager refused our credentials (HTTP %d)", a.Status)
	case code == service.NoCapacity:
		message = "no free hardware satisfies the request"
	case a.Status/100 == 3:
		message += "; register the address that it redirects to"
	}
	if said != "" {
		message += ": " + said
	}
	return service.Errorf(code, "%s", message)
}

// codeOf is what a status means unless the request says otherwise. A 404 is
// PodFailed: that it means a missing machine, only the request can know.
func codeOf(status int) service.Code {
	switch status {
	case http.StatusBadRequest:
		return service.Invalid
	case http.StatusConflict:
		return service.Conflict
	case http.StatusServiceUnavailable, http.StatusBadGateway:
		return service.Unavailable
	case http.StatusGatewayTimeout:
		return service.Timeout
	}
	return service.PodFailed
}

// broken is the error for a request that got no answer. ctx is that of the
// request, with its time-out.
func (c *Client) broken(ctx context.Context, err error, token string) error {
	e := &service.Error{Code: service.Unavailable, Message: "it cannot be reached", Err: err}
	var netErr net.Error
	var badCert *tls.CertificateVerificationError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		e.Code, e.Message, e.Err = service.Timeout, "given up before it answered", ctx.Err()
		return e
	case errors.As(err, &netErr) && netErr.Timeout(): // of the context as well
		e.Code, e.Message = service.Timeout, "it did not answer in time"
	case errors.As(err, &badCert):
		e.Message = "its certificate cannot be verified"
	}
	// What net/http says about an answer that is no HTTP quotes it.
	if text := c.scrub(err.Error(), token); text != OneLine(err.Error()) {
		e.Err = errors.New(text)
	}
	return e
}

// Ended is the error for work that was given up because ctx ended.
func (c *Client) Ended(ctx context.Context) error { return c.broken(ctx, ctx.Err(), "") }

// Scrub makes one short line of what others wrote, without our credentials.
func (c *Client) Scrub(s string) string { return c.scrub(s, "") }

// scrub makes one line of what others wrote, without our secrets: a pod
// manager may quote our own request.
func (c *Client) scrub(s, token string) string {
	secrets := []string{c.credentials.Password, c.basicValue(), token}
	for _, secret := range secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, service.Mask)
		}
	}
	s = OneLine(s)
	if len(s) > maxTexts {
		s = strings.ToValidUTF8(s[:maxTexts], "") + "…"
	}
	return s
}

// OneLine replaces runs of blanks and control characters by one blank.
func OneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// explanation finds the texts in the body of an error: of a Redfish error
// document, of {"error": "text"} or of a bare JSON string. Anything else
// explains nothing.
func explanation(body []byte) []string {
	var bare string
	if json.Unmarshal(body, &bare) == nil {
		return []string{bare}
	}
	wrapped, err := Decode[struct{ Error json.RawMessage }](body)
	if err != nil || len(wrapped.Error) == 0 {
		return nil
	}
	if json.Unmarshal(wrapped.Error, &bare) == nil {
		return []string{bare}
	}
	// As in encoding/json itself, what has the wrong type is left empty.
	doc, _ := Decode[struct {
		Message  string
		Extended []struct{ Message string } `json:"@Message.ExtendedInfo"`
	}](wrapped.Error)
	var texts []string
	for _, t := range append([]struct{ Message string }{{doc.Message}}, doc.Extended...) {
		if t.Message != "" {
			texts = append(texts, t.Message)
		}
	}
	return texts
}
