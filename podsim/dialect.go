package podsim

import (
	"maps"
	"net/http"
	"slices"
)

const defaultDialect = "2.3"

// dialects are those that the pod can speak, by name. A further version is a further function that returns one.
func dialects() map[string]func() dialect {
	return map[string]func() dialect{
		"2.3":  rsd23,
		"dmtf": dmtf,
	}
}

// Dialects lists what Options.Dialect takes.
func Dialects() []string { return slices.Sorted(maps.Keys(dialects())) }

// dialect is what differs between the RSD versions, as data.
type dialect struct {
	composition      bool   // no RSD at all, but DMTF's CompositionService
	apiVersion       string // Oem.Intel_RackScale.ApiVersion of the root
	redfishVersion   string
	rootVersion      string // schema versions of the resources
	nodeVersion      string
	absoluteLocation bool // Location of a new node with scheme and host, or only the path
	answers          map[problem]answer
}

// answer is how a dialect words one kind of refusal.
type answer struct {
	status  int
	code    string
	message string
}

// rsd23 is the dialect of the RSD 2.3 pod manager.
func rsd23() dialect {
	return dialect{
		apiVersion:       "2.3.0",
		redfishVersion:   "1.1.0",
		rootVersion:      "v1_1_1",
		nodeVersion:      "v1_0_0",
		absoluteLocation: true,
		answers: map[problem]answer{
			internalError: {http.StatusInternalServerError, "Base.1.0.UnknownException",
				"The server encountered an unexpected condition that prevented it from fulfilling the request"},
			unknownEndpoint:  {http.StatusNotFound, "Base.1.0.InvalidEndpoint", "Invalid endpoint"},
			methodNotAllowed: {http.StatusMethodNotAllowed, "Base.1.0.InvalidHttpMethod", "Invalid HTTP request method"},
			badPayload:       {http.StatusBadRequest, "Base.1.0.InvalidPayload", "Request payload is invalid or missing"},
			badCreation: {http.StatusBadRequest, "Base.1.0.UnsupportedCreationRequest",
				"Unable to create machine due to error in machine template or bad creation request"},
			stateMismatch: {http.StatusConflict, "Base.1.0.ResourcesStateMismatch", "Resources state mismatch"},
			notSignedIn: {http.StatusUnauthorized, "Base.1.0.Unauthorized",
				"Authorization is required to access this resource."},
			badAccept:  {http.StatusNotAcceptable, "Base.1.0.BadAcceptHeader", "Bad Accept field in request header"},
			uriTooLong: {http.StatusRequestURITooLong, "Base.1.0.RequestUriTooLong", "Malformed URI"},
			serviceUnavailable: {http.StatusServiceUnavailable, "Base.1.0.ServiceUnavailable",
				"Server is currently unable to handle this request."},
		},
	}
}
