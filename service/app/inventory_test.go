package app_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service/app"
	"github.com/valence-rsd/valence/test/stack"
)

// systemsOf lists the systems and gives those with a value in a key, and the
// headers of the list.
func systemsOf(t *testing.T, url, key, value string) (found []string, header http.Header) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var all []map[string]any
	if err := json.NewDecoder(response.Body).Decode(&all); err != nil || response.StatusCode != 200 {
		t.Fatalf("%s answers %s, %v", url, response.Status, err)
	}
	for _, s := range all {
		if s[key] == value {
			found = append(found, s["id"].(string))
		}
	}
	return found, response.Header
}

func shows(t *testing.T, base, system string) bool {
	t.Helper()
	sick, _ := systemsOf(t, base+"/v1/systems", "health", "Critical")
	return slices.Contains(sick, system)
}

// TestKeptInventory is about a pod that changes, and goes away, behind the
// service's back, while nobody keeps the inventory in step.
func TestKeptInventory(t *testing.T) {
	t.Parallel()
	pod := startPod(t, podsim.Options{})
	_, base := start(t, options(t))
	register(t, base, pod)
	_, first := systemsOf(t, base+"/v1/systems", "health", "OK")
	read, err := http.ParseTime(first.Get("Last-Modified"))
	if err != nil || first.Get("Age") != "0" || first.Get("Valence-Inventory") != "read" || time.Since(read) > time.Minute {
		t.Errorf("the first list has %v", first)
	}
	if err := pod.SetHealth("2", "Critical"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2100 * time.Millisecond)
	sick, kept := systemsOf(t, base+"/v1/systems", "health", "Critical")
	if len(sick) != 0 || kept.Get("Age") < "2" || kept.Get("Valence-Inventory") != "kept" || kept.Get("Last-Modified") != first.Get("Last-Modified") {
		t.Errorf("the kept list shows %v, with %v", sick, kept)
	}
	at := read.UTC().Format(time.RFC3339)
	if all, _ := systemsOf(t, base+"/v1/systems", "inventory_at", at); len(all) != 8 {
		t.Errorf("%d systems were read at %s", len(all), at)
	}
	if sick, fresh := systemsOf(t, base+"/v1/systems?refresh=true", "health", "Critical"); !slices.Equal(sick, []string{"2"}) || fresh.Get("Age") != "0" {
		t.Errorf("read again, it shows %v, with %v", sick, fresh)
	}
	if !shows(t, base, "2") {
		t.Error("what was read is not kept")
	}
	// Filters by the pod's own words work on what is kept.
	if sick, _ := systemsOf(t, base+"/v1/systems?Status/Health=critical", "id", "2"); len(sick) != 1 {
		t.Errorf("the filter finds %v", sick)
	}

	pod.Close()
	for _, path := range []string{"/v1/systems?refresh=true", "/v1/systems", "/v1/systems?podm_id=pod"} {
		sick, stale := systemsOf(t, base+path, "health", "Critical")
		if len(sick) != 1 || !strings.Contains(stale.Get("Valence-Stale"), "pod as it was at ") || stale.Get("Valence-Incomplete") != "" {
			t.Errorf("of a dead pod %s shows %v, with %v", path, sick, stale)
		}
	}
}

// TestOwnChangesShow is about a list right after a power action, for which not
// every chassis is read again.
func TestOwnChangesShow(t *testing.T) {
	t.Parallel()
	var chassis atomic.Int32
	pod := startPod(t, podsim.Options{Fault: func(r *http.Request) podsim.Fault {
		if r.URL.Path == "/redfish/v1/Chassis" {
			chassis.Add(1)
		}
		return podsim.Fault{}
	}})
	_, base := start(t, options(t))
	register(t, base, pod)
	status, text, err := post(base+"/v1/nodes", `{"name":"web"}`)
	var node struct{ UUID string }
	if err != nil || status != 200 || json.Unmarshal([]byte(text), &node) != nil {
		t.Fatalf("composing: %d %s %v", status, text, err)
	}
	_, _ = systemsOf(t, base+"/v1/systems", "id", "")
	before := chassis.Load()
	for _, action := range []struct{ reset, state string }{{"On", "On"}, {"ForceOff", "Off"}} {
		status, text, err = post(base+"/v1/nodes/"+node.UUID+"/action", `{"Reset":{"Type":"`+action.reset+`"}}`)
		if err != nil || status != 204 {
			t.Fatalf("reset: %d %s %v", status, text, err)
		}
		on, header := systemsOf(t, base+"/v1/systems", "power_state", "On")
		if want := map[string]int{"On": 1, "Off": 0}[action.state]; len(on) != want || header.Get("Valence-Inventory") != "kept" {
			t.Errorf("after %s, %v are on; %v", action.reset, on, header)
		}
	}
	if n := chassis.Load() - before; n > 0 {
		t.Errorf("the chassis were listed %d times", n)
	}
	nowhere := 0
	all, _ := systemsOf(t, base+"/v1/systems?sort=id", "health", "OK")
	for _, id := range all {
		_, text, _ := get(base + "/v1/systems/" + id)
		if !strings.Contains(text, "_Pod:1_") {
			nowhere++
		}
	}
	if len(all) != 8 || nowhere > 0 {
		t.Errorf("%d of %d systems have lost their places", nowhere, len(all))
	}
}

// TestPolledInventory is about changes that nobody tells of.
func TestPolledInventory(t *testing.T) {
	t.Parallel()
	pod := startPod(t, podsim.Options{})
	o := options(t)
	o.Config = stack.Config(t, "PODM_ENABLE_PERIODIC_SYNC=true", "PODM_SYNC_INTERVAL=1")
	_, base := start(t, o)
	register(t, base, pod)
	until(t, "the first reading", func() bool {
		ok, header := systemsOf(t, base+"/v1/systems", "health", "OK")
		return len(ok) == 8 && header.Get("Valence-Inventory") == "kept"
	})
	if err := pod.SetHealth("3", "Critical"); err != nil {
		t.Fatal(err)
	}
	until(t, "the next reading", func() bool { return shows(t, base, "3") })
	until(t, "the devices", func() bool {
		_, text, _ := get(base + "/v1/devices")
		return strings.Count(text, `"inventory_at":"2`) == 6
	})
}

// subscriptions are the destinations that a pod sends its events to.
func subscriptions(t *testing.T, pod *podsim.Server) (destinations, refs []string) {
	t.Helper()
	const collection = "/redfish/v1/EventService/Subscriptions"
	var list struct {
		Members []struct {
			Ref string `json:"@odata.id"`
		}
	}
	asAdmin(t, "GET", pod.URL+collection, &list)
	for _, m := range list.Members {
		var one struct{ Destination string }
		asAdmin(t, "GET", pod.URL+m.Ref, &one)
		destinations, refs = append(destinations, one.Destination), append(refs, m.Ref)
	}
	return destinations, refs
}

// asAdmin sends a request to a pod itself.
func asAdmin(t *testing.T, method, url string, into any) {
	t.Helper()
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("admin", "admin")
	status, text, err := answer(http.DefaultTransport.RoundTrip(request))
	if err != nil || status/100 != 2 {
		t.Fatalf("%s %s: %d %s %v", method, url, status, text, err)
	}
	if into != nil && json.Unmarshal([]byte(text), into) != nil {
		t.Fatalf("%s %s: %s", method, url, text)
	}
}

// log is a log that can be read while it is written.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestEvents is about a pod that tells of its changes: they show long before it
// would be read again.
func TestEvents(t *testing.T) {
	t.Parallel()
	pod := startPod(t, podsim.Options{})
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := probe.Addr().String()
	probe.Close()
	written := &log{}
	o := app.Options{
		Config: stack.Config(t, "PODM_ENABLE_PERIODIC_SYNC=true", "PODM_SYNC_INTERVAL=2", "PODM_EVENT_DESTINATION=http://"+address),
		Logger: slog.New(slog.NewTextHandler(written, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	listen(&o, mustResolve(t, address))
	service, base := start(t, o)
	register(t, base, pod)
	var destinations, refs []string
	until(t, "the subscription", func() bool {
		destinations, refs = subscriptions(t, pod)
		return len(destinations) == 1 && strings.Contains(written.String(), "tells of its changes")
	})
	secret := destinations[0][strings.LastIndex(destinations[0], "/")+1:]
	until(t, "the first reading", func() bool { ok, _ := systemsOf(t, base+"/v1/systems", "health", "OK"); return len(ok) == 8 })

	began := time.Now()
	if err := pod.SetHealth("5", "Critical"); err != nil {
		t.Fatal(err)
	}
	until(t, "the event", func() bool { return shows(t, base, "5") })
	if took := time.Since(began); took > 3*time.Second { // a second on a machine with nothing else to do
		t.Errorf("the change shows after %s", took)
	}
	t.Logf("the change shows after %s", time.Since(began))
	strangers(t, base, secret)

	asAdmin(t, "DELETE", pod.URL+refs[0], nil) // as a pod manager that starts anew forgets it
	until(t, "the next subscription", func() bool {
		now, _ := subscriptions(t, pod)
		return len(now) == 1 && now[0] != destinations[0]
	})
	if err := stop(service, time.Minute); err != nil {
		t.Error(err)
	}
	if now, _ := subscriptions(t, pod); len(now) != 0 {
		t.Errorf("the stopped service has left %d subscriptions", len(now))
	}
	if strings.Contains(written.String(), secret) {
		t.Error("the secret is in the log")
	}
}

// strangers sends what no pod would.
func strangers(t *testing.T, base, secret string) {
	t.Helper()
	event := `{"Events":[{"OriginOfCondition":{"@odata.id":"/redfish/v1/Systems/1"}}]}`
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{secret, event, 204},
		{secret, `{"Events":[{"OriginOfCondition":{"@odata.id":"http://evil.example/"}}]}`, 204},
		{secret, `{}`, 400},
		{secret, `not JSON`, 400},
		{secret, strings.Repeat(" ", 70_000), 413},
		{"wrong", event, 404},
		{secret[1:], event, 404},
		{secret + "/more", event, 404},
	} {
		status, text, err := post(base+"/v1/events/"+c.path, c.body)
		if err != nil || status != c.status || strings.Contains(text, secret) {
			t.Errorf("%.80s is answered %d %s, %v; want %d", c.body, status, text, err, c.status)
		}
	}
	if status, text, _ := get(base + "/v1/events/" + secret); status != 405 {
		t.Errorf("GET is answered %d %s", status, text)
	}
	if _, text, _ := get(base + "/openapi.json"); strings.Contains(text, "/v1/events") {
		t.Error("it is described as if it were for people")
	}
}

func mustResolve(t *testing.T, address string) net.Addr {
	t.Helper()
	addr, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return addr
}
