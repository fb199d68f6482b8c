package inventory_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

func ssd(ref string) service.Device {
	return service.Device{
		Ref: ref, Type: service.DeviceSSD, State: service.DeviceFree, Group: "/fabric",
		Properties: map[string]any{"capacity": int64(1) << 60, "model": "x"},
	}
}

// synced synchronises one pod manager.
func (w *world) synced(podManagerID string) {
	w.t.Helper()
	results, err := w.inventory.SyncDevices(w.t.Context(), podManagerID)
	ok(w.t, err)
	if len(results) != 1 || results[0].Err != nil || results[0].PodManagerID != podManagerID {
		w.t.Fatalf("results %+v", results)
	}
}

func TestSyncDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := &fakePod{}
	id := w.add("pod", pod)
	pod.set(ssd("/1"), ssd("/2"), ssd("/1"))
	w.synced(id)
	first := w.devices(id)
	one := first["/1"]
	if len(first) != 2 || one.PodManagerID != id || one.Type != service.DeviceSSD || one.State != service.DeviceFree ||
		uuid.Validate(one.UUID) != nil || one.CreatedAt.IsZero() || !one.UpdatedAt.Equal(one.CreatedAt) {
		t.Fatalf("stored %+v", first)
	}

	before, err := w.store.Version(t.Context(), service.KindDevice)
	ok(t, err)
	w.synced(id)
	after, err := w.store.Version(t.Context(), service.KindDevice)
	ok(t, err)
	if before != after {
		t.Error("nothing has changed, and something was written")
	}

	changed := service.Device{
		Ref: "/2", Type: service.DeviceGPU, State: service.DeviceAllocated, MachineRef: "/machines/1", Group: "/other",
		Properties: map[string]any{"model": "y"}, Extra: map[string]any{"vendor": "z"},
	}
	pod.set(changed, ssd("/3"))
	w.synced(id)
	second := w.devices(id)
	want := changed
	want.UUID, want.PodManagerID, want.CreatedAt, want.UpdatedAt = first["/2"].UUID, id, first["/2"].CreatedAt, second["/2"].UpdatedAt
	if diff := cmp.Diff(want, second["/2"]); diff != "" || !want.UpdatedAt.After(want.CreatedAt) {
		t.Errorf("updated at %s, -want +got:\n%s", want.UpdatedAt, diff)
	}
	if _, left := second["/1"]; left || len(second) != 2 || second["/3"].UUID == "" {
		t.Errorf("stored %+v", second)
	}
	pod.set()
	w.synced(id)
	if left := w.devices(id); len(left) != 0 {
		t.Errorf("left %+v", left)
	}
}

// TestSyncKeepsWhatIsAttached is about a device that a pod does not report while
// a node has it.
func TestSyncKeepsWhatIsAttached(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := &fakePod{}
	id := w.add("pod", pod)
	ok(t, w.store.CreateNode(t.Context(), service.Node{
		UUID: uuid.NewString(), PodManagerID: id, State: service.NodeComposed, Ref: "/machines/1",
	}))
	ok(t, w.store.CreateNode(t.Context(), service.Node{UUID: uuid.NewString(), PodManagerID: id, State: service.NodeFailed}))
	ours, foreign := ssd("/1"), ssd("/2")
	ours.State, ours.MachineRef = service.DeviceAllocated, "/machines/1"
	foreign.State, foreign.MachineRef = service.DeviceAllocated, "/machines/2"
	pod.set(ours, foreign, ssd("/3"))
	w.synced(id)
	pod.set()
	w.synced(id)
	left := w.devices(id)
	if _, there := left["/1"]; !there || len(left) != 1 {
		t.Errorf("left %+v", left)
	}
}

// TestSyncLeavesNewerRecords is about a device that is attached while the pod is
// being read.
func TestSyncLeavesNewerRecords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := &fakePod{}
	id := w.add("pod", pod)
	pod.set(ssd("/1"))
	w.synced(id)
	d := w.devices(id)["/1"]
	old := ssd("/1")
	old.Group = "/elsewhere"
	pod.set(old)
	pod.reading = func() {
		_, err := w.store.UpdateDevice(t.Context(), d.UUID, func(d *service.Device) error {
			d.State, d.MachineRef, d.UpdatedAt = service.DeviceAllocated, "/machines/1", time.Now().UTC().Truncate(time.Microsecond)
			return nil
		})
		ok(t, err)
	}
	w.synced(id)
	if got := w.devices(id)["/1"]; got.State != service.DeviceAllocated || got.MachineRef != "/machines/1" || got.Group != "/fabric" {
		t.Errorf("stored %+v", got)
	}
	pod.reading = nil
	w.synced(id)
	if got := w.devices(id)["/1"]; got.Group != "/elsewhere" {
		t.Errorf("stored %+v", got)
	}
}

// TestSyncFailuresAreIsolated is about pods in trouble beside one that is fine.
func TestSyncFailuresAreIsolated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unable := w.add("unable", &fakePod{err: service.Errorf(service.Invalid, "no pooled devices")})
	deaf := w.add("deaf", &fakePod{hang: true})
	fine := &fakePod{}
	fine.set(ssd("/1"))
	id := w.add("fine", fine)
	results, err := w.inventory.SyncDevices(t.Context(), "")
	ok(t, err)
	if len(results) != 3 || results[0].PodManagerID != unable || results[1].PodManagerID != deaf || results[2].PodManagerID != id {
		t.Fatalf("results %+v", results)
	}
	code(t, results[0].Err, service.Invalid)
	code(t, results[1].Err, service.Timeout)
	ok(t, results[2].Err)
	if len(w.devices(id)) != 1 {
		t.Errorf("stored %+v", w.devices(id))
	}

	results, err = w.inventory.SyncDevices(t.Context(), "nowhere")
	ok(t, err)
	if len(results) != 1 || results[0].PodManagerID != "nowhere" {
		t.Fatalf("results %+v", results)
	}
	code(t, results[0].Err, service.NotFound)
	results, err = w.inventory.SyncDevices(t.Context(), "fine")
	ok(t, err)
	ok(t, results[0].Err)
}

// TestSyncOneAtATime is about two who synchronise the same pod manager.
func TestSyncOneAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := &fakePod{}
	id := w.add("pod", pod)
	reading, goOn := make(chan struct{}), make(chan struct{})
	pod.reading = func() {
		close(reading)
		<-goOn
	}
	first := make(chan error, 1)
	go func() {
		results, _ := w.inventory.SyncDevices(context.Background(), id)
		first <- results[0].Err
	}()
	<-reading
	results, err := w.inventory.SyncDevices(t.Context(), id)
	ok(t, err)
	code(t, results[0].Err, service.Conflict)
	close(goOn)
	ok(t, <-first)
	pod.reading = nil
	w.synced(id)
}
