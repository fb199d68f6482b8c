package drivertest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

// testLostAllocate loses the answer to an Allocate that worked.
func testLostAllocate(t *testing.T, d *desk) {
	if err := d.pod.Probe(t.Context()); err != nil {
		t.Fatalf("Probe: %v", err)
	}
	d.tap.use(where(func(r *http.Request) bool { return r.Method == http.MethodPost && !signingIn(r) }, losing))
	_, err := d.pod.Allocate(t.Context(), d.allocation(uuidA))
	wantCode(t, "Allocate", err, service.Unavailable)
	d.tap.use(nil)
	var ref string
	eventually(t, "the machine is found", func() bool {
		ref, err = d.pod.Find(t.Context(), uuidA)
		if err != nil && service.CodeOf(err) != service.Unavailable { // it is still being made
			t.Fatalf("Find: %v", err)
		}
		return err == nil
	})
	if err := d.pod.Delete(t.Context(), ref); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	// A driver that repeated the request left a second machine behind.
	wantCode(t, "Find after", second(d.pod.Find(t.Context(), uuidA)), service.NotFound)
}

// statuses is what a status means for most calls.
var statuses = map[int]service.Code{
	400: service.Invalid,
	401: service.PodFailed,
	403: service.PodFailed,
	404: service.NotFound,
	405: service.PodFailed,
	409: service.Conflict,
	418: service.PodFailed,
	500: service.PodFailed,
	501: service.PodFailed,
	502: service.Unavailable, // a gateway's word says nothing of what the pod did
	503: service.Unavailable,
	504: service.Timeout,
}

// exceptions is what a status means for one call. The empty code is success.
var exceptions = map[string]map[int]service.Code{
	"Allocate":     {404: service.PodFailed, 409: service.NoCapacity},
	"CreateVolume": {404: service.PodFailed, 409: service.NoCapacity},
	"Delete":       {404: ""},
	"DeleteVolume": {404: ""},
}

// testStatus has every change refused with every status, and every read of one
// thing.
func testStatus(t *testing.T, d *desk) {
	const said = "the rack is\n on fire"
	stage := d.stage(t)
	for status, usual := range statuses {
		for _, c := range d.calls(stage) {
			matches := changing
			if c.kind == reads {
				matches = reading(c.about)
			}
			if c.kind == reads && c.about == "" || c.name == "Assemble" && d.Ready {
				continue
			}
			want := usual
			if code, ok := exceptions[c.name][status]; ok {
				want = code
			}
			if status == d.WrongState && c.name == "Assemble" {
				want = service.Conflict // the machine is assembled
			}
			d.tap.use(where(matches, answering(status, errorDocument(said))))
			err := c.do(t.Context(), d.pod)
			if want == "" {
				if err != nil {
					t.Errorf("%s answered with %d: %v", c.name, status, err)
				}
				continue
			}
			wantCode(t, c.name+" answered with "+http.StatusText(status), err, want)
			wantMessage(t, d, err)
			refused := status == 401 || status == 403
			if err != nil && !refused && status != 404 && !strings.Contains(err.Error(), "the rack is on fire") {
				t.Errorf("%s answered with %d: what the pod said is lost: %v", c.name, status, err)
			}
		}
	}
	d.tap.use(nil)
	if _, err := d.pod.State(t.Context(), stage.machine); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// testNotUp has every request answered with 404, as a server does whose
// application is still starting. Nothing may be taken for gone.
func testNotUp(t *testing.T, d *desk) {
	stage := d.stage(t)
	d.tap.use(answering(http.StatusNotFound, ""))
	for _, c := range d.calls(stage) {
		for name, pod := range map[string]service.Pod{"used": d.pod, "fresh": d.open(t, d.PodManager)} {
			wantCode(t, c.name+" of a "+name+" pod", c.do(t.Context(), pod), service.PodFailed)
		}
	}
}

// testBrokenAnswers has every answer be a success and wrong, for a pod that has
// to start with the entry point and for one that is past it. A thing that is an
// empty object is one of which the pod says nothing.
func testBrokenAnswers(t *testing.T, d *desk) {
	stage := d.stage(t)
	bodies := map[string]string{
		"nothing": "", "text": "OK", "page": "<html>welcome</html>", "null": "null", "number": "1", "string": `"x"`,
		"list": "[]", "empty object": "{}", "half": `{"Members":[{"@odata.id":`, "wrong types": `{"Members":7,"Links":[],
		"Actions":"x","Status":1,"Oem":null,"Nodes":[],"ComposedNodeState":3,"Name":{},"Systems":0}`,
		"deep": strings.Repeat("[", 20000), "nulls": `{"Members":[null,{"@odata.id":null}],"Links":null,"Actions":null}`,
	}
	for name, body := range bodies {
		d.tap.use(where(func(r *http.Request) bool { return r.Method == http.MethodGet }, answering(http.StatusOK, body)))
		for _, c := range d.lasting(stage) {
			fresh := c.do(t.Context(), d.open(t, d.PodManager))
			wantCode(t, c.name+" with "+name+" from the start", fresh, service.PodFailed)
			wantMessage(t, d, fresh)
			used := c.do(t.Context(), d.pod)
			if used == nil && c.about != "" && c.name != "State" && strings.HasPrefix(body, "{") {
				continue
			}
			wantCode(t, c.name+" with "+name, used, service.PodFailed)
			wantMessage(t, d, used)
		}
	}
}

func testUnreachable(t *testing.T, d *desk) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close() // from here on nobody listens there
	pm := d.PodManager
	pm.URL = "http://" + l.Addr().String()
	pod := d.open(t, pm)
	const x = "/redfish/v1/x/1"
	for _, c := range d.calls(scene{machine: x, system: x, systemID: x, volume: x, free: x, attached: x}) {
		err := c.do(t.Context(), pod)
		wantCode(t, c.name, err, service.Unavailable)
		wantMessage(t, d, err)
	}
}

// prompt is how long a call may go on after its context has ended. It is far
// from any time-out of a driver, and enough for a machine that is busy.
const prompt = 5 * time.Second

// testCancelled cancels every call while the pod manager hangs.
func testCancelled(t *testing.T, d *desk) {
	stage := d.stage(t)
	d.tap.use(d.tap.hang)
	for _, c := range d.calls(stage) {
		for name, pod := range map[string]service.Pod{"used": d.pod, "fresh": d.open(t, d.PodManager)} {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(50*time.Millisecond, cancel)
			start := time.Now()
			err := c.do(ctx, pod)
			if took := time.Since(start); took > prompt {
				t.Errorf("%s of a %s pod came back after %s", c.name, name, took)
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s of a %s pod: %v, want context.Canceled in it", c.name, name, err)
			}
		}
	}
}

// testDeadline lets the time of every call run out, while another one waits.
func testDeadline(t *testing.T, d *desk) {
	stage := d.stage(t)
	d.tap.use(d.tap.hang)
	fresh := d.open(t, d.PodManager)
	go func() { _ = fresh.Probe(t.Context()) }()
	for _, c := range d.calls(stage) {
		for name, pod := range map[string]service.Pod{"used": d.pod, "fresh": fresh} {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			start := time.Now()
			err := c.do(ctx, pod)
			cancel()
			if took := time.Since(start); took > prompt {
				t.Errorf("%s of a %s pod came back after %s", c.name, name, took)
			}
			wantCode(t, c.name+" of a "+name+" pod", err, service.Timeout)
			wantMessage(t, d, err)
		}
	}
}
