package rsd

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

const node1 = "/redfish/v1/Nodes/1"

func TestEntryPoint(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		root string
		code service.Code // empty: it works
	}{
		"2.1 as in the code": {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":{"Intel_RackScale":{"ApiVersion":"2.0.0"}}}`, ""},
		"2.4":                {`{"Oem":{"Intel_RackScale":{"ApiVersion":"2.4.0","Nodes":{"@odata.id":"/redfish/v1/Nodes"}}}}`, ""},
		"no version":         {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":null}`, ""},
		"the OEM link goes first": {`{"Nodes":{"@odata.id":"/redfish/v1/x"},
			"Oem":{"Intel_RackScale":{"Nodes":{"@odata.id":"/redfish/v1/Nodes"}}}}`, ""},
		"1.2":      {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":{"Intel_RackScale":{"ApiVersion":"1.2.5"}}}`, ""},
		"1.1":      {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":{"Intel_RackScale":{"ApiVersion":"1.1.0"}}}`, service.PodFailed},
		"3.0":      {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":{"Intel_RackScale":{"ApiVersion":"3.0.0"}}}`, service.PodFailed},
		"no nodes": {`{"Systems":{"@odata.id":"/redfish/v1/Systems"}}`, service.PodFailed},
	}
	for name, test := range tests {
		f := startFake(t, map[string]http.HandlerFunc{"GET /redfish/v1": reply(200, test.root)})
		err := f.open(t, redfish.Options{}).Probe(t.Context())
		if test.code == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if test.code != "" {
			wantCode(t, name, err, test.code)
		}
	}
}

// TestStateIsOneRequest counts what polling a machine costs.
func TestStateIsOneRequest(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil)
	pod := f.open(t, redfish.Options{})
	for range 3 {
		if _, err := pod.State(t.Context(), node1); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(f.log); got != 4 {
		t.Errorf("three reads took %d requests, want the entry point and three: %v", got, f.log)
	}
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	f := startFake(t, map[string]http.HandlerFunc{
		"GET /redfish/v1":     reply(308, "", "Location", "/redfish/v1/"),
		"GET /redfish/v1/{$}": basics()["GET /redfish/v1"],
		"GET /redfish/v1/Nodes/1": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, node1, http.StatusFound)
		},
	})
	pod := f.open(t, redfish.Options{})
	if err := pod.Probe(t.Context()); err != nil {
		t.Errorf("within the pod manager: %v", err)
	}
	_, err := pod.State(t.Context(), node1)
	wantCode(t, "in a circle", err, service.PodFailed)
	if n := f.count("GET " + node1); n > 4 {
		t.Errorf("it was asked %d times", n)
	}
}

func TestComeBackLater(t *testing.T) {
	t.Parallel()
	node := basics()["GET "+node1]
	tests := map[string]struct {
		answer   http.HandlerFunc
		requests int
		code     service.Code
	}{
		"once":      {replies(reply(503, "", "Retry-After", "0"), node), 2, ""},
		"date":      {replies(reply(503, "", "Retry-After", time.Now().UTC().Format(http.TimeFormat)), node), 2, ""},
		"twice":     {reply(503, "", "Retry-After", "0"), 2, service.Unavailable},
		"no hint":   {reply(503, ""), 1, service.Unavailable},
		"no number": {reply(503, "", "Retry-After", "soon"), 1, service.Unavailable},
		"too late":  {reply(503, "", "Retry-After", "3600"), 1, service.Unavailable},
	}
	for name, test := range tests {
		f := startFake(t, map[string]http.HandlerFunc{"GET /redfish/v1/Nodes/1": test.answer})
		_, err := f.open(t, redfish.Options{}).State(t.Context(), node1)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := f.count("GET " + node1); n != test.requests {
			t.Errorf("%s: %d requests, want %d", name, n, test.requests)
		}
	}

	f := startFake(t, map[string]http.HandlerFunc{"DELETE /redfish/v1/Nodes/1": reply(503, "", "Retry-After", "0")})
	wantCode(t, "DELETE", f.open(t, redfish.Options{}).Delete(t.Context(), node1), service.Unavailable)
	if n := f.count("DELETE " + node1); n != 1 {
		t.Errorf("a DELETE was sent %d times", n)
	}
}

// TestTask follows a 202 to its end.
func TestTask(t *testing.T) {
	t.Parallel()
	const monitor = "/redfish/v1/TaskService/Tasks/7/Monitor"
	still := reply(202, "{}", "Retry-After", "0")
	allocate := func(end http.HandlerFunc) (*fake, string, error) {
		f := startFake(t, map[string]http.HandlerFunc{
			"POST /redfish/v1/Nodes/Actions/Allocate": reply(202, "{}", "Retry-After", "0", "Location", monitor),
			"GET " + monitor: replies(still, still, end),
		})
		ref, err := f.open(t, redfish.Options{SlowTimeout: 500 * time.Millisecond}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID})
		return f, ref, err
	}
	f, ref, err := allocate(reply(201, "", "Location", "/redfish/v1/Nodes/12"))
	if ref != "/redfish/v1/Nodes/12" || err != nil {
		t.Errorf("%q, %v", ref, err)
	}
	if n := f.count("GET " + monitor); n != 3 {
		t.Errorf("the monitor was asked %d times, want 3", n)
	}
	_, _, err = allocate(reply(409, ""))
	wantCode(t, "a task that fails", err, service.NoCapacity)
	_, _, err = allocate(reply(202, ""))
	wantCode(t, "a task without an end", err, service.Timeout)
}

func TestHugeAnswer(t *testing.T) {
	t.Parallel()
	f := startFake(t, map[string]http.HandlerFunc{
		"GET /redfish/v1/Nodes/1":    reply(200, strings.Repeat(" ", 64<<20+1)),
		"DELETE /redfish/v1/Nodes/1": reply(500, `{"error":{"message":"`+strings.Repeat("é", 1<<20)+`"}}`),
	})
	pod := f.open(t, redfish.Options{})
	_, err := pod.State(t.Context(), node1)
	wantCode(t, "State", err, service.PodFailed)
	if err != nil && !strings.Contains(err.Error(), "larger than") {
		t.Errorf("the error does not say what is wrong: %v", err)
	}
	err = pod.Delete(t.Context(), node1)
	wantCode(t, "Delete", err, service.PodFailed)
	if err != nil && len(err.Error()) > 2000 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}
