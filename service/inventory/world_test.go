package inventory_test

import (
	"bytes"
	"context"
	"log/slog"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/inventory"
)

// fakePod is a pod made of what a test says. A real one neither hangs nor
// changes its hardware on command.
type fakePod struct {
	service.Pod // nil: whatever else is called is a mistake

	mu      sync.Mutex
	systems []service.System
	chassis []service.Chassis
	pools   []service.Pool
	devices []service.Device
	err     error
	hang    bool
	reading func() // called while the devices are read
	reads   atomic.Int32
	slow    func() // called while the systems are read
}

// wrong waits for the end of a pod that hangs, and gives the error of one that fails.
func (p *fakePod) wrong(ctx context.Context) error {
	p.mu.Lock()
	hang, err := p.hang, p.err
	p.mu.Unlock()
	if hang {
		<-ctx.Done()
		return service.Errorf(service.Timeout, "no answer")
	}
	return err
}

func (p *fakePod) Systems(ctx context.Context) ([]service.System, error) {
	p.reads.Add(1)
	if err := p.wrong(ctx); err != nil {
		return nil, err
	}
	p.mu.Lock()
	all, slow := append([]service.System(nil), p.systems...), p.slow
	p.mu.Unlock()
	if slow != nil {
		slow()
	}
	return all, nil
}

// become changes the pod.
func (p *fakePod) become(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *fakePod) System(ctx context.Context, id string) (service.System, error) {
	if err := p.wrong(ctx); err != nil {
		return service.System{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.systems {
		if s.ID == id || s.UUID == id {
			return s, nil
		}
	}
	return service.System{}, service.Errorf(service.NotFound, "no such system")
}

func (p *fakePod) Parts(ctx context.Context, ref string) (service.SystemParts, error) {
	return service.SystemParts{Drives: []service.Drive{{Ref: ref + "/drive"}}}, p.wrong(ctx)
}

func (p *fakePod) Chassis(ctx context.Context) ([]service.Chassis, error) {
	if err := p.wrong(ctx); err != nil {
		return nil, err
	}
	return append([]service.Chassis(nil), p.chassis...), nil
}

// Machine says that the machine /machines/N is the system /systems/N.
func (p *fakePod) Machine(_ context.Context, ref string) (service.Machine, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := p.systemOf(ref); i >= 0 {
		return service.Machine{Ref: ref, SystemRef: p.systems[i].Ref}, nil
	}
	return service.Machine{}, service.Errorf(service.NotFound, "no such machine")
}

func (p *fakePod) systemOf(machine string) int {
	return slices.IndexFunc(p.systems, func(s service.System) bool { return s.Ref == "/systems/"+path.Base(machine) })
}

func (p *fakePod) Reset(_ context.Context, ref string, reset service.ResetType) error {
	p.become(func() { p.systems[p.systemOf(ref)].PowerState = string(reset) })
	return nil
}

func (p *fakePod) Delete(_ context.Context, ref string) error {
	p.become(func() { p.systems = slices.Delete(slices.Clone(p.systems), p.systemOf(ref), p.systemOf(ref)+1) })
	return nil
}

func (p *fakePod) Pools(ctx context.Context) ([]service.Pool, error) {
	return p.pools, p.wrong(ctx)
}

func (p *fakePod) Devices(ctx context.Context) ([]service.Device, error) {
	p.mu.Lock()
	list, reading := append([]service.Device(nil), p.devices...), p.reading
	p.mu.Unlock()
	if reading != nil {
		reading()
	}
	return list, p.wrong(ctx)
}

func (p *fakePod) set(devices ...service.Device) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.devices = devices
}

// world is an inventory over a real store and such pods.
type world struct {
	t         *testing.T
	store     *etcd.Store
	inventory *inventory.Inventory
	pods      map[string]*fakePod
	events    *eventPod // in the place of its fakePod, if there
}

// Pod implements service.Pods.
func (w *world) Pod(_ context.Context, id string) (service.Pod, error) {
	if p := w.pods[id]; p != nil {
		if w.events != nil && w.events.fakePod == p {
			return w.events, nil
		}
		return p, nil
	}
	return nil, service.Errorf(service.NotFound, "pod manager %q does not exist", id)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, inventory.Options{})
}

// newWorldWith is newWorld with options; store and pods are its own.
func newWorldWith(t *testing.T, o inventory.Options) *world {
	t.Helper()
	w := &world{t: t, store: newStore(t), pods: map[string]*fakePod{}}
	o.Store, o.Pods, o.PodTimeout = w.store, w, 300*time.Millisecond
	w.inventory = inventory.New(o)
	t.Cleanup(func() { w.inventory.Close() })
	return w
}

// systems lists the systems of one pod manager or of all, without their times.
func (w *world) systems(podManagerID string) ([]service.System, error) {
	seen, err := w.inventory.Systems(w.t.Context(), service.Look{PodManagerID: podManagerID})
	return unseen(seen.Items), err
}

func (w *world) chassis(podManagerID string) ([]service.Chassis, error) {
	seen, err := w.inventory.Chassis(w.t.Context(), service.Look{PodManagerID: podManagerID})
	return unseenChassis(seen.Items), err
}

// unseen are systems without the time when they were read.
func unseen(systems []service.System) []service.System {
	for n := range systems {
		systems[n].SeenAt = time.Time{}
	}
	return systems
}

func unseenChassis(chassis []service.Chassis) []service.Chassis {
	for n := range chassis {
		chassis[n].SeenAt = time.Time{}
	}
	return chassis
}

func newStore(t *testing.T) *etcd.Store {
	t.Helper()
	e, err := etcd.StartEmbedded(t.Context(), etcd.EmbeddedOptions{DataDir: t.TempDir()})
	ok(t, err)
	t.Cleanup(func() { e.Close() })
	store, err := etcd.Open(t.Context(), etcd.Config{Client: e.Client(), Sealer: unsealed{}})
	ok(t, err)
	t.Cleanup(func() { store.Close() })
	return store
}

// unsealed is a service.Sealer for pods without secrets.
type unsealed struct{}

func (unsealed) Seal(plain, _ string) (string, error)        { return plain, nil }
func (unsealed) Open(sealed, _ string) (string, bool, error) { return sealed, true, nil }

// add registers a pod, and gives the UUID of its pod manager.
func (w *world) add(name string, p *fakePod) string {
	w.t.Helper()
	id := uuid.NewString()
	w.pods[id] = p
	ok(w.t, w.store.CreatePodManager(w.t.Context(), service.PodManager{UUID: id, Name: name, URL: "https://" + name + ".example"}))
	return id
}

// devices are the stored devices of a pod manager, by ref.
func (w *world) devices(podManagerID string) map[string]service.Device {
	w.t.Helper()
	all := map[string]service.Device{}
	for d, err := range w.store.Devices(w.t.Context(), service.DeviceFilter{PodManagerID: podManagerID}, "") {
		ok(w.t, err)
		all[d.Ref] = d
	}
	return all
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func code(t *testing.T, err error, want service.Code) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	if got := service.CodeOf(err); got != want {
		t.Fatalf("%s (%v), want %s", got, err, want)
	}
}

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
