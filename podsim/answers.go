package podsim

import "net/http"

// answer is how a dialect words one kind of refusal.
type answer struct {
	status  int
	code    string
	message string
}

// namedAnswers are those of the pod managers up to 2.3, which have a code for each kind.
func namedAnswers() map[problem]answer {
	mismatched := answer{http.StatusConflict, "Base.1.0.ResourcesStateMismatch", "Resources state mismatch"}
	creation := answer{http.StatusBadRequest, "Base.1.0.UnsupportedCreationRequest",
		"Unable to create machine due to error in machine template or bad creation request"}
	method := answer{http.StatusMethodNotAllowed, "Base.1.0.InvalidHttpMethod", "Invalid HTTP request method"}
	return map[problem]answer{
		internalError: {http.StatusInternalServerError, "Base.1.0.UnknownException",
			"The server encountered an unexpected condition that prevented it from fulfilling the request"},
		unknownEndpoint:  {http.StatusNotFound, "Base.1.0.InvalidEndpoint", "Invalid endpoint"},
		methodNotAllowed: method,
		actionRead:       method,
		badPayload:       {http.StatusBadRequest, "Base.1.0.InvalidPayload", "Request payload is invalid or missing"},
		badCreation:      creation,
		missingResource:  creation,
		stateMismatch:    mismatched,
		wrongState:       mismatched,
		systemAway:       mismatched,
		notSignedIn: {http.StatusUnauthorized, "Base.1.0.Unauthorized",
			"Authorization is required to access this resource."},
		badAccept:  {http.StatusNotAcceptable, "Base.1.0.BadAcceptHeader", "Bad Accept field in request header"},
		uriTooLong: {http.StatusRequestURITooLong, "Base.1.0.RequestUriTooLong", "Malformed URI"},
		serviceUnavailable: {http.StatusServiceUnavailable, "Base.1.0.ServiceUnavailable",
			"Server is currently unable to handle this request."},
		notImplemented: {http.StatusNotImplemented, "Base.1.0.NotImplemented", "Not implemented"},
		gone:           {http.StatusGone, "Base.1.0.InvalidEndpoint", "Invalid endpoint"},
	}
}

const generalError = "Base.1.0.GeneralError"

// generalAnswers are those of 2.4, where nearly everything has one code and the status tells what is meant.
func generalAnswers() map[problem]answer {
	general := func(status int, message string) answer { return answer{status, generalError, message} }
	creation := "Unable to create machine due to error in machine template or bad creation request."
	answers := map[problem]answer{
		internalError: general(http.StatusInternalServerError,
			"The server encountered an unexpected condition that prevented it from fulfilling the request."),
		unknownEndpoint:    general(http.StatusNotFound, "Invalid endpoint."),
		methodNotAllowed:   general(http.StatusMethodNotAllowed, "Invalid HTTP request method."),
		badPayload:         general(http.StatusBadRequest, "Request payload is invalid or missing."),
		badCreation:        general(http.StatusBadRequest, creation),
		stateMismatch:      general(http.StatusConflict, "Resources state mismatch."),
		notSignedIn:        general(http.StatusUnauthorized, "Authorization is required to access this resource."),
		badAccept:          general(http.StatusNotAcceptable, "Bad Accept field in request header."),
		uriTooLong:         general(http.StatusRequestURITooLong, "Malformed URI."),
		serviceUnavailable: namedAnswers()[serviceUnavailable],
		notImplemented:     {http.StatusNotImplemented, "Base.1.0.NotImplemented", "Not implemented."},
		gone:               general(http.StatusGone, "Invalid endpoint."),
		taskRunning:        {http.StatusBadRequest, "Base.1.0.ResourceInUse", "The task is still running."},
	}
	answers[actionRead] = answers[methodNotAllowed]
	answers[missingResource] = answers[stateMismatch]
	answers[wrongState] = answers[stateMismatch]
	answers[systemAway] = answers[serviceUnavailable]
	return answers
}
