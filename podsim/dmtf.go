package podsim

import (
	"net/http"

	"github.com/valence-rsd/valence/podsim/composition"
	"github.com/valence-rsd/valence/podsim/events"
	"github.com/valence-rsd/valence/podsim/faults"
)

// composition is the personality of DMTF's CompositionService. Its delays are those of RSD that take their place:
// composing is assembling.
func (s *Simulator) composition() (func(*http.ServeMux), error) {
	s.rsd() // the hardware
	pod, err := composition.New(composition.Options{
		Layout:       newLayout(s.pod.inventory),
		Bundle:       s.opts.Bundle,
		Flavour:      *s.dialect.composition,
		Seed:         s.opts.Seed,
		ComposeDelay: s.opts.AssembleDelay,
		ChangeDelay:  s.opts.AttachDelay,
		DeleteDelay:  s.opts.DeleteDelay,
		PowerDelay:   s.opts.PowerDelay,
		Async:        s.opts.Async,
		ResetTypes:   s.opts.ResetTypes,
		Outcome:      outcomeOf,
		Tell: func(kind, uri, message string) {
			s.events.Publish(events.Event{Type: kind, Origin: uri, Message: message})
		},
		Clock: s.clock,
	})
	if err != nil {
		return nil, err
	}
	s.composed = pod
	return func(mux *http.ServeMux) {
		s.eventRoutes(mux)
		mux.Handle("/", pod)
	}, nil
}

// outcomeOf is what the faults make of the composition that a request starts.
func outcomeOf(r *http.Request) composition.Outcome {
	switch effectOn(r) {
	case faults.Fail:
		return composition.Failed
	case faults.Stick:
		return composition.Never
	}
	return composition.Well
}

// Composition is what a DMTF pod knows, for tests; nil for an RSD pod manager.
func (s *Simulator) Composition() *composition.Pod { return s.composed }

// dmtf is the dialect of a CompositionService, as far as the simulator itself speaks. The rest is in package composition.
func dmtf(flavour composition.Flavour) dialect {
	return dialect{
		composition:  &flavour,
		sessions:     true,
		cacheControl: true,
		events:       rsd23().events,
		hardware:     rsd23().hardware,
		answers: map[problem]answer{
			internalError: {http.StatusInternalServerError, "Base.1.18.InternalError",
				"The request failed due to an internal service error.  The service is still operational."},
			unknownEndpoint: {http.StatusNotFound, "Base.1.18.ResourceMissingAtURI",
				"The resource at the URI was not found."},
			methodNotAllowed: {http.StatusMethodNotAllowed, "Base.1.18.OperationNotAllowed",
				"The HTTP method is not allowed on this resource."},
			badPayload: {http.StatusBadRequest, "Base.1.18.MalformedJSON",
				"The request body submitted was malformed JSON and could not be parsed by the receiving service."},
			badCreation:   {http.StatusBadRequest, "Base.1.18.GeneralError", "A general error has occurred."},
			stateMismatch: {http.StatusConflict, "Base.1.18.ResourceInUse", "The resource is in use or in transition."},
			notSignedIn: {http.StatusUnauthorized, "Base.1.18.NoValidSession",
				"There is no valid session established with the implementation."},
			badAccept:  {http.StatusNotAcceptable, "Base.1.18.HeaderInvalid", "Header 'Accept' is invalid."},
			uriTooLong: {http.StatusRequestURITooLong, "Base.1.18.InvalidURI", "The URI was not found."},
			serviceUnavailable: {http.StatusServiceUnavailable, "Base.1.18.ServiceTemporarilyUnavailable",
				"The service is temporarily unavailable."},
		},
	}
}
