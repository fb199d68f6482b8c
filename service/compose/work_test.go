package compose_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
	"github.com/valence-rsd/valence/service/etcd"
)

// TestLife takes one node through all that can be done to it.
func TestLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: 20 * time.Millisecond})
	p := w.start()
	pm := p.register()
	n, err := p.work.Compose(by("p"), request())
	ok(t, err)
	if n.State != service.NodeComposed || n.Name != "web" || n.ProjectID != "p" || n.PodManagerID != pm.UUID || n.Ref == "" || n.Step != "" {
		t.Errorf("composed %+v", n)
	}
	shown, machine, err := p.work.Show(by("p"), n.UUID)
	ok(t, err)
	if shown.UUID != n.UUID || machine == nil || machine.State != service.MachineAssembled || machine.Description != "for tests" {
		t.Errorf("shown %+v with %+v", shown, machine)
	}
	ok(t, p.work.Reset(by("p"), n.UUID, service.ResetForceOff))
	code(t, p.work.Reset(by("p"), n.UUID, "Explode"), service.Invalid)
	ok(t, p.work.Delete(by("p"), n.UUID, service.Decompose))
	code(t, p.work.Delete(by("p"), n.UUID, service.Decompose), service.NotFound)
	p.nodeCount(0)
}

func TestWhoseNodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	admin := service.WithCaller(context.Background(), service.Caller{Role: service.Admin})
	nobody := context.Background()

	_, err := p.work.Compose(nobody, request())
	code(t, err, service.Forbidden)
	n, err := p.work.Compose(by("p"), request())
	ok(t, err)
	others, err := p.work.Compose(admin, request())
	ok(t, err)
	for _, tt := range []struct {
		name string
		who  context.Context
		node string
	}{{"another project", by("q"), n.UUID}, {"nobody", nobody, n.UUID}, {"nobody, with a node of no project", nobody, others.UUID}} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := p.work.Show(tt.who, tt.node)
			code(t, err, service.NotFound)
			code(t, p.work.Reset(tt.who, tt.node, service.ResetOn), service.NotFound)
			code(t, p.work.Delete(tt.who, tt.node, service.Decompose), service.NotFound)
		})
	}
	ok(t, p.work.Delete(admin, n.UUID, service.Decompose))
	p.nodeCount(1)
}

func TestRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	_, err := p.work.Compose(by("p"), request())
	code(t, err, service.Invalid)
	if !strings.Contains(err.Error(), "register one") {
		t.Errorf("without a pod manager: %v", err)
	}
	pm := p.register()
	small := service.Flavor{UUID: uuid.NewString(), Name: "small", Properties: service.Requirements{
		Processor: service.ProcessorRequirement{TotalCores: 1},
	}}
	ok(t, p.store.CreateFlavor(t.Context(), small))
	huge := small
	huge.UUID, huge.Name, huge.Properties.Processor.TotalCores = uuid.NewString(), "huge", 100000
	ok(t, p.store.CreateFlavor(t.Context(), huge))
	twice := []service.Flavor{{UUID: uuid.NewString(), Name: "twice"}, {UUID: uuid.NewString(), Name: "twice"}}
	for _, f := range twice {
		ok(t, p.store.CreateFlavor(t.Context(), f))
	}

	tests := []struct {
		name   string
		change func(*service.ComposeRequest)
		want   service.Code // empty: it is composed
	}{
		{"no name", func(r *service.ComposeRequest) { r.Name = "" }, service.Invalid},
		{"pod manager by UUID", func(r *service.ComposeRequest) { r.PodManagerID = pm.UUID }, ""},
		{"pod manager by name", func(r *service.ComposeRequest) { r.PodManagerID = pm.Name }, ""},
		{"unknown pod manager", func(r *service.ComposeRequest) { r.PodManagerID = "other" }, service.NotFound},
		{"flavor", func(r *service.ComposeRequest) { r.FlavorID = small.UUID }, ""},
		{"flavor by name", func(r *service.ComposeRequest) { r.FlavorID = small.Name }, ""},
		{"flavor that is too large", func(r *service.ComposeRequest) { r.FlavorID = huge.UUID }, service.NoCapacity},
		{"flavor whose name two have", func(r *service.ComposeRequest) { r.FlavorID = twice[0].Name }, service.Conflict},
		{"unknown flavor by name", func(r *service.ComposeRequest) { r.FlavorID = "medium" }, service.NotFound},
		{"unknown flavor", func(r *service.ComposeRequest) { r.FlavorID = uuid.NewString() }, service.NotFound},
		{"flavor and properties", func(r *service.ComposeRequest) {
			r.FlavorID, r.Requirements = small.UUID, small.Properties
		}, service.Invalid},
		{"negative size", func(r *service.ComposeRequest) { r.Requirements.Memory.CapacityMiB = -1 }, service.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request()
			tt.change(&r)
			n, err := p.work.Compose(by("p"), r)
			if tt.want != "" {
				code(t, err, tt.want)
				return
			}
			ok(t, err)
			ok(t, p.work.Delete(by("p"), n.UUID, service.Decompose))
		})
	}

	r := request()
	r.FlavorID = "twice"
	_, err = p.work.Compose(by("p"), r)
	for _, f := range twice {
		if !strings.Contains(err.Error(), f.UUID) {
			t.Errorf("flavor %s is not among the candidates: %v", f.UUID, err)
		}
	}

	second := service.PodManager{UUID: uuid.NewString(), Name: "second", URL: "http://second.example"}
	ok(t, p.store.CreatePodManager(t.Context(), second))
	_, err = p.work.Compose(by("p"), request())
	code(t, err, service.Invalid)
	if !strings.Contains(err.Error(), "pod, second") {
		t.Errorf("with two pod managers: %v", err)
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: 20 * time.Millisecond})
	p := w.start()
	p.register()
	q := w.on(p.etcd) // another process
	r := request()
	r.IdempotencyKey = "k"
	r.Requirements.PCIDevices = []string{}
	nodes := make([]service.Node, 8)
	var all sync.WaitGroup
	for i := range nodes {
		work := []*compose.Service{p.work, q.work}[i%2]
		all.Go(func() {
			var err error
			if nodes[i], err = work.Compose(by("p"), r); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, n := range nodes {
		if n.UUID != nodes[0].UUID || n.State != service.NodeComposed {
			t.Errorf("one key has %+v and %+v", nodes[0], n)
		}
	}
	p.nodeCount(1)

	other := r
	other.Description = "something else"
	_, err := p.work.Compose(by("p"), other)
	code(t, err, service.Conflict)
	_, err = p.work.Compose(by("q"), other) // another project's keys are its own
	ok(t, err)
	p.nodeCount(2)
}

func TestIdempotencyKeyOfFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	w.breakNext("POST Assemble", 1, podsim.Fault{FailAssembly: true})
	r := request()
	r.IdempotencyKey = "k"
	_, err := p.work.Compose(by("p"), r)
	code(t, err, service.PodFailed)
	_, err = p.work.Compose(by("p"), r)
	ok(t, err)
	p.nodeCount(1)
}

// TestBusyNodes is about nodes that somebody works on.
func TestBusyNodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: time.Second, DeleteDelay: time.Second})
	p := w.start()
	p.register()
	r := request()
	r.Async = true
	n, err := p.work.Compose(by("p"), r)
	ok(t, err)
	code(t, p.work.Reset(by("p"), n.UUID, service.ResetOn), service.Conflict)
	_, err = p.work.Update(by("p"), n.UUID, func(*service.Node) error { return nil })
	code(t, err, service.Conflict)
	p.settle()

	release, err := w.on(p.etcd).store.Hold(t.Context(), n.UUID) // as during a power action of another process
	ok(t, err)
	code(t, p.work.Delete(by("p"), n.UUID, service.Decompose), service.Conflict)
	release()

	deleted := make(chan error, 1)
	go func() { deleted <- p.work.Delete(by("p"), n.UUID, service.Decompose) }()
	p.until(1, service.StepIntended)
	code(t, p.work.Reset(by("p"), n.UUID, service.ResetOn), service.Conflict)
	ok(t, <-deleted)
	p.nodeCount(0)
}

// TestLostLease is about a process that etcd takes for dead, and that lives.
func TestLostLease(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: time.Second})
	p := w.start()
	p.register()
	composed := make(chan error, 1)
	go func() {
		_, err := p.work.Compose(by("p"), request())
		composed <- err
	}()
	p.until(1, service.StepAssembling)
	revokeAll(t, p.etcd)
	q := w.on(p.etcd)
	q.settle()
	ok(t, <-composed) // the caller does not care who did it
	p.nodeCount(1)
}

// TestRun is about finding unfinished work by itself.
func TestRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	first := w.start(compose.PodAllocated)
	first.register()
	go first.work.Compose(by("p"), request())
	first.crash()
	second := w.start()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { second.work.Run(ctx) })
	for range 1000 {
		n := 0
		for range second.store.Intents(t.Context()) {
			n++
		}
		if n == 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	running.Wait()
	second.nodeCount(1)
}

func revokeAll(t *testing.T, e *etcd.Embedded) {
	t.Helper()
	leases, err := e.Client().Leases(t.Context())
	ok(t, err)
	for _, l := range leases.Leases {
		_, err := e.Client().Revoke(t.Context(), l.ID)
		ok(t, err)
	}
}
