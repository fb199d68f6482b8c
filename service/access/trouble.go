package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/service"
)

// answered is a status of Keystone's that was not expected. gophercloud's own
// error for that carries the body too, and in it Keystone quotes tokens.
type answered struct {
	method, url string
	status      int
}

func (a answered) Error() string {
	return fmt.Sprintf("%s %s answered %d %s", a.method, a.url, a.status, http.StatusText(a.status))
}

// trouble turns a failure to ask Keystone into one that the caller may see,
// with a cause for the log.
func trouble(doing string, err error) error {
	answer, ok := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err)
	if !ok {
		return silence(doing, err)
	}
	message := "Keystone fails; try again later"
	switch {
	case answer.Actual == http.StatusUnauthorized || answer.Actual == http.StatusForbidden:
		message = "Keystone refuses the service's own account"
	case answer.Actual < http.StatusInternalServerError && answer.Actual != http.StatusTooManyRequests:
		message = "what answers in Keystone's place does not answer as Keystone does"
	}
	return unavailable(message, doing, answered{answer.Method, answer.URL, answer.Actual})
}

// silence is trouble without a status: nothing came back, or nothing that can
// be read.
func silence(doing string, err error) error {
	if _, ok := errors.AsType[*url.Error](err); ok {
		return unavailable("Keystone cannot be reached; try again later", doing, err)
	}
	return nonsense(doing, err)
}

// nonsense is an answer with a good status that is of no use.
func nonsense(doing string, err error) error {
	return unavailable("Keystone's answer is of no use", doing, err)
}

func unavailable(message, doing string, cause error) error {
	return &service.Error{
		Code:    service.Unavailable,
		Message: "nobody's token can be checked: " + message,
		Err:     fmt.Errorf("%s: %w", doing, cause),
	}
}

// unknownToken says whether err is Keystone's own word that there is no such
// token, and not the 404 of a proxy that has lost its Keystone.
func unknownToken(err error) bool {
	answer, ok := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err)
	if !ok || answer.Actual != http.StatusNotFound {
		return false
	}
	var body struct {
		Error struct {
			Code int `json:"code"`
		} `json:"error"`
	}
	return json.Unmarshal(answer.Body, &body) == nil && body.Error.Code == http.StatusNotFound
}
