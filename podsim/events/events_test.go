package events_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim/events"
)

// listener takes events; refuse is how many deliveries it refuses first.
func listener(t *testing.T, refuse int32) (url string, got chan map[string]any) {
	t.Helper()
	got = make(chan map[string]any, 10)
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) <= refuse {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var doc map[string]any
		if err := json.NewDecoder(r.Body).Decode(&doc); err != nil || r.Method != "POST" {
			t.Errorf("%s with a body that is %v", r.Method, err)
		}
		got <- doc
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

func service(t *testing.T, retries int) *events.Service {
	t.Helper()
	s := events.New(retries, 5*time.Millisecond, slog.New(slog.DiscardHandler))
	t.Cleanup(s.Close)
	return s
}

func subscribe(t *testing.T, s *events.Service, sub events.Subscription) events.Subscription {
	t.Helper()
	sub.Protocol = "Redfish"
	made, err := s.Subscribe(sub)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func next(t *testing.T, got chan map[string]any) map[string]any {
	t.Helper()
	select {
	case doc := <-got:
		return doc
	case <-time.After(5 * time.Second):
		t.Fatal("no event after five seconds")
		return nil
	}
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	url, got := listener(t, 2)
	s := service(t, 2)
	subscribe(t, s, events.Subscription{
		Destination: url, Context: "mine", Types: []string{events.StatusChange}, Origins: []string{"/redfish/v1/Systems/1"},
	})
	for _, e := range []events.Event{
		{Type: events.ResourceAdded, Origin: "/redfish/v1/Systems/1"},
		{Type: events.StatusChange, Origin: "/redfish/v1/Systems/10"},
		{Type: events.StatusChange, Origin: "/redfish/v1/Systems/1", Message: "on"},
		{Type: events.StatusChange, Origin: "/redfish/v1/Systems/1/Processors/2", Severity: "Critical"},
	} {
		s.Publish(e)
	}
	first, second := next(t, got), next(t, got)
	e := first["Events"].([]any)[0].(map[string]any)
	if first["@odata.type"] != "#Event.v1_1_0.Event" || first["Context"] != "mine" || e["EventType"] != "StatusChange" ||
		e["Message"] != "on" || e["Severity"] != "OK" || e["EventId"] != "3" ||
		e["OriginOfCondition"].(map[string]any)["@odata.id"] != "/redfish/v1/Systems/1" {
		t.Errorf("first event: %v", first)
	}
	if e := second["Events"].([]any)[0].(map[string]any); e["Severity"] != "Critical" {
		t.Errorf("second event: %v", second)
	}
}

func TestALostEventIsNotTheLast(t *testing.T) {
	t.Parallel()
	url, got := listener(t, 2)
	s := service(t, 1)
	subscribe(t, s, events.Subscription{Destination: url})
	s.Publish(events.Event{Type: events.Alert, Message: "lost"})
	s.Publish(events.Event{Type: events.Alert, Message: "found"})
	if e := next(t, got)["Events"].([]any)[0].(map[string]any); e["Message"] != "found" {
		t.Errorf("event %v", e)
	}
}

func TestPublishNeverWaits(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	s := service(t, 0)
	sub := subscribe(t, s, events.Subscription{Destination: server.URL})
	begin := time.Now()
	for range 10_000 {
		s.Publish(events.Event{Type: events.Alert})
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("publishing took %s", took)
	}
	if !s.Unsubscribe(sub.ID) || s.Unsubscribe(sub.ID) || len(s.Subscriptions()) != 0 {
		t.Error("a subscription ends once")
	}
	closed := make(chan struct{})
	go func() { s.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Error("Close waits for a subscriber that does not answer")
	}
	if _, err := s.Subscribe(events.Subscription{Destination: server.URL, Protocol: "Redfish"}); err == nil {
		t.Error("a closed service takes subscriptions")
	}
}

func TestSubscribeRefuses(t *testing.T) {
	t.Parallel()
	s := service(t, 0)
	for want, sub := range map[string]events.Subscription{
		`Destination is ""`:         {Protocol: "Redfish"},
		`Destination is "/events"`:  {Protocol: "Redfish", Destination: "/events"},
		`Destination is "ftp://a"`:  {Protocol: "Redfish", Destination: "ftp://a"},
		`Protocol is "SNMP"`:        {Protocol: "SNMP", Destination: "http://a"},
		`EventTypes has "Birthday"`: {Protocol: "Redfish", Destination: "http://a", Types: []string{"Birthday"}},
	} {
		if _, err := s.Subscribe(sub); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	for i := range 101 {
		if _, err := s.Subscribe(events.Subscription{Protocol: "Redfish", Destination: "http://a"}); (err == nil) != (i < 100) {
			t.Fatalf("subscription %d: %v", i, err)
		}
	}
}
