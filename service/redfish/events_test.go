package redfish

import (
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// eventful are the answers of a service with events that answers a
// subscription in some way.
func eventful(service, root string, subscribe http.HandlerFunc) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /redfish/v1":                              reply(200, root),
		"GET /redfish/v1/EventService":                 reply(200, service),
		"POST /redfish/v1/EventService/Subscriptions":  subscribe,
		"GET /redfish/v1/EventService/Subscriptions/7": reply(200, `{}`),
		"/redfish/v1/EventService/Subscriptions/":      reply(404, `{}`),
	}
}

const (
	eventRoot    = `{"Systems": {"@odata.id": "/s"}, "EventService": {"@odata.id": "/redfish/v1/EventService"}}`
	eventService = `{"ServiceEnabled": true, "Subscriptions": {"@odata.id": "/redfish/v1/EventService/Subscriptions"}}`
)

func TestSubscribe(t *testing.T) {
	t.Parallel()
	var sent string
	s := serve(t, eventful(eventService, eventRoot, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = string(body)
		w.Header().Set("Location", "http://10.0.0.1/redfish/v1/EventService/Subscriptions/7/")
		w.WriteHeader(http.StatusCreated)
	}))
	pod := s.open(t, Options{})
	ref, err := pod.Subscribe(t.Context(), "https://valence.example/v1/events/s", "token")
	if err != nil || ref != "/redfish/v1/EventService/Subscriptions/7" {
		t.Fatalf("subscribed at %q, %v", ref, err)
	}
	want := `{"Name":"Valence","Destination":"https://valence.example/v1/events/s",` +
		`"EventTypes":["StatusChange","ResourceUpdated","ResourceAdded","ResourceRemoved","Alert"],"Context":"token","Protocol":"Redfish"}`
	if sent != want {
		t.Errorf("it sent %s", sent)
	}
	for ref, want := range map[string]bool{ref: true, "/redfish/v1/EventService/Subscriptions/8": false} {
		if still, err := pod.Subscribed(t.Context(), ref); still != want || err != nil {
			t.Errorf("%s is there: %v, %v", ref, still, err)
		}
	}
	if err := pod.Unsubscribe(t.Context(), "/redfish/v1/EventService/Subscriptions/8"); err != nil {
		t.Errorf("what is gone already: %v", err)
	}
}

func TestNoEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		service, root string
		answer        http.HandlerFunc
		want          service.Code
	}{
		"no service":         {eventService, `{"Systems": {"@odata.id": "/s"}}`, nil, service.Invalid},
		"not enabled (1.2)":  {`{"ServiceEnabled": false}`, eventRoot, nil, service.Invalid},
		"nowhere to ask":     {`{"ServiceEnabled": true}`, eventRoot, nil, service.Invalid},
		"it fails":           {eventService, eventRoot, reply(500, `{}`), service.PodFailed},
		"no ref":             {eventService, eventRoot, reply(201, `{}`), service.PodFailed},
		"a ref in the body":  {eventService, eventRoot, reply(201, `{"@odata.id": "/subscriptions/1"}`), ""},
		"a ref to elsewhere": {eventService, eventRoot, reply(201, `{"@odata.id": "http://other.example/1"}`), service.PodFailed},
	} {
		pod := serve(t, eventful(c.service, c.root, func(w http.ResponseWriter, r *http.Request) {
			if c.answer != nil {
				c.answer(w, r)
			}
		})).open(t, Options{})
		ref, err := pod.Subscribe(t.Context(), "https://valence.example/", "")
		if c.want == "" && (err != nil || ref != "/subscriptions/1") || c.want != "" && (err == nil || service.CodeOf(err) != c.want) {
			t.Errorf("%s: %q, %v", name, ref, err)
		}
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	pod := Pod{Client: fuzzClient()}
	for body, want := range map[string][]string{
		`{"Events": [{"OriginOfCondition": {"@odata.id": "/redfish/v1/Systems/1/"}}]}`: {"/redfish/v1/Systems/1"},
		`{"Events": [{"OriginOfCondition": {"@odata.id": "/a"}}, {}, {"OriginOfCondition": {"@odata.id": "/a"}},
			{"OriginOfCondition": {"@odata.id": "http://evil.example/b"}}]}`: {"/a", ""},
		`{"Events": [{"OriginOfCondition": 7}]}`: {""},
	} {
		if got, err := pod.Origins([]byte(body)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s is about %q, %v; want %q", body, got, err, want)
		}
	}
	for _, body := range []string{"", "null", "[]", "{}", `{"Events": []}`, `{"Events": 7}`} {
		if refs, err := pod.Origins([]byte(body)); service.CodeOf(err) != service.Invalid || err == nil {
			t.Errorf("%q is about %q, %v", body, refs, err)
		}
	}
}

// FuzzEvent holds whatever a pod may send to refs of its own.
func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"Events": [{"OriginOfCondition": {"@odata.id": "/redfish/v1/Systems/1"}}]}`))
	pod := Pod{Client: fuzzClient()}
	f.Fuzz(func(t *testing.T, body []byte) {
		refs, err := pod.Origins(body)
		if err != nil && service.CodeOf(err) != service.Invalid {
			t.Errorf("the code is %s", service.CodeOf(err))
		}
		wantRefs(t, slices.DeleteFunc(refs, func(ref string) bool { return ref == "" }))
	})
}

func FuzzEventService(f *testing.F) {
	fuzz(f, "*/*/EventService.json", func(*testing.T, eventServiceDocument) {})
}
