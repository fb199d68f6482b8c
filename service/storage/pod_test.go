package storage_test

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/fleet"
	"github.com/valence-rsd/valence/service/inventory"
	"github.com/valence-rsd/valence/service/rsd"
	"github.com/valence-rsd/valence/service/storage"
)

// rack is the real parts around a storage.Service: a simulated pod, the driver,
// etcd, and a node.
type rack struct {
	pod     *podsim.Server
	store   *etcd.Store
	fleet   *fleet.Fleet
	compose *compose.Service
	storage *storage.Service
	node    service.Node
}

func newRack(t *testing.T, opts podsim.Options) *rack {
	t.Helper()
	r := &rack{}
	var err error
	r.pod, err = podsim.Start(opts)
	ok(t, err)
	t.Cleanup(func() { r.pod.Close() })
	r.store, err = etcd.Open(t.Context(), etcd.Config{Client: newEtcd(t).Client(), Sealer: unsealed{}})
	ok(t, err)
	t.Cleanup(func() { r.store.Close() })
	r.fleet = fleet.New(fleet.Options{Store: r.store, Drivers: map[string]service.Driver{"redfishv1": rsd.Open}})
	t.Cleanup(func() { r.fleet.Close() })
	_, err = r.fleet.Register(t.Context(), service.PodManager{
		Name: "pod", URL: r.pod.URL, Driver: "redfishv1",
		Credentials: service.Credentials{Type: "basic", Username: "admin", Password: "admin"},
	})
	ok(t, err)
	r.storage = storage.New(storage.Options{Store: r.store, Pods: r.fleet, PollInterval: 5 * time.Millisecond})
	r.compose = compose.New(compose.Options{
		Store: r.store, Pods: r.fleet, PollInterval: 5 * time.Millisecond, Released: r.storage.Released,
	})
	r.node, err = r.compose.Compose(by("p"), service.ComposeRequest{Name: "web"})
	ok(t, err)
	return r
}

// attached is what the pod says is attached to the node.
func (r *rack) attached(t *testing.T) []string {
	t.Helper()
	for _, n := range r.pod.Nodes() {
		if n.ID == path.Base(r.node.Ref) {
			return n.Attached
		}
	}
	t.Fatalf("the pod has no machine %s", r.node.Ref)
	return nil
}

// gone checks that the pod does not know a volume.
func (r *rack) gone(t *testing.T, v service.Volume) {
	t.Helper()
	pod, err := r.fleet.Pod(t.Context(), v.PodManagerID)
	ok(t, err)
	_, err = pod.Volume(t.Context(), v.Ref)
	code(t, err, service.NotFound)
}

// TestVolumeOfAPod takes a volume through its life on a simulated pod, whose
// answers get lost where something is changed.
func TestVolumeOfAPod(t *testing.T) {
	t.Parallel()
	var lose atomic.Bool
	r := newRack(t, podsim.Options{AttachDelay: 20 * time.Millisecond, Fault: func(req *http.Request) podsim.Fault {
		changes := strings.Contains(req.URL.Path, "/Volumes") && req.Method != http.MethodGet || strings.HasSuffix(req.URL.Path, "tachResource")
		return podsim.Fault{Drop: changes && lose.CompareAndSwap(true, false)}
	}})
	lost := func() {
		t.Helper()
		if lose.Load() {
			t.Error("no answer was lost")
		}
		lose.Store(true)
	}
	const size = 10 << 30
	lose.Store(true)
	v, err := r.storage.CreateVolume(by("p"), service.VolumeRequest{
		Name: "data", Description: "for tests", CapacityBytes: size, Protocol: "NVMeOverFabrics", EraseOnDetach: true,
	})
	ok(t, err)
	if v.CapacityBytes < size || v.Protocol != "NVMeOverFabrics" || v.Pool == "" || v.Ref == "" {
		t.Errorf("made %+v", v)
	}
	lost()
	_, err = r.storage.Attach(by("p"), r.node.UUID, v.UUID)
	ok(t, err)
	if got := r.attached(t); !slices.Contains(got, v.Ref) {
		t.Errorf("attached is %v, want %s", got, v.Ref)
	}
	code(t, r.storage.DeleteVolume(by("p"), v.UUID, service.Decompose), service.Conflict)
	lost()
	ok(t, r.storage.Detach(by("p"), r.node.UUID, v.UUID))
	if got := r.attached(t); slices.Contains(got, v.Ref) {
		t.Errorf("attached is %v", got)
	}
	r.until(t, v, service.VolumeAvailable)
	_, on, err := r.storage.ShowVolume(by("p"), v.UUID)
	ok(t, err)
	if on.Erased == nil || !*on.Erased || on.Health == "" || on.CapacityBytes == nil || *on.CapacityBytes != v.CapacityBytes {
		t.Errorf("on the pod it is %+v", on)
	}
	lost()
	ok(t, r.storage.DeleteVolume(by("p"), v.UUID, service.Decompose))
	if lose.Load() {
		t.Error("no answer was lost")
	}
	r.gone(t, v)
}

// until waits for a volume to come into a state.
func (r *rack) until(t *testing.T, v service.Volume, want service.VolumeState) {
	t.Helper()
	for range 2000 {
		got, err := r.store.Volume(t.Context(), v.UUID)
		ok(t, err)
		if got.State == want {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("volume %s never became %s", v.UUID, want)
}

// TestNodeOfAPodGoes deletes a node with a volume and a pooled device attached.
func TestNodeOfAPodGoes(t *testing.T) {
	t.Parallel()
	r := newRack(t, podsim.Options{})
	v, err := r.storage.CreateVolume(by("p"), service.VolumeRequest{Name: "data", CapacityBytes: 1 << 30, Protocol: "NVMeOverFabrics"})
	ok(t, err)
	_, err = r.storage.Attach(by("p"), r.node.UUID, v.UUID)
	ok(t, err)
	_, err = inventory.New(inventory.Options{Store: r.store, Pods: r.fleet}).SyncDevices(t.Context(), "")
	ok(t, err)
	var d service.Device
	for d, err = range r.store.Devices(t.Context(), service.DeviceFilter{}, "") {
		ok(t, err)
		if d.Type == service.DeviceSSD && d.State == service.DeviceFree {
			break
		}
	}
	ok(t, r.storage.AttachDevice(by("p"), r.node.UUID, d.UUID))
	if got := r.attached(t); !slices.Contains(got, d.Ref) || !slices.Contains(got, v.Ref) {
		t.Errorf("attached is %v, want %s and %s", got, v.Ref, d.Ref)
	}
	code(t, r.storage.AttachDevice(by("p"), r.node.UUID, d.UUID), service.Conflict)

	ok(t, r.compose.Delete(by("p"), r.node.UUID, service.Decompose))
	r.until(t, v, service.VolumeAvailable)
	d, err = r.store.Device(t.Context(), d.UUID)
	ok(t, err)
	if d.State != service.DeviceFree || d.MachineRef != "" {
		t.Errorf("the device is %+v", d)
	}

	r.node, err = r.compose.Compose(by("p"), service.ComposeRequest{Name: "next"})
	ok(t, err)
	_, err = r.storage.Attach(by("p"), r.node.UUID, v.UUID)
	ok(t, err)
	ok(t, r.storage.AttachDevice(by("p"), r.node.UUID, d.UUID))
	ok(t, r.storage.DetachDevice(by("p"), r.node.UUID, d.UUID))
	if got := r.attached(t); !slices.Equal(got, []string{v.Ref}) {
		t.Errorf("attached is %v, want %s alone", got, v.Ref)
	}
}
