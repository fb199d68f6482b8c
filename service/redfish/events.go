package redfish

import (
	"cmp"
	"context"
	"net/http"

	"github.com/valence-rsd/valence/service"
)

// maxEvents bounds how many events of one message are looked at.
const maxEvents = 1000

var _ service.PodEvents = Pod{}

// eventTypes are what to hear of where the service does not list what there is.
var eventTypes = []string{"StatusChange", "ResourceUpdated", "ResourceAdded", "ResourceRemoved", "Alert"}

type eventServiceDocument struct {
	ServiceEnabled *bool
	Types          []string `json:"EventTypesForSubscription"`
	Subscriptions  Link
}

// eventBody asks for events. It has what every version knows: unknown
// properties are refused.
type eventBody struct {
	Name        string
	Destination string
	EventTypes  []string
	Context     string
	Protocol    string
}

// eventDocument is what a service sends (Event.v1_0 and later).
type eventDocument struct {
	Events []struct {
		Origin Link `json:"OriginOfCondition"`
	}
}

// Subscribe implements service.PodEvents. RSD 1.2 has an event service that is
// not enabled.
func (p Pod) Subscribe(ctx context.Context, destination, token string) (string, error) {
	ref, err := p.subscribe(ctx, destination, token)
	return ref, p.Failed(err, "subscribing to events")
}

func (p Pod) subscribe(ctx context.Context, destination, token string) (string, error) {
	e, err := p.Client.Entry(ctx, false)
	if err != nil {
		return "", err
	}
	if e.events == "" {
		return "", service.Errorf(service.Invalid, "it has no event service")
	}
	doc, err := Get[eventServiceDocument](ctx, p.Client, e.events, Only(http.StatusNotFound, service.Invalid))
	if err != nil {
		return "", err
	}
	if doc.ServiceEnabled != nil && !*doc.ServiceEnabled || doc.Subscriptions.ID == "" {
		return "", service.Errorf(service.Invalid, "its event service is not enabled")
	}
	types := doc.Types
	if len(types) == 0 {
		types = eventTypes
	}
	made, err := p.Client.Do(ctx, Request{Method: http.MethodPost, Link: doc.Subscriptions.ID, Body: eventBody{
		Name: "Valence", Destination: destination, EventTypes: types, Context: token, Protocol: "Redfish",
	}})
	if err != nil {
		return "", err
	}
	location := p.Client.Location(made.Header)
	if location == "" {
		doc, err := Decode[Link](made.Body)
		if err != nil {
			return "", err
		}
		location = doc.ID
	}
	return p.Client.Ref(location)
}

// Subscribed implements service.PodEvents.
func (p Pod) Subscribed(ctx context.Context, ref string) (bool, error) {
	_, err := p.Client.Do(ctx, Request{Method: http.MethodGet, Link: ref, Means: Only(http.StatusNotFound, service.NotFound)})
	if service.CodeOf(err) == service.NotFound {
		return false, nil
	}
	return err == nil, p.Failed(err, "looking for the subscription to events")
}

// Unsubscribe implements service.PodEvents.
func (p Pod) Unsubscribe(ctx context.Context, ref string) error {
	_, err := p.Client.Do(ctx, Request{Method: http.MethodDelete, Link: ref, Means: Only(http.StatusNotFound, service.NotFound)})
	if service.CodeOf(err) == service.NotFound {
		return nil
	}
	return p.Failed(err, "ending the subscription to events")
}

// Origins implements service.PodEvents. An event that does not say where it
// comes from, or that comes from elsewhere, has no ref, and the empty one stands
// for it: something has changed.
func (p Pod) Origins(body []byte) ([]string, error) {
	doc, err := Decode[eventDocument](body)
	if err != nil || len(doc.Events) == 0 {
		return nil, &service.Error{Code: service.Invalid, Message: "the body is no Redfish event", Err: err}
	}
	var refs []string
	seen := map[string]bool{}
	for _, e := range doc.Events[:min(len(doc.Events), maxEvents)] {
		ref, err := p.Client.Ref(cmp.Or(e.Origin.ID, "/"))
		if err != nil {
			ref = ""
		}
		if !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
	}
	return refs, nil
}
