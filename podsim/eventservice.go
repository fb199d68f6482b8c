package podsim

import (
	"net/http"
	"time"

	"github.com/valence-rsd/valence/podsim/events"
)

const subscriptionsURI = eventServiceURI + "/Subscriptions"

// eventRules say how a dialect delivers events; without an attempt to repeat it has none at all.
type eventRules struct {
	retries  int
	interval time.Duration
}

// eventRoutes serve the subscriptions, or the service alone where the dialect has no events.
func (s *Simulator) eventRoutes(mux *http.ServeMux) {
	s.handle(mux, eventServiceURI, methods{"GET": s.getEventService})
	if s.dialect.events.retries == 0 {
		return
	}
	s.handle(mux, subscriptionsURI, methods{"GET": s.listSubscriptions, "POST": s.subscribe})
	s.handle(mux, subscriptionsURI+"/{subscription}", methods{"GET": s.getSubscription, "DELETE": s.unsubscribe})
}

type eventServiceBody struct {
	header
	Status         serviceStatus `json:"Status"`
	ServiceEnabled bool          `json:"ServiceEnabled"`
	*eventServiceDetails
}

type eventServiceDetails struct {
	RetryAttempts int      `json:"DeliveryRetryAttempts"`
	RetryInterval int      `json:"DeliveryRetryIntervalSeconds"`
	Types         []string `json:"EventTypesForSubscription"`
	Subscriptions link     `json:"Subscriptions"`
}

func (s *Simulator) getEventService(w http.ResponseWriter, _ *http.Request) error {
	body := eventServiceBody{
		header: newHeader("EventService", "v1_0_0", eventServiceURI, "EventService", "Event Service", "Event Service"),
		Status: serviceStatus{"Disabled", healthOK},
	}
	if rules := s.dialect.events; rules.retries > 0 {
		body.Status.State, body.ServiceEnabled = "Enabled", true
		body.eventServiceDetails = &eventServiceDetails{
			RetryAttempts: rules.retries,
			RetryInterval: int(rules.interval.Seconds()),
			Types:         events.Types(),
			Subscriptions: link{subscriptionsURI},
		}
	}
	return s.serve(w, body)
}

type subscriptionBody struct {
	header
	Destination string   `json:"Destination"`
	Types       []string `json:"EventTypes"`
	Context     string   `json:"Context"`
	Protocol    string   `json:"Protocol"`
	Origins     []link   `json:"OriginResources"`
}

func newSubscriptionBody(sub events.Subscription) subscriptionBody {
	body := subscriptionBody{
		header: newHeader("EventDestination", "v1_0_0", subscriptionsURI+"/"+sub.ID, sub.ID, sub.Name,
			"Event Subscription"),
		Destination: sub.Destination,
		Types:       sub.Types,
		Context:     sub.Context,
		Protocol:    sub.Protocol,
		Origins:     []link{},
	}
	for _, uri := range sub.Origins {
		body.Origins = append(body.Origins, link{uri})
	}
	return body
}

type subscriptionRequest struct {
	Name        string   `json:"Name"`
	Destination *string  `json:"Destination"`
	Types       []string `json:"EventTypes"`
	Context     string   `json:"Context"`
	Protocol    *string  `json:"Protocol"`
	Origins     []link   `json:"OriginResources"`
}

func (s *Simulator) subscribe(w http.ResponseWriter, r *http.Request) error {
	var req subscriptionRequest
	if err := decodeStrict(r, &req); err != nil {
		return err
	}
	if req.Destination == nil || req.Protocol == nil {
		return refuse(badPayload, "Destination and Protocol are needed")
	}
	sub := events.Subscription{
		Name: orDefault(req.Name, "Event Subscription"), Destination: *req.Destination, Types: req.Types,
		Context: req.Context, Protocol: *req.Protocol,
	}
	if len(sub.Types) == 0 {
		sub.Types = events.Types()
	}
	for _, l := range req.Origins {
		sub.Origins = append(sub.Origins, l.URI)
	}
	sub, err := s.events.Subscribe(sub)
	if err != nil {
		return refuse(badPayload, err.Error())
	}
	s.log.InfoContext(r.Context(), "subscribed", "subscription", sub.ID, "destination", sub.Destination)
	w.Header().Set("Location", s.location(r, subscriptionsURI+"/"+sub.ID))
	writeJSON(w, http.StatusCreated, newSubscriptionBody(sub))
	return nil
}

func (s *Simulator) listSubscriptions(w http.ResponseWriter, _ *http.Request) error {
	members := []link{}
	for _, sub := range s.events.Subscriptions() {
		members = append(members, link{subscriptionsURI + "/" + sub.ID})
	}
	writeJSON(w, http.StatusOK, newCollection("EventDestination", subscriptionsURI, members))
	return nil
}

func (s *Simulator) getSubscription(w http.ResponseWriter, r *http.Request) error {
	for _, sub := range s.events.Subscriptions() {
		if sub.ID == r.PathValue("subscription") {
			return s.serve(w, newSubscriptionBody(sub))
		}
	}
	return refuse(unknownEndpoint)
}

func (s *Simulator) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	if !s.events.Unsubscribe(r.PathValue("subscription")) {
		return refuse(unknownEndpoint)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// publish tells subscribers of an event; it never waits.
func (p *pod) publish(kind, uri, message string) {
	if p.events != nil {
		p.events.Publish(events.Event{Type: kind, Origin: uri, Message: message})
	}
}

// watchPower returns what tells subscribers whether the power of a system has changed since. The caller holds the
// mutex at both times.
func (p *pod) watchPower(s *system) func() {
	was := s.state.on
	return func() {
		if s.state.on != was {
			p.publish(events.StatusChange, s.uri, "The power state is "+s.state.powerState())
		}
	}
}
