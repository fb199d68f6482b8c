package podsim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

const subscriptionsURI = "/redfish/v1/EventService/Subscriptions"

// subscribed returns what a subscriber hears, as "EventType URI".
func subscribed(t *testing.T, pod *podsim.Server, more string) chan string {
	t.Helper()
	heard := make(chan string, 100)
	listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var doc struct {
			Events []struct {
				EventType         string
				OriginOfCondition struct {
					URI string `json:"@odata.id"`
				}
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&doc); err != nil {
			t.Error(err)
		}
		for _, e := range doc.Events {
			heard <- e.EventType + " " + e.OriginOfCondition.URI
		}
	}))
	t.Cleanup(listener.Close)
	send(t, pod, "POST", subscriptionsURI, `{"Destination":"`+listener.URL+`","Protocol":"Redfish"`+more+`}`).want(t, 201)
	return heard
}

func hears(t *testing.T, heard chan string, want ...string) {
	t.Helper()
	var got []string
	for range want {
		select {
		case one := <-heard:
			got = append(got, one)
		case <-time.After(5 * time.Second):
			t.Fatalf("heard %v, want %v", got, want)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("heard %v, want %v", got, want)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"2.1", "2.2", "2.3"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			pod := start(t, podsim.Options{Dialect: dialect})
			heard := subscribed(t, pod, "")
			const system = "/redfish/v1/Systems/2"
			send(t, pod, "POST", system+"/Actions/ComputerSystem.Reset", `{"ResetType":"On"}`).want(t, 204)
			send(t, pod, "POST", system+"/Actions/ComputerSystem.Reset", `{"ResetType":"On"}`).want(t, 204)
			hears(t, heard, "StatusChange "+system)
			if err := pod.SetHealth("2", "Warning"); err != nil {
				t.Fatal(err)
			}
			hears(t, heard, "StatusChange "+system)
			setPresent(t, pod, system, false)
			setPresent(t, pod, system, true)
			hears(t, heard, "ResourceRemoved "+system, "ResourceAdded "+system)
			node := assembled(t, pod)
			send(t, pod, "DELETE", node, "").want(t, 204)
			if err := pod.SetHealth("2", "OK"); err != nil {
				t.Fatal(err)
			}
			hears(t, heard, "StatusChange "+system) // and nothing of the node
		})
	}
}

func TestVolumeEvents(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	heard := subscribed(t, pod, `,"EventTypes":["ResourceAdded","ResourceRemoved"],"OriginResources":[{"@odata.id":"/redfish/v1/StorageServices/1"}]`)
	volume := createVolume(t, pod, 1, "")
	createVolume(t, pod, 2, "")
	send(t, pod, "DELETE", volume, "").want(t, 204)
	hears(t, heard, "ResourceAdded "+volume, "ResourceRemoved "+volume)
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	made := send(t, pod, "POST", subscriptionsURI,
		`{"Name":"mine","Destination":"http://127.0.0.1:1/","EventTypes":["Alert"],"Context":"c","Protocol":"Redfish"}`).want(t, 201)
	location := subscriptionsURI + "/1"
	if made.header.Get("Location") != pod.URL+location {
		t.Errorf("Location %q", made.header.Get("Location"))
	}
	if got := get(t, pod, location, "EventTypes"); fmt.Sprint(got) != "[Alert]" {
		t.Errorf("event types %v", got)
	}
	if got := links(t, pod, subscriptionsURI, "Members"); !slices.Equal(got, []string{location}) {
		t.Errorf("members %v", got)
	}
	send(t, pod, "DELETE", location, "").want(t, 204)
	send(t, pod, "DELETE", location, "").want(t, 404)
	send(t, pod, "GET", location, "").want(t, 404)
	for _, body := range []string{
		`{"Protocol":"Redfish"}`, `{"Destination":"http://a"}`, `{"Destination":"/events","Protocol":"Redfish"}`,
		`{"Destination":"http://a","Protocol":"Redfish","EventTypes":["Party"]}`,
		`{"Destination":"http://a","Protocol":"Redfish","Password":"x"}`,
	} {
		send(t, pod, "POST", subscriptionsURI, body).want(t, 400)
	}
}

func TestNoEventsIn12(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "1.2"})
	if enabled := get(t, pod, "/redfish/v1/EventService", "ServiceEnabled"); enabled != false {
		t.Errorf("ServiceEnabled is %v", enabled)
	}
	send(t, pod, "POST", subscriptionsURI, `{"Destination":"http://a","Protocol":"Redfish"}`).want(t, 404)
}
