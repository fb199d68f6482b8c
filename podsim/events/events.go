// Package events tells subscribers what happens in a simulated pod, as a Redfish EventService does: each subscriber gets
// a POST for every event that it asked for. It knows nothing of what is in the pod, nor of the HTTP that subscribes.
package events

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Types of events, as EventType.
const (
	StatusChange    = "StatusChange"
	ResourceUpdated = "ResourceUpdated"
	ResourceAdded   = "ResourceAdded"
	ResourceRemoved = "ResourceRemoved"
	Alert           = "Alert"
)

// Types lists what can be subscribed to. The pod sends no Alert of its own.
func Types() []string {
	return []string{StatusChange, ResourceUpdated, ResourceAdded, ResourceRemoved, Alert}
}

const (
	maxSubscriptions = 100
	maxWaiting       = 1000 // events for one subscriber that does not keep up; later ones are lost
	postTimeout      = 10 * time.Second
)

// Event is something that happened.
type Event struct {
	Type     string
	Origin   string // URI of the resource that it happened to
	Message  string
	Severity string // OK, Warning, Critical; OK when empty

	number int
	at     time.Time
}

// Subscription says who wants to know what.
type Subscription struct {
	ID          string
	Name        string
	Destination string   // absolute URL
	Types       []string // all when empty
	Context     string   // given back in every event
	Protocol    string
	Origins     []string // URIs of resources; all when empty
}

// wants tells whether the subscriber asked for an event. A resource stands for what is below it, too.
func (s Subscription) wants(e Event) bool {
	typed := len(s.Types) == 0 || slices.Contains(s.Types, e.Type)
	return typed && (len(s.Origins) == 0 || slices.ContainsFunc(s.Origins, func(uri string) bool {
		return e.Origin == uri || strings.HasPrefix(e.Origin, uri+"/")
	}))
}

// Service holds the subscriptions and delivers to them. It is safe for concurrent use.
type Service struct {
	retries  int
	interval time.Duration
	client   *http.Client
	log      *slog.Logger

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	work sync.WaitGroup

	mu          sync.Mutex
	lastEvent   int
	last        int // ids are never given out again
	subscribers []*subscriber
}

type subscriber struct {
	Subscription
	waiting chan Event
	end     context.CancelFunc
}

// New makes a service that repeats a delivery that failed so many times, at that interval.
func New(retries int, interval time.Duration, log *slog.Logger) *Service {
	s := &Service{retries: retries, interval: interval, log: log}
	s.client = &http.Client{
		Transport:     http.DefaultTransport.(*http.Transport).Clone(),
		Timeout:       postTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// Subscribe adds a subscriber and returns it with its id. The error names the property that is wrong.
func (s *Service) Subscribe(sub Subscription) (Subscription, error) {
	if err := sub.validate(); err != nil {
		return Subscription{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.subscribers) >= maxSubscriptions || s.ctx.Err() != nil {
		return Subscription{}, fmt.Errorf("there are %d subscriptions, and no more are taken", len(s.subscribers))
	}
	s.last++
	sub.ID = strconv.Itoa(s.last)
	ctx, cancel := context.WithCancel(s.ctx)
	one := &subscriber{sub, make(chan Event, maxWaiting), cancel}
	s.subscribers = append(s.subscribers, one)
	s.work.Go(func() { s.serve(ctx, one) })
	return sub, nil
}

func (s Subscription) validate() error {
	u, err := url.Parse(s.Destination)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("Destination is %q, expected an absolute URI of http or https", s.Destination) //nolint:staticcheck // begins with the name of a property
	}
	if s.Protocol != "Redfish" {
		return fmt.Errorf("Protocol is %q, expected Redfish", s.Protocol) //nolint:staticcheck // begins with the name of a property
	}
	for _, t := range s.Types {
		if !slices.Contains(Types(), t) {
			return fmt.Errorf("EventTypes has %q, expected some of %s", t, strings.Join(Types(), ", "))
		}
	}
	return nil
}

// Subscriptions lists the subscriptions, oldest first.
func (s *Service) Subscriptions() []Subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []Subscription{}
	for _, one := range s.subscribers {
		all = append(all, one.Subscription)
	}
	return all
}

// Unsubscribe ends a subscription, with what is still to be delivered; it returns false when there is none with that id.
func (s *Service) Unsubscribe(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.subscribers, func(one *subscriber) bool { return one.ID == id })
	if i < 0 {
		return false
	}
	s.subscribers[i].end()
	s.subscribers = slices.Delete(s.subscribers, i, i+1)
	return true
}

// Publish never waits: an event that a subscriber has no room for is lost to that subscriber.
func (s *Service) Publish(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastEvent++
	e.number, e.at = s.lastEvent, time.Now()
	for _, one := range s.subscribers {
		if !one.wants(e) {
			continue
		}
		select {
		case one.waiting <- e:
		default:
			s.log.Warn("lost an event: the subscriber does not keep up", "subscription", one.ID, "origin", e.Origin)
		}
	}
}

// Close ends all subscriptions and waits for deliveries under way.
func (s *Service) Close() {
	s.stop()
	s.work.Wait()
	s.client.CloseIdleConnections()
}
