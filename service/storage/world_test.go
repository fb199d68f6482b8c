package storage_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/storage"
)

// world is what outlives the processes of a test: an etcd, and a pod.
type world struct {
	t      *testing.T
	etcd   *etcd.Embedded
	prefix string
	pod    *fakePod
	podm   string // UUID of its pod manager

	window time.Duration
}

// newEtcd starts an etcd that several worlds may share.
func newEtcd(t *testing.T) *etcd.Embedded {
	t.Helper()
	e, err := etcd.StartEmbedded(t.Context(), etcd.EmbeddedOptions{DataDir: t.TempDir()})
	ok(t, err)
	t.Cleanup(func() { e.Close() })
	return e
}

// unsealed is a service.Sealer for pods without secrets.
type unsealed struct{}

func (unsealed) Seal(plain, _ string) (string, error)        { return plain, nil }
func (unsealed) Open(sealed, _ string) (string, bool, error) { return sealed, true, nil }

func newWorld(t *testing.T, e *etcd.Embedded) *world {
	t.Helper()
	w := &world{t: t, etcd: e, prefix: "/" + uuid.NewString(), pod: newPod(), podm: uuid.NewString(), window: 300 * time.Millisecond}
	store := w.open()
	ok(t, store.CreatePodManager(t.Context(), service.PodManager{UUID: w.podm, Name: "pod", URL: "https://pod.example"}))
	ok(t, store.Close())
	return w
}

func (w *world) open() *etcd.Store {
	w.t.Helper()
	store, err := etcd.Open(context.Background(), etcd.Config{Client: w.etcd.Client(), Sealer: unsealed{}, Shared: true, Prefix: w.prefix})
	ok(w.t, err)
	return store
}

// Pod implements service.Pods.
func (w *world) Pod(_ context.Context, podManagerID string) (service.Pod, error) {
	if podManagerID == w.podm {
		return w.pod, nil
	}
	return nil, service.Errorf(service.NotFound, "pod manager %q does not exist", podManagerID)
}

// process is what dies in a crash.
type process struct {
	w       *world
	store   *etcd.Store
	storage *storage.Service

	at      chan string // the points that it stopped at
	release chan struct{}
	end     func()
}

// start starts a process. It stops for ever at the point, if there is one.
func (w *world) start(point string) *process {
	w.t.Helper()
	p := &process{w: w, store: w.open(), at: make(chan string, 1), release: make(chan struct{})}
	p.storage = storage.New(storage.Options{
		Store: p.store, Pods: w,
		PollInterval: time.Millisecond, LostAnswerWindow: w.window, RecoverInterval: 10 * time.Millisecond,
		Observe: func(at string) {
			if at == point {
				p.at <- at
				<-p.release
			}
		},
	})
	p.end = sync.OnceFunc(func() {
		stopped := make(chan struct{})
		go func() {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			p.storage.Drain(ctx)
			close(stopped)
		}()
		time.Sleep(time.Millisecond) // so that what stands at the point finds its end when it goes on
		close(p.release)
		<-stopped
		p.store.Close()
	})
	w.t.Cleanup(p.end)
	return p
}

// crash waits until the process stands at its point, and kills it there.
func (p *process) crash() {
	p.w.t.Helper()
	select {
	case <-p.at:
	case <-time.After(20 * time.Second):
		p.w.t.Fatal("the point was not reached")
	}
	p.kill()
}

// kill lets nothing that the process does from now on reach the store, for its
// holds are gone as if their time had run out.
func (p *process) kill() {
	p.w.t.Helper()
	ok(p.w.t, p.store.Close())
}

// settle goes on with unfinished work until there is none.
func (p *process) settle() {
	p.w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		ok(p.w.t, p.storage.Recover(ctx))
		left := 0
		for v, err := range p.store.Volumes(ctx, service.VolumeFilter{}, "") {
			ok(p.w.t, err)
			if !v.State.Settled() {
				left++
			}
		}
		if left == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// volumes checks the promise: every volume on the pod is that of one record and
// the other way round, and attached where the record says. It returns the
// records.
func (p *process) volumes(want int) []service.Volume {
	t := p.w.t
	t.Helper()
	p.w.pod.mu.Lock()
	defer p.w.pod.mu.Unlock()
	owned := map[string]bool{}
	var list []service.Volume
	for v, err := range p.store.Volumes(context.Background(), service.VolumeFilter{}, "") {
		ok(t, err)
		list = append(list, v)
		if !v.State.Settled() {
			t.Errorf("volume %s is %s", v.UUID, v.State)
		}
		if v.State == service.VolumeFailed {
			if v.Ref != "" || v.Failure == nil {
				t.Errorf("failed volume %+v", v)
			}
			continue
		}
		on := p.w.pod.volumes[v.Ref]
		if on == nil || on.uuid != v.UUID || owned[v.Ref] {
			t.Errorf("volume %s is %s, but %q on the pod is %+v", v.UUID, v.State, v.Ref, on)
			continue
		}
		owned[v.Ref] = true
		machine := ""
		if v.State == service.VolumeAttached {
			n, err := p.store.Node(context.Background(), v.NodeID)
			ok(t, err)
			machine = n.Ref
		} else if v.NodeID != "" {
			t.Errorf("volume %s is %s and has node %s", v.UUID, v.State, v.NodeID)
		}
		if on.attached != machine {
			t.Errorf("volume %s is %s at %q, but the pod has it at %q", v.UUID, v.State, machine, on.attached)
		}
	}
	for ref, on := range p.w.pod.volumes {
		if !owned[ref] {
			t.Errorf("%s on the pod belongs to nobody: %+v", ref, on)
		}
	}
	if len(list) != want {
		t.Fatalf("%d volumes, want %d: %+v", len(list), want, list)
	}
	return list
}

// node records a composed node, with a machine for it.
func (p *process) node(project string) service.Node {
	p.w.t.Helper()
	n := service.Node{
		UUID: uuid.NewString(), Name: "node", PodManagerID: p.w.podm, ProjectID: project,
		State: service.NodeComposed, Ref: "/machines/" + uuid.NewString(),
	}
	p.w.pod.mu.Lock()
	p.w.pod.machines[n.Ref] = true
	p.w.pod.mu.Unlock()
	ok(p.w.t, p.store.CreateNode(context.Background(), n))
	return n
}

// forgetNode does what deleting a node leaves of it: nothing, on the pod and in
// the store.
func (p *process) forgetNode(n service.Node) {
	p.w.t.Helper()
	ctx := context.Background()
	p.w.pod.smash(n.Ref)
	n.State = service.NodeDeleting
	_, _, err := p.store.Begin(ctx, service.Intent{NodeUUID: n.UUID, Kind: service.IntentDelete, Step: service.StepIntended}, n)
	ok(p.w.t, err)
	ok(p.w.t, p.store.Forget(ctx, n.UUID))
}

// volume makes a volume.
func (p *process) volume(project string) service.Volume {
	p.w.t.Helper()
	v, err := p.storage.CreateVolume(by(project), request())
	ok(p.w.t, err)
	return v
}

// device records a pooled device.
func (p *process) device() service.Device {
	p.w.t.Helper()
	d := service.Device{
		UUID: uuid.NewString(), PodManagerID: p.w.podm, Ref: "/devices/" + uuid.NewString(),
		Type: service.DeviceSSD, State: service.DeviceFree,
	}
	p.w.pod.mu.Lock()
	p.w.pod.devices[d.Ref] = ""
	p.w.pod.mu.Unlock()
	ok(p.w.t, p.store.CreateDevice(context.Background(), d))
	return d
}
