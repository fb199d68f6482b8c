package compose_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
)

// TestComposeWithTrouble composes once, with something going wrong.
func TestComposeWithTrouble(t *testing.T) {
	t.Parallel()
	// In the one short case there is nothing to do but to wait for the window to
	// end; all others must come to their end long before.
	const long, short = time.Minute, 500 * time.Millisecond
	tests := []struct {
		name    string
		request string
		times   int
		effect  podsim.Fault
		want    service.Code // empty: the node is composed
		window  time.Duration
	}{
		{"pod is down", "", 1, podsim.Fault{Status: 503}, service.Unavailable, long},
		{"answer to Allocate lost", "POST Allocate", 1, podsim.Fault{Drop: true}, "", long},
		{"Allocate lost on the way", "POST Allocate", 1, podsim.Fault{Status: 503}, service.Unavailable, short},
		{"Allocate refused", "POST Allocate", 1, podsim.Fault{Status: 400}, service.Invalid, long},
		{"nothing free", "POST Allocate", 1, podsim.Fault{Status: 409}, service.NoCapacity, long},
		{"Allocate fails", "POST Allocate", 1, podsim.Fault{Status: 500}, service.PodFailed, long},
		{"answer to Assemble lost", "POST Assemble", 1, podsim.Fault{Drop: true}, "", long},
		{"Assemble lost on the way", "POST Assemble", 2, podsim.Fault{Status: 503}, "", long},
		{"Assemble fails", "POST Assemble", 1, podsim.Fault{Status: 500}, service.PodFailed, long},
		{"assembly fails", "POST Assemble", 1, podsim.Fault{FailAssembly: true}, service.PodFailed, long},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{AssembleDelay: 20 * time.Millisecond})
			w.lostAnswerWindow = tt.window
			p := w.start()
			p.register()
			w.breakNext(tt.request, tt.times, tt.effect)
			begin := time.Now()
			n, err := p.work.Compose(by("p"), request())
			if took := time.Since(begin); took > long/2 {
				t.Errorf("it took %s", took)
			}
			if w.left() != 0 {
				t.Error("the fault never happened")
			}
			if tt.want != "" {
				code(t, err, tt.want)
				p.nodeCount(0)
				return
			}
			ok(t, err)
			if got := p.nodeCount(1)[0]; got.UUID != n.UUID || n.State != service.NodeComposed {
				t.Errorf("composed %+v", n)
			}
		})
	}
}

func TestUndoGoesOnUntilThePodAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		effect podsim.Fault
	}{
		{"pod cannot be reached", podsim.Fault{Status: 503}},
		{"pod fails", podsim.Fault{Status: 500}},
		{"pod refuses", podsim.Fault{Status: 409}},
		{"answer lost", podsim.Fault{Drop: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{})
			p := w.start()
			p.register()
			w.breakNext("POST Assemble", 1, podsim.Fault{FailAssembly: true})
			w.breakNext("DELETE", 3, tt.effect)
			if tt.effect.Drop {
				w.faults[1].times = 1 // the work is done, and then there is nothing to delete any more
			}
			_, err := p.work.Compose(by("p"), request())
			code(t, err, service.PodFailed)
			if w.left() != 0 {
				t.Error("the faults did not all happen")
			}
			p.nodeCount(0)
		})
	}
}

func TestAsyncFailureStaysVisible(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: 50 * time.Millisecond})
	p := w.start()
	p.register()
	w.breakNext("POST Assemble", 1, podsim.Fault{FailAssembly: true})
	r := request()
	r.Async, r.IdempotencyKey = true, "k"
	n, err := p.work.Compose(by("p"), r)
	ok(t, err)
	if n.State != service.NodeComposing || n.Step != service.StepAllocated || n.Ref == "" {
		t.Errorf("answered with %+v", n)
	}
	r.Async = false
	again, err := p.work.Compose(by("p"), r) // waits for the end of the first
	ok(t, err)
	if again.UUID != n.UUID || again.State != service.NodeFailed {
		t.Errorf("the second request got %+v", again)
	}
	failed := p.nodeCount(1)[0]
	if failed.State != service.NodeFailed || failed.Failure.Code != service.PodFailed {
		t.Errorf("node %+v, failure %+v", failed, failed.Failure)
	}
	_, machine, err := p.work.Show(by("p"), n.UUID)
	ok(t, err)
	if machine != nil {
		t.Errorf("a failed node has machine %+v", machine)
	}
	w.breakNext("", 1, podsim.Fault{Status: 503}) // the pod has nothing to say to this
	ok(t, p.work.Delete(by("p"), n.UUID, service.Decompose))
	p.nodeCount(0)
}

func TestAsyncWithoutHardware(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	r := request()
	r.Async = true
	r.Requirements.Processor.TotalCores = 100000
	_, err := p.work.Compose(by("p"), r)
	code(t, err, service.NoCapacity)
	p.nodeCount(0)
}

func TestCallerGoesAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: time.Second})
	p := w.start()
	p.register()
	ctx, cancel := context.WithCancel(by("p"))
	defer cancel()
	answer := make(chan error, 1)
	go func() {
		_, err := p.work.Compose(ctx, request())
		answer <- err
	}()
	p.until(1, service.StepAssembling)
	cancel()
	err := <-answer
	code(t, err, service.Timeout)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not say that the context ended", err)
	}
	if !p.drain(20 * time.Second) {
		t.Error("the work did not end")
	}
	p.nodeCount(1)
}

// TestMachineOfAnotherNode is about a pod that gives out the name of a machine
// again, while the store still has it as another node.
func TestMachineOfAnotherNode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	pm := p.register()
	stale := service.Node{
		UUID: "11111111-1111-4111-8111-111111111111", PodManagerID: pm.UUID, Name: "stale",
		State: service.NodeComposed, Ref: "/redfish/v1/Nodes/1",
	}
	in := service.Intent{NodeUUID: stale.UUID, Kind: service.IntentCompose, Step: service.StepIntended}
	_, _, err := p.store.Begin(t.Context(), in, stale)
	ok(t, err)
	ok(t, p.store.Finish(t.Context(), stale))

	_, err = p.work.Compose(by("p"), request())
	code(t, err, service.Conflict)
	if left := w.pod.Nodes(); len(left) != 0 {
		t.Errorf("the machine was not given back: %+v", left)
	}
	_, err = p.work.Compose(by("p"), request()) // gets the next name
	ok(t, err)
}

func TestDeleteWithTrouble(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		request string
		effect  podsim.Fault
		want    service.Code // empty: the node is gone
	}{
		{"pod is down", "", podsim.Fault{Status: 503}, service.Unavailable},
		{"pod fails", "DELETE", podsim.Fault{Status: 500}, service.PodFailed},
		{"pod refuses", "DELETE", podsim.Fault{Status: 409}, service.Conflict},
		{"answer lost", "DELETE", podsim.Fault{Drop: true}, ""},
		{"lost on the way", "DELETE", podsim.Fault{Status: 503}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{})
			p := w.start()
			p.register()
			n, err := p.work.Compose(by("p"), request())
			ok(t, err)
			w.breakNext(tt.request, 1, tt.effect)
			err = p.work.Delete(by("p"), n.UUID, service.Decompose)
			if w.left() != 0 {
				t.Error("the fault never happened")
			}
			if tt.want == "" {
				ok(t, err)
				p.nodeCount(0)
				return
			}
			code(t, err, tt.want)
			p.nodeCount(1)
			ok(t, p.work.Delete(by("p"), n.UUID, service.Decompose))
			p.nodeCount(0)
		})
	}
}

// TestHardwareGone is about a machine that somebody else has deleted.
func TestHardwareGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	n, err := p.work.Compose(by("p"), request())
	ok(t, err)
	deleteBehind(t, w.pod.URL+n.Ref)

	_, _, err = p.work.Show(by("p"), n.UUID)
	code(t, err, service.NotFound)
	if !strings.Contains(err.Error(), "hardware of node "+n.UUID+" is gone") {
		t.Errorf("Show: %v", err)
	}
	code(t, p.work.Reset(by("p"), n.UUID, service.ResetForceOff), service.NotFound)
	ok(t, p.work.Delete(by("p"), n.UUID, service.Decompose))
	p.nodeCount(0)
}

func TestMachineGoneWhileAssembling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: time.Minute})
	p := w.start()
	p.register()
	r := request()
	r.Async = true
	n, err := p.work.Compose(by("p"), r)
	ok(t, err)
	p.until(1, service.StepAssembling)
	deleteBehind(t, w.pod.URL+n.Ref)
	p.settle()
	if got := p.nodeCount(1)[0]; got.State != service.NodeFailed {
		t.Errorf("node %+v", got)
	}
}

func deleteBehind(t *testing.T, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, url, nil)
	ok(t, err)
	req.SetBasicAuth("admin", "admin")
	resp, err := http.DefaultClient.Do(req)
	ok(t, err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		t.Fatalf("deleting %s: %s", url, resp.Status)
	}
}
