package valence

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/gophercloud/gophercloud/v2"
)

// Error is a refusal by the service, or by something between here and it. It
// is made from the error document of the API (docs/api.md): Code, Title and
// Detail are all empty when the answer was no such document, and then Detail has
// the beginning of the answer where that was plain text.
//
// gophercloud's ErrUnexpectedResponseCode, which has the whole answer, stays in
// the chain: gophercloud.ResponseCodeIs and errors.As go on working.
type Error struct {
	Status int    // the HTTP status of the answer
	Code   string // HTTP reason phrase, or the code that a pod manager gave
	Title  string // what kind of thing went wrong
	Detail string // what went wrong this time; not for machines
	ReqID  string // what the service logged the request under, or empty

	request string // method and URL
	cause   error
}

// Error is one line without control characters.
func (e *Error) Error() string {
	head := e.Title
	if head == "" {
		head = e.Code
	}
	if head == "" {
		head = strings.TrimSpace(fmt.Sprintf("%s answered %d %s", e.request, e.Status, http.StatusText(e.Status)))
	}
	if e.Detail == "" || e.Detail == head {
		return oneLine(head)
	}
	return oneLine(head + ": " + e.Detail)
}

// Unwrap gives the error of gophercloud that e was made from.
func (e *Error) Unwrap() error { return e.cause }

// StatusCode gives Status.
func (e *Error) StatusCode() int { return e.Status }

// RequestID gives ReqID, the id to ask the operators of the service about.
func (e *Error) RequestID() string { return e.ReqID }

// RequestError puts the error of one request into its final form: an *Error
// where there was an answer, and otherwise an error that says which request
// failed. Nil stays nil. The resource packages call it; a caller needs it only
// after using the methods of gophercloud.ServiceClient directly.
func RequestError(method, target string, err error) error {
	if err == nil {
		return nil
	}
	if _, done := errors.AsType[*Error](err); done {
		return err
	}
	if answer, ok := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err); ok {
		return fromAnswer(answer, err)
	}
	if _, named := errors.AsType[*url.Error](err); named {
		return err
	}
	return fmt.Errorf("%s %s: %w", method, target, err)
}

func fromAnswer(answer gophercloud.ErrUnexpectedResponseCode, cause error) *Error {
	var doc struct {
		RequestID string `json:"request_id"`
		Code      string `json:"code"`
		Title     string `json:"title"`
		Detail    string `json:"detail"`
	}
	e := &Error{Status: answer.Actual, request: answer.Method + " " + answer.URL, cause: cause}
	if err := json.Unmarshal(answer.Body, &doc); err == nil {
		e.Code, e.Title, e.Detail, e.ReqID = doc.Code, doc.Title, doc.Detail, doc.RequestID
	}
	if e.Code == "" && e.Title == "" && e.Detail == "" {
		e.Detail = excerpt(answer)
	}
	// The original service sends nothing but zeros.
	if strings.Trim(e.ReqID, "0-") == "" {
		e.ReqID = answer.ResponseHeader.Get("X-Openstack-Request-Id")
	}
	return e
}

// excerpt is the beginning of an answer that people can read.
func excerpt(answer gophercloud.ErrUnexpectedResponseCode) string {
	const limit = 200
	kind, _, _ := mime.ParseMediaType(answer.ResponseHeader.Get("Content-Type"))
	if kind != "text/plain" && kind != "application/json" {
		return ""
	}
	// Cut before and after: bodies may be large, and a cut may split a rune.
	text := oneLine(string(answer.Body[:min(len(answer.Body), 4*limit)]))
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

// oneLine turns control characters and bytes that are not text into blanks,
// so that an answer cannot move the cursor of a terminal, and joins what is left.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// NotFoundError says that no resource has a name. A UUID that names nothing is
// an Error with status 404 instead; StatusCode is the same for both.
type NotFoundError struct {
	Kind string // such as "node"
	Name string
}

// Error names the kind and the name.
func (e *NotFoundError) Error() string { return fmt.Sprintf("no %s is named %q", e.Kind, e.Name) }

// StatusCode is 404, as if the service had been asked for the name.
func (e *NotFoundError) StatusCode() int { return http.StatusNotFound }

// Unwrap gives gophercloud's word for the same thing.
func (e *NotFoundError) Unwrap() error {
	return gophercloud.ErrResourceNotFound{Name: e.Name, ResourceType: e.Kind}
}

// AmbiguousError says that several resources have a name.
type AmbiguousError struct {
	Kind  string // such as "node"
	Name  string
	UUIDs []string // the candidates, in the order of the list
}

// Error lists the candidates.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d %ss are named %q, so a uuid is needed: %s",
		len(e.UUIDs), e.Kind, e.Name, strings.Join(e.UUIDs, ", "))
}

// ErrorCode is "ambiguous".
func (e *AmbiguousError) ErrorCode() string { return "ambiguous" }

// Unwrap gives gophercloud's word for the same thing.
func (e *AmbiguousError) Unwrap() error {
	return gophercloud.ErrMultipleResourcesFound{Name: e.Name, Count: len(e.UUIDs), ResourceType: e.Kind}
}
