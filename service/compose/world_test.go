package compose_test

import (
	"context"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/fleet"
	"github.com/valence-rsd/valence/service/rsd"
)

// world is what outlives the processes of a test: a pod, and a data folder.
type world struct {
	t   *testing.T
	dir string
	pod *podsim.Server

	lostAnswerWindow time.Duration

	mu     sync.Mutex
	faults []*fault
}

// fault is what goes wrong with the next requests of one kind.
type fault struct {
	request string // method and last segment of the path, such as "POST Allocate"; "" for every request
	times   int    // how often
	effect  podsim.Fault
	delay   time.Duration // before the pod looks at it
}

func newWorld(t *testing.T, opts podsim.Options) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), lostAnswerWindow: time.Second}
	opts.Fault = w.wrong
	pod, err := podsim.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pod.Close() })
	w.pod = pod
	return w
}

// breakNext makes the next requests of a kind go wrong.
func (w *world) breakNext(request string, times int, effect podsim.Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, &fault{request: request, times: times, effect: effect})
}

// left is how many of the faults that were asked for have not happened.
func (w *world) left() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, f := range w.faults {
		n += f.times
	}
	return n
}

func (w *world) wrong(r *http.Request) podsim.Fault {
	f := w.nextFault(r)
	time.Sleep(f.delay)
	return f.effect
}

func (w *world) nextFault(r *http.Request) fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	is := r.Method
	if r.Method == http.MethodPost {
		is += " " + strings.TrimPrefix(path.Ext("."+path.Base(r.URL.Path)), ".")
	}
	for _, f := range w.faults {
		if f.times > 0 && (f.request == "" || f.request == is) {
			f.times--
			return *f
		}
	}
	return fault{}
}

// process is what dies in a crash.
type process struct {
	w     *world
	etcd  *etcd.Embedded
	store *etcd.Store
	fleet *fleet.Fleet
	work  *compose.Service

	at      chan string   // the points that it stopped at
	release chan struct{} // closed when the test is over
}

// start starts a process. It stops for ever at the first of the points.
func (w *world) start(points ...string) *process {
	w.t.Helper()
	e, err := etcd.StartEmbedded(w.t.Context(), etcd.EmbeddedOptions{DataDir: w.dir})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { e.Close() })
	return w.on(e, points...)
}

// on starts a process whose etcd others may use as well.
func (w *world) on(e *etcd.Embedded, points ...string) *process {
	w.t.Helper()
	store, err := etcd.Open(context.Background(), etcd.Config{Client: e.Client()})
	if err != nil {
		w.t.Fatal(err)
	}
	p := &process{w: w, etcd: e, store: store, at: make(chan string, 1), release: make(chan struct{})}
	p.fleet = fleet.New(fleet.Options{Store: store, Drivers: map[string]service.Driver{"redfishv1": rsd.Open}})
	p.work = compose.New(compose.Options{
		Store: store, Pods: p.fleet,
		PollInterval: 5 * time.Millisecond, LostAnswerWindow: w.lostAnswerWindow,
		Observe: func(point string) {
			for _, stop := range points {
				if point == stop {
					p.at <- point
					<-p.release
				}
			}
		},
	})
	w.t.Cleanup(p.end)
	return p
}

// end stops whatever is still running when a test is over.
func (p *process) end() {
	stopped := make(chan struct{})
	go func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		p.work.Drain(ctx)
		close(stopped)
	}()
	time.Sleep(time.Millisecond) // so that what stood at a point finds its end when it goes on
	close(p.release)
	<-stopped
	p.fleet.Close()
}

// register registers the pod.
func (p *process) register() service.PodManager {
	p.w.t.Helper()
	pm, err := p.fleet.Register(p.w.t.Context(), service.PodManager{
		Name: "pod", URL: p.w.pod.URL, Driver: "redfishv1",
		Credentials: service.Credentials{Type: "basic", Username: "admin", Password: "admin"},
	})
	if err != nil {
		p.w.t.Fatal(err)
	}
	if pm.Status != service.PodManagerOnline {
		p.w.t.Fatalf("the pod is %s", pm.Status)
	}
	return pm
}

// crash waits until the process stands at a point, and kills it there.
func (p *process) crash() {
	p.w.t.Helper()
	select {
	case <-p.at:
	case <-time.After(20 * time.Second):
		p.w.t.Fatal("the point was not reached")
	}
	p.kill()
}

// kill lets nothing that the process does from now on reach the store.
func (p *process) kill() {
	p.w.t.Helper()
	if err := p.etcd.Close(); err != nil {
		p.w.t.Fatal(err)
	}
}

// settle goes on with unfinished work until there is none.
func (p *process) settle() {
	p.w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		if err := p.work.Recover(ctx); err != nil {
			p.w.t.Fatal(err)
		}
		left := 0
		for _, err := range p.store.Intents(ctx) {
			if err != nil {
				p.w.t.Fatal(err)
			}
			left++
		}
		if left == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// nodes checks the promise: every machine on the pod is that of a composed
// node and the other way round. It returns the nodes.
func (p *process) nodes() []service.Node {
	t := p.w.t
	t.Helper()
	machines := map[string]podsim.NodeInfo{}
	for _, m := range p.w.pod.Nodes() {
		machines["/redfish/v1/Nodes/"+m.ID] = m
	}
	var list []service.Node
	for n, err := range p.store.Nodes(context.Background(), service.NodeFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, n)
		switch n.State {
		case service.NodeComposed:
			m, there := machines[n.Ref]
			if !there || m.State != "Assembled" || !strings.Contains(m.Description, n.UUID) {
				t.Errorf("node %s is composed, but its machine %q is %+v", n.UUID, n.Ref, m)
			}
			delete(machines, n.Ref)
		case service.NodeFailed:
			if n.Ref != "" || n.Failure == nil {
				t.Errorf("failed node %+v", n)
			}
		default:
			t.Errorf("node %s is %s", n.UUID, n.State)
		}
	}
	for ref, m := range machines {
		t.Errorf("machine %s belongs to nobody: %+v", ref, m)
	}
	return list
}

func (p *process) nodeCount(want int) []service.Node {
	p.w.t.Helper()
	list := p.nodes()
	if len(list) != want {
		p.w.t.Fatalf("%d nodes, want %d: %+v", len(list), want, list)
	}
	return list
}

// until waits until so many pieces of work have come to a step.
func (p *process) until(want int, step service.Step) {
	p.w.t.Helper()
	for range 2000 {
		there := 0
		for in, err := range p.store.Intents(context.Background()) {
			if err != nil {
				p.w.t.Fatal(err)
			}
			if in.Step == step {
				there++
			}
		}
		if there == want {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.w.t.Fatalf("there were never %d pieces of work at step %s", want, step)
}

// drain drains, for so long, and says whether all work ended.
func (p *process) drain(limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return p.work.Drain(ctx) == nil
}
