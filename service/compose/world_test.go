package compose_test

import (
	"context"
	"net/http"
	"path"
	"path/filepath"
	"slices"
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
	"github.com/valence-rsd/valence/service/seal"
)

// world is what outlives the processes of a test: a pod, and a data folder.
type world struct {
	t   *testing.T
	dir string
	pod *podsim.Server

	sealer service.Sealer

	lostAnswerWindow time.Duration
	provisioner      *provisioner       // nil: none is configured
	seen             func(point string) // told of every point, if there
	releaseErr       error              // of telling that a node is gone

	mu       sync.Mutex
	faults   []*fault
	requests int      // that the pod has got
	released []string // nodes
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
	w := &world{t: t, dir: t.TempDir(), lostAnswerWindow: 3 * time.Second}
	keys := filepath.Join(t.TempDir(), "keys") // which TempDir would let others read
	ok(t, seal.Setup(keys))
	var err error
	w.sealer, err = seal.Open(keys)
	ok(t, err)
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
	w.requests++
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

// release is told that a node is gone.
func (w *world) release(_ context.Context, n service.Node) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.released = append(w.released, n.UUID)
	return w.releaseErr
}

// count gives how many requests the pod has got, and which nodes were released.
func (w *world) count() (requests int, released []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests, slices.Clone(w.released)
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
	store, err := etcd.Open(context.Background(), etcd.Config{Client: e.Client(), Sealer: w.sealer, Shared: true})
	if err != nil {
		w.t.Fatal(err)
	}
	p := &process{w: w, etcd: e, store: store, at: make(chan string, 1), release: make(chan struct{})}
	p.fleet = fleet.New(fleet.Options{Store: store, Drivers: map[string]service.Driver{"redfishv1": rsd.Open}})
	opts := compose.Options{
		Store: store, Pods: p.fleet, Released: w.release,
		PollInterval: 5 * time.Millisecond, LostAnswerWindow: w.lostAnswerWindow,
		Observe: func(point string) {
			if w.seen != nil {
				w.seen(point)
			}
			for _, stop := range points {
				if point == stop {
					p.at <- point
					<-p.release
				}
			}
		},
	}
	if w.provisioner != nil {
		opts.Provisioner = w.provisioner
	}
	p.work = compose.New(opts)
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
	p.store.Close() // of a process that was killed as well, or it would go on asking the dead etcd
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
