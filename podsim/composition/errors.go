package composition

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// message is one of the registries Base 1.18 and Composition 1.1.3: its id, what it says of its arguments %1, %2, …, how
// bad it is, and what helps.
type message struct {
	status               int
	id, text             string
	severity, resolution string
}

const (
	fixIt   = "Correct the request body and resubmit the request."
	noBlock = "Remove the resource block and resubmit the request."
	warning = "Warning"
	bad     = "Critical"
)

// The statuses are ours where the registries leave them open: 409 for what another time or other hardware would allow,
// 400 for what is never possible, 404 for what is not there.
var (
	blockInUse = message{http.StatusConflict, "Composition.1.1.3.ResourceBlockInUse",
		"Resource block '%1' cannot be part of any new compositions.", warning,
		"Remove the resource block from the request and resubmit the request."}
	blockInvalid = message{http.StatusBadRequest, "Composition.1.1.3.ResourceBlockInvalid",
		"Resource block '%1' is not valid.", bad, noBlock}
	blockNotFound = message{http.StatusNotFound, "Composition.1.1.3.ResourceBlockNotFound",
		"Resource block '%1' was not found.", bad, noBlock}
	noResourceMatch = message{http.StatusConflict, "Composition.1.1.3.NoResourceMatch",
		"The requested resources of type '%1' are not available for allocation.", bad,
		"Change parameters associated with the resource, such as quantity or performance, and resubmit the request."}
	incompatibleZone = message{http.StatusBadRequest, "Composition.1.1.3.IncompatibleZone",
		"The requested resource blocks span multiple resource zones.", bad,
		"Request resource blocks from the same resource zone."}
	blockReserved = message{http.StatusConflict, "Composition.1.1.3.SpecifiedResourceAlreadyReserved",
		"Resource block '%1' is already reserved under reservation '%2'.", bad,
		"Delete the reservation containing the resource block or select a different resource block and resubmit the request."}
	matchReserved = message{http.StatusConflict, "Composition.1.1.3.ConstrainedResourceAlreadyReserved",
		"The requested resources are reserved under reservation '%1'.", bad,
		"Delete the reservation containing the resources and resubmit the request."}
	emptyManifest = message{http.StatusBadRequest, "Composition.1.1.3.EmptyManifest",
		"The provided manifest is empty or a stanza in the manifest contains no request.", warning,
		"Provide a request content for the manifest and resubmit."}
	badStanza = message{http.StatusBadRequest, "Composition.1.1.3.UnableToProcessStanzaRequest",
		"The provided manifest for the Compose action of type %1 contains a stanza with Id of value '%2' with a Content " +
			"parameter that could not be processed.", bad,
		"Add the Content parameter to the stanza or remove the stanza, and resubmit the request."}

	malformedJSON = message{http.StatusBadRequest, "Base.1.18.MalformedJSON",
		"The request body submitted was malformed JSON and could not be parsed by the receiving service.", bad, fixIt}
	propertyMissing = message{http.StatusBadRequest, "Base.1.18.PropertyMissing",
		"The property %1 is a required property and must be included in the request.", warning, fixIt}
	propertyUnknown = message{http.StatusBadRequest, "Base.1.18.PropertyUnknown",
		"The property %1 is not in the list of valid properties for the resource.", warning,
		"Remove the unknown property from the request body and resubmit the request."}
	propertyReadOnly = message{http.StatusBadRequest, "Base.1.18.PropertyNotWritable",
		"The property %1 is a read-only property and cannot be assigned a value.", warning,
		"Remove the property from the request body and resubmit the request."}
	wrongType = message{http.StatusBadRequest, "Base.1.18.PropertyValueTypeError",
		"The value '%1' for the property %2 is not a type that the property can accept.", warning, fixIt}
	wrongValue = message{http.StatusBadRequest, "Base.1.18.PropertyValueNotInList",
		"The value '%1' for the property %2 is not in the list of acceptable values.", warning,
		"Choose a value from the enumeration list that the implementation can support and resubmit the request."}
	conflictingValue = message{http.StatusBadRequest, "Base.1.18.PropertyValueConflict",
		"The property '%1' could not be written because its value would conflict with the value of the '%2' property.",
		warning, fixIt}
	parameterMissing = message{http.StatusBadRequest, "Base.1.18.ActionParameterMissing",
		"The action %1 requires the parameter %2 to be present in the request body.", bad, fixIt}
	noSuchResource = message{http.StatusNotFound, "Base.1.18.ResourceMissingAtURI",
		"The resource at the URI '%1' was not found.", bad,
		"Place a valid resource at the URI or correct the URI and resubmit the request."}
	notAllowed = message{http.StatusMethodNotAllowed, "Base.1.18.OperationNotAllowed",
		"The HTTP method is not allowed on this resource.", bad, "None."}
	preconditionFailed = message{http.StatusPreconditionFailed, "Base.1.18.PreconditionFailed",
		"The ETag supplied did not match the ETag required to change this resource.", bad,
		"Try the operation again using the appropriate ETag."}
	preconditionRequired = message{http.StatusPreconditionRequired, "Base.1.18.PreconditionRequired",
		"A precondition header or annotation is required to change this resource.", bad,
		"Try the operation again using an If-Match or If-None-Match header and appropriate ETag."}
	busy = message{http.StatusConflict, "Base.1.18.ResourceInUse",
		"The change to the requested resource failed because the resource is in use or in transition.", warning,
		"Remove the condition and resubmit the request if the operation failed."}
	queryUnknown = message{http.StatusNotImplemented, "Base.1.18.QueryNotSupported",
		"Querying is not supported by the implementation.", warning,
		"Remove the query parameters and resubmit the request if the operation failed."}
	badQuery = message{http.StatusBadRequest, "Base.1.18.QueryParameterValueFormatError",
		"The value '%1' for the parameter %2 is not of a format that the parameter can accept.", warning,
		"Correct the value for the query parameter in the request and resubmit the request."}
	generalError      = message{http.StatusBadRequest, "Base.1.18.GeneralError", "%1", bad, "None."}
	compositionFailed = message{http.StatusInternalServerError, "Base.1.18.InternalError",
		"The request failed due to an internal service error.  The service is still operational.", bad,
		"Resubmit the request.  If the problem persists, consider resetting the service."}
	unavailable = message{http.StatusServiceUnavailable, "Base.1.18.ServiceShuttingDown",
		"The operation failed because the service is shutting down and can no longer take incoming requests.", bad,
		"When the service becomes available, resubmit the request if the operation failed."}
)

// refusal is an error that a client is told about.
type refusal struct {
	message message
	args    []string
}

func refuse(m message, args ...string) *refusal { return &refusal{m, args} }

func (r *refusal) Error() string {
	text := r.message.text
	for i, arg := range r.args {
		text = strings.ReplaceAll(text, "%"+strconv.Itoa(i+1), arg)
	}
	return text
}

// info is the refusal as an entry of ExtendedInfo.
func (r *refusal) info() object {
	args := []any{}
	for _, arg := range r.args {
		args = append(args, arg)
	}
	return object{
		"@odata.type":     "#Message.v1_1_1.Message",
		"MessageId":       r.message.id,
		"Message":         r.Error(),
		"MessageArgs":     args,
		"MessageSeverity": r.message.severity,
		"Severity":        r.message.severity,
		"Resolution":      r.message.resolution,
	}
}

// refusals takes an error apart; one that is no refusal is a bug.
func refusals(err error) []*refusal {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*refusal
		for _, one := range several.Unwrap() {
			all = append(all, refusals(one)...)
		}
		return all
	}
	var one *refusal
	if !errors.As(err, &one) {
		return []*refusal{refuse(generalError, fmt.Sprint(err))}
	}
	return []*refusal{one}
}

// errorBody is the Redfish error document of an error.
func errorBody(err error) (status int, body object) {
	all := refusals(err)
	infos := []any{}
	for _, one := range all {
		infos = append(infos, one.info())
	}
	first := all[0]
	return first.message.status, object{"error": object{
		"code":                  first.message.id,
		"message":               first.Error(),
		"@Message.ExtendedInfo": infos,
	}}
}
