package fleet_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/fleet"
	"github.com/valence-rsd/valence/service/rsd"
)

// world is a fleet on a real store, with the real driver, which counts.
type world struct {
	store          *etcd.Store
	fleet          *fleet.Fleet
	opened, closed atomic.Int32
}

// countedPod counts how often it is closed.
type countedPod struct {
	service.Pod
	closed *atomic.Int32
}

func (p countedPod) Close() error {
	p.closed.Add(1)
	return p.Pod.Close()
}

// unsealed is a service.Sealer that shows a test what would be sealed.
type unsealed struct{}

func (unsealed) Seal(plain, _ string) (string, error)        { return plain, nil }
func (unsealed) Open(sealed, _ string) (string, bool, error) { return sealed, true, nil }

func newWorld(t *testing.T) *world {
	t.Helper()
	e, err := etcd.StartEmbedded(t.Context(), etcd.EmbeddedOptions{DataDir: t.TempDir()})
	ok(t, err)
	t.Cleanup(func() { ok(t, e.Close()) })
	w := &world{}
	w.store, err = etcd.Open(t.Context(), etcd.Config{Client: e.Client(), Sealer: unsealed{}})
	ok(t, err)
	w.fleet = fleet.New(fleet.Options{
		Store:        w.store,
		ProbeTimeout: 500 * time.Millisecond,
		Drivers: map[string]service.Driver{"redfishv1": func(pm service.PodManager) (service.Pod, error) {
			pod, err := rsd.Open(pm)
			w.opened.Add(1)
			return countedPod{pod, &w.closed}, err
		}},
	})
	t.Cleanup(func() {
		_ = w.fleet.Close() // cannot sign out of a pod that has ended before
		if w.opened.Load() != w.closed.Load() {
			t.Errorf("%d connections were opened, %d closed", w.opened.Load(), w.closed.Load())
		}
	})
	return w
}

func simulated(t *testing.T) string {
	t.Helper()
	pod, err := podsim.Start(podsim.Options{})
	ok(t, err)
	t.Cleanup(func() { pod.Close() })
	return pod.URL
}

func podManager(url string) service.PodManager {
	return service.PodManager{
		Name: "pod", URL: url, Driver: "redfishv1",
		Credentials: service.Credentials{Type: "basic", Username: "admin", Password: "admin"},
	}
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

func TestRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	url := simulated(t)
	asked := podManager(url + "/")
	asked.Description, asked.Location, asked.CACertificate = "the first", "row 4", authority(t)
	pm, err := w.fleet.Register(t.Context(), asked)
	ok(t, err)
	if uuid.Validate(pm.UUID) != nil || pm.Status != service.PodManagerOnline || pm.URL != url || pm.CreatedAt.IsZero() ||
		pm.StatusReason != "" || pm.StatusSince.IsZero() {
		t.Errorf("registered %+v", pm)
	}
	want := asked
	want.UUID, want.URL, want.Status, want.StatusSince = pm.UUID, url, pm.Status, pm.StatusSince
	want.CreatedAt, want.UpdatedAt = pm.CreatedAt, pm.CreatedAt
	if diff := cmp.Diff(want, pm); diff != "" {
		t.Errorf("-want +registered:\n%s", diff)
	}
	stored, err := w.store.PodManager(t.Context(), pm.UUID)
	ok(t, err)
	if diff := cmp.Diff(pm, stored); diff != "" {
		t.Errorf("-answered +stored:\n%s", diff)
	}
	sameName, sameURL := podManager("https://127.0.0.1:1"), podManager(url)
	sameURL.Name = "other"
	for _, taken := range []service.PodManager{sameName, sameURL} {
		_, err = w.fleet.Register(t.Context(), taken)
		code(t, err, service.Conflict)
	}

	pod, err := w.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)
	ok(t, pod.Probe(t.Context()))
	_, err = w.fleet.Pod(t.Context(), uuid.NewString())
	code(t, err, service.NotFound)
}

func TestRegisterChecks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		name   string
		change func(*service.PodManager)
		says   string
	}{
		{"name", func(pm *service.PodManager) { pm.Name = " " }, "name: "},
		{"driver", func(pm *service.PodManager) { pm.Driver = "rest" }, `driver: "rest" is none of redfishv1`},
		{"authentication type", func(pm *service.PodManager) { pm.Credentials.Type = "token" }, "authentication: "},
		{"username", func(pm *service.PodManager) { pm.Credentials.Username = "" }, "authentication: "},
		{"password", func(pm *service.PodManager) { pm.Credentials.Password = "" }, "authentication: "},
		{"no url", func(pm *service.PodManager) { pm.URL = "" }, "url: "},
		{"garbage", func(pm *service.PodManager) { pm.URL = "http://[::1" }, "url: "},
		{"scheme", func(pm *service.PodManager) { pm.URL = "ftp://pod.example" }, "url: "},
		{"no scheme", func(pm *service.PodManager) { pm.URL = "pod.example:8443" }, "url: "},
		{"no host", func(pm *service.PodManager) { pm.URL = "https://:8443" }, "url: "},
		{"credentials in the url", func(pm *service.PodManager) { pm.URL = "https://admin:s3cret@pod.example" }, "url: credentials"},
		{"garbage with credentials", func(pm *service.PodManager) { pm.URL = "https://admin:s3cret@pod.example:port" }, "url: "},
		{"certificate", func(pm *service.PodManager) { pm.CACertificate = "s3cret" }, "ca_certificate: "},
		{"query", func(pm *service.PodManager) { pm.URL = "https://pod.example?a=s3cret" }, "url: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pm := podManager("https://pod.example:8443")
			tt.change(&pm)
			_, err := w.fleet.Register(t.Context(), pm)
			code(t, err, service.Invalid)
			if !strings.HasPrefix(err.Error(), tt.says) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("it says %q, want %q first", err, tt.says)
			}
		})
	}
	for range w.store.PodManagers(t.Context(), "") {
		t.Error("something was stored")
	}
}

// TestOffline is about a pod manager that takes connections and says nothing.
func TestOffline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer deaf.Close()
	begin := time.Now()
	pm, err := w.fleet.Register(t.Context(), podManager("http://"+deaf.Addr().String()))
	ok(t, err)
	if took := time.Since(begin); pm.Status != service.PodManagerOffline || pm.StatusReason == "" || took > 5*time.Second {
		t.Errorf("%s because of %q after %s", pm.Status, pm.StatusReason, took)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pm, err := w.fleet.Register(t.Context(), podManager(simulated(t)))
	ok(t, err)
	_, err = w.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)
	n := service.Node{UUID: uuid.NewString(), PodManagerID: pm.UUID}
	in := service.Intent{NodeUUID: n.UUID, Kind: service.IntentCompose}
	_, _, err = w.store.Begin(t.Context(), in, n)
	ok(t, err)
	code(t, w.fleet.Remove(t.Context(), pm.UUID), service.Conflict)
	ok(t, w.store.Forget(t.Context(), n.UUID))
	ok(t, w.fleet.Remove(t.Context(), pm.UUID))
	code(t, w.fleet.Remove(t.Context(), pm.UUID), service.NotFound)
	if w.opened.Load() != w.closed.Load() {
		t.Error("the connection of a removed pod manager stays open")
	}
}

func TestFirstUseByMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pm, err := w.fleet.Register(t.Context(), podManager(simulated(t)))
	ok(t, err)
	opened := w.opened.Load()
	pods := make([]service.Pod, 20)
	var all sync.WaitGroup
	for i := range pods {
		all.Go(func() {
			var err error
			if pods[i], err = w.fleet.Pod(context.Background(), pm.UUID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, p := range pods {
		if p != pods[0] {
			t.Error("there are two connections to one pod manager")
		}
	}
	if got := w.opened.Load() - opened; got != 1 {
		t.Errorf("%d connections were opened", got)
	}
	ok(t, w.fleet.Close())
	_, err = w.fleet.Pod(t.Context(), pm.UUID)
	code(t, err, service.Unavailable)
}
