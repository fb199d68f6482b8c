package httpapi

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/valence-rsd/valence/service"
)

// errorWire is the error document of Valence (contract 3.1): flat, with all
// five keys always there.
type errorWire struct {
	RequestID string `json:"request_id"`
	Status    int    `json:"status"`
	Code      string `json:"code" doc:"The reason phrase of the status."`
	Title     string `json:"title"`
	Detail    string `json:"detail" doc:"What went wrong, for people."`
}

// problem is an error as the caller sees it. Those that have no code in the
// domain, such as a method that is not allowed, are made as problems.
type problem struct {
	status int
	title  string
	detail string
}

func (p *problem) Error() string { return p.detail }

// invalid is a request body or query that cannot be understood.
func invalid(format string, args ...any) *problem {
	return &problem{http.StatusBadRequest, "Validation Error", fmt.Sprintf(format, args...)}
}

// problemOf turns any error into what its caller may see of it. Errors without
// a code of the domain are for the log only.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if e, ok := errors.AsType[*service.Error](err); ok && e.Code != service.Internal {
		if p, ok := problemOfCode(e.Code); ok {
			p.detail = e.Message
			return &p
		}
	}
	p, _ := problemOfCode(service.Internal)
	p.detail = "The service failed; its log says more under this request id."
	return &p
}

// problemOfCode is the one place that knows which status and which title a
// code of the domain ends in. It gives false for a code that is not listed.
func problemOfCode(code service.Code) (problem, bool) {
	switch code {
	case service.Invalid:
		return problem{status: http.StatusBadRequest, title: "Bad Request"}, true
	case service.Unauthorized:
		return problem{status: http.StatusUnauthorized, title: "Authorization Error"}, true
	case service.Forbidden:
		return problem{status: http.StatusForbidden, title: "Not Allowed"}, true
	case service.NotFound:
		return problem{status: http.StatusNotFound, title: "Resource could not be found"}, true
	case service.Conflict:
		return problem{status: http.StatusConflict, title: "Conflict"}, true
	case service.Stale:
		return problem{status: http.StatusPreconditionFailed, title: "Changed by somebody else"}, true
	case service.NoCapacity:
		return problem{status: http.StatusConflict, title: "Not enough hardware"}, true
	case service.PodFailed:
		return problem{status: http.StatusBadGateway, title: "Pod manager failed"}, true
	case service.Unavailable:
		return problem{status: http.StatusServiceUnavailable, title: "Connection Error"}, true
	case service.Timeout:
		return problem{status: http.StatusGatewayTimeout, title: "Timed out"}, true
	case service.Internal:
		return problem{status: http.StatusInternalServerError, title: "Internal Server Error"}, true
	}
	return problem{}, false
}

// fail answers with the document of err, and leaves err to the access log.
// Where the answer is under way already it cannot be taken back: the connection
// is cut, so that the caller does not mistake half an answer for a whole one.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	rec := recordOf(r.Context())
	rec.err = err
	if rec.status != 0 {
		panic(http.ErrAbortHandler)
	}
	p := problemOf(err)
	// A document that cannot be written has nobody left to read it.
	_ = answer(w, p.status, errorWire{
		RequestID: rec.id,
		Status:    p.status,
		Code:      http.StatusText(p.status),
		Title:     p.title,
		Detail:    p.detail,
	})
}
