package podsim

import (
	"errors"
	"net/http"
	"strings"
)

// problem is a kind of refusal. What status, code and text it becomes is the dialect's business.
type problem int

const (
	internalError      problem = iota
	unknownEndpoint            // no such URI, node, system, …
	methodNotAllowed           // the URI exists, the method does not
	badPayload                 // the body is missing, malformed or has a property this version does not know
	badCreation                // the Allocate request breaks a rule
	missingResource            // the Allocate request names what does not exist
	stateMismatch              // the pod is not in a state in which that is possible
	wrongState                 // the node, or the health of its machine, does not allow that now
	systemAway                 // the node has lost its system
	actionRead                 // a GET of the URI of an action
	notImplemented             // a query that the pod manager does not know
	gone                       // the final answer of a task was fetched before
	taskRunning                // the task cannot be deleted yet
	notSignedIn                // no credentials, or wrong ones
	badAccept                  // the client does not take JSON
	uriTooLong                 // longer than a pod manager reads
	serviceUnavailable         // a fault asked for it
)

// refusal is an error that a client is told about.
type refusal struct {
	problem problem
	message string   // replaces the dialect's message for the problem when not empty
	details []string // one ExtendedInfo entry each
}

func (r *refusal) Error() string {
	return strings.Join(append([]string{r.message}, r.details...), ": ")
}

func refuse(p problem, details ...string) error { return &refusal{problem: p, details: details} }

func mismatch(message string, details ...string) error {
	return &refusal{problem: stateMismatch, message: message, details: details}
}

// errorBody is the Redfish error document.
type errorBody struct {
	Error errorContent `json:"error"`
}

type errorContent struct {
	Code         string         `json:"code"`
	Message      string         `json:"message"`
	ExtendedInfo []extendedInfo `json:"@Message.ExtendedInfo"`
}

type extendedInfo struct {
	Message string `json:"Message"`

	*longInfo
}

// longInfo is what entries have on top from RSD 2.4 on.
type longInfo struct {
	Resolution *string `json:"Resolution"`
	MessageID  string  `json:"MessageId"`
}

func (d dialect) newErrorBody(code, message string, details []string) errorBody {
	infos := make([]extendedInfo, 0, len(details))
	for _, detail := range details {
		info := extendedInfo{Message: detail}
		if d.longErrors {
			info.longInfo = &longInfo{MessageID: generalError}
		}
		infos = append(infos, info)
	}
	return errorBody{errorContent{code, message, infos}}
}

// writeError answers with the error document for err. An error that is no refusal is a bug of the simulator: it
// goes to the log and the client learns nothing of it.
func (s *Simulator) writeError(w http.ResponseWriter, r *http.Request, err error) {
	var ref *refusal
	if !errors.As(err, &ref) {
		s.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		ref = &refusal{problem: internalError}
	}
	a := s.dialect.answers[ref.problem]
	message := orDefault(ref.message, a.message)
	if ref.problem == notSignedIn {
		w.Header().Set("WWW-Authenticate", `Basic realm="ApplicationRealm"`)
	}
	if ref.problem == systemAway && a.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "30")
	}
	writeJSON(w, a.status, s.dialect.newErrorBody(a.code, message, ref.details))
}
