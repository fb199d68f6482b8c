package inventory_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/inventory"
)

// until waits for something to become true.
func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !true(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long for %s", what)
		}
	}
}

func system(id, state string) service.System {
	return service.System{Ref: "/systems/" + id, ID: id, PowerState: state, Document: map[string]any{"Id": id, "n": json.Number("1.50")}}
}

// replica is another process on the same store and pods.
func (w *world) replica(o inventory.Options) *inventory.Inventory {
	o.Store, o.Pods, o.PodTimeout = w.store, w, 300*time.Millisecond
	i := inventory.New(o)
	w.t.Cleanup(func() { i.Close() })
	return i
}

// states are the power states of the systems, as "1:On 2:Off".
func states(t *testing.T, i *inventory.Inventory, l service.Look) (string, service.Seen[service.System]) {
	t.Helper()
	seen, err := i.Systems(t.Context(), l)
	ok(t, err)
	var all []string
	for _, s := range seen.Items {
		all = append(all, s.ID+":"+s.PowerState)
	}
	return strings.Join(all, " "), seen
}

// TestKept is about lists that cost a pod nothing.
func TestKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := &fakePod{systems: []service.System{system("1", "Off"), system("2", "On")}}
	w.add("pod", pod)
	other := w.replica(inventory.Options{})
	var all sync.WaitGroup
	for range 20 { // who asks at once shares one reading
		all.Go(func() { _, _ = w.inventory.Systems(t.Context(), service.Look{}) })
	}
	all.Wait()
	for _, i := range []*inventory.Inventory{w.inventory, other, w.replica(inventory.Options{})} {
		got, seen := states(t, i, service.Look{Documents: true})
		if got != "1:Off 2:On" || seen.Read || seen.Parts[0].Err != nil || seen.Parts[0].ReadAt.IsZero() {
			t.Errorf("%s, %+v", got, seen.Parts)
		}
		s := seen.Items[0]
		if s.Document["Id"] != "1" || s.Document["n"] != json.Number("1.50") || !s.SeenAt.Equal(seen.Parts[0].ReadAt) {
			t.Errorf("system %+v", s)
		}
	}
	if n := pod.reads.Load(); n != 1 {
		t.Errorf("the pod was read %d times", n)
	}
	pod.become(func() { pod.systems[0].PowerState = "On" })
	if got, seen := states(t, other, service.Look{Refresh: true}); got != "1:On 2:On" || !seen.Read {
		t.Errorf("read again it is %s", got)
	}
	if got, _ := states(t, w.inventory, service.Look{}); got != "1:On 2:On" {
		t.Errorf("another process shows %s", got)
	}
}

// TestStale is about a pod that went away after it was read.
func TestStale(t *testing.T) {
	t.Parallel()
	age := time.Hour
	w := newWorldWith(t, inventory.Options{MaxAge: func() time.Duration { return age }})
	pod := &fakePod{systems: []service.System{system("1", "Off")}}
	w.add("pod", pod)
	_, before := states(t, w.inventory, service.Look{})
	pod.become(func() { pod.err = service.Errorf(service.Unavailable, "it has been switched off") })
	got, seen := states(t, w.inventory, service.Look{PodManagerID: "pod", Refresh: true})
	if got != "1:Off" || !seen.Parts[0].ReadAt.Equal(before.Parts[0].ReadAt) {
		t.Errorf("%s, %+v", got, seen.Parts)
	}
	code(t, seen.Parts[0].Err, service.Unavailable)
	_, seen = states(t, w.replica(inventory.Options{}), service.Look{}) // every process knows
	code(t, seen.Parts[0].Err, service.Unavailable)
	if !strings.Contains(seen.Parts[0].Err.Error(), "switched off") {
		t.Errorf("it says %q", seen.Parts[0].Err)
	}
	// What fails is not tried again for each list, old as it may be.
	age = time.Nanosecond
	n := pod.reads.Load()
	if got, _ = states(t, w.inventory, service.Look{}); got != "1:Off" || pod.reads.Load() != n {
		t.Errorf("%s, and %d more readings", got, pod.reads.Load()-n)
	}
	pod.become(func() { pod.err = nil })
	if _, seen = states(t, w.inventory, service.Look{Refresh: true}); seen.Parts[0].Err != nil {
		t.Errorf("it is back: %+v", seen.Parts)
	}
	// What is too old is read before it is shown.
	pod.become(func() { pod.systems = append(pod.systems, system("2", "On")) })
	if got, seen = states(t, w.inventory, service.Look{}); got != "1:Off 2:On" || !seen.Read {
		t.Errorf("too old, it shows %s", got)
	}
}

// TestOlderReadingLoses is about a slow reading, behind which the pod is read
// again, and one of its systems.
func TestOlderReadingLoses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := &fakePod{systems: []service.System{system("1", "Off"), system("2", "Off")}}
	w.add("pod", pod)
	states(t, w.inventory, service.Look{})
	slow, fast := w.replica(inventory.Options{}), w.inventory
	reading, goOn := make(chan struct{}), make(chan struct{})
	pod.become(func() {
		pod.slow = func() {
			close(reading)
			<-goOn
		}
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = slow.Systems(context.Background(), service.Look{Refresh: true})
	}()
	<-reading
	pod.become(func() { pod.slow, pod.systems[1].PowerState = nil, "On" })
	_, _, err := fast.System(t.Context(), service.Look{Refresh: true}, "2")
	ok(t, err)
	close(goOn)
	<-done
	got, seen := states(t, fast, service.Look{})
	if got != "1:Off 2:On" || !seen.Items[1].SeenAt.After(seen.Items[0].SeenAt) {
		t.Errorf("%s, %+v", got, seen.Items)
	}
	got, seen = states(t, fast, service.Look{Refresh: true})
	if got != "1:Off 2:On" || !seen.Items[1].SeenAt.Equal(seen.Items[0].SeenAt) {
		t.Errorf("read again: %s, %+v", got, seen.Items)
	}
}

// TestOtherAddress is about a pod manager that is another one from now on.
func TestOtherAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := &fakePod{systems: []service.System{system("1", "Off")}}
	id := w.add("pod", pod)
	states(t, w.inventory, service.Look{})
	_, err := w.store.UpdatePodManager(t.Context(), id, func(pm *service.PodManager) error { pm.URL = "https://new.example"; return nil })
	ok(t, err)
	pod.become(func() { pod.systems = []service.System{system("7", "On")} })
	if got, seen := states(t, w.inventory, service.Look{}); got != "7:On" || !seen.Read {
		t.Errorf("it shows %s", got)
	}
}

// TestRun is about the process that leads: it reads each pod from time to time,
// and one that fails less often, until it is said to be back.
func TestRun(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, inventory.Options{Interval: func() time.Duration { return 100 * time.Millisecond }})
	fine, broken := &fakePod{systems: []service.System{system("1", "Off")}}, &fakePod{err: service.Errorf(service.Unavailable, "down")}
	fine.set(ssd("/1"))
	id := w.add("fine", fine)
	bad := w.add("broken", broken)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.inventory.Run(ctx) }()
	until(t, "the first readings", func() bool { return fine.reads.Load() > 0 && broken.reads.Load() > 0 })
	fine.become(func() { fine.systems[0].PowerState = "On" })
	until(t, "the next reading", func() bool {
		seen, err := w.inventory.Systems(t.Context(), service.Look{PodManagerID: "fine"})
		return err == nil && seen.Items[0].PowerState == "On" && !seen.Read
	})
	until(t, "the devices", func() bool {
		parts, err := w.inventory.Devices(t.Context(), service.Look{PodManagerID: "fine"})
		return err == nil && !parts[0].ReadAt.IsZero() && len(w.devices(id)) == 1
	})
	until(t, "twenty readings", func() bool { return fine.reads.Load() >= 20 })
	if often := broken.reads.Load(); often > 10 {
		t.Errorf("one that fails was read %d times, one that does not %d times", often, fine.reads.Load())
	}
	broken.become(func() { broken.err = nil })
	often, began := broken.reads.Load(), time.Now()
	_, err := w.store.UpdatePodManager(t.Context(), bad, func(pm *service.PodManager) error {
		pm.Status, pm.StatusSince = service.PodManagerOnline, service.Now()
		return nil
	})
	ok(t, err)
	until(t, "one that is back", func() bool { return broken.reads.Load() > often })
	if took := time.Since(began); took > 600*time.Millisecond {
		t.Logf("it was read %s after it was back", took) // the machine may be slow
	}
	cancel()
	<-ended
	n := fine.reads.Load()
	time.Sleep(300 * time.Millisecond)
	if fine.reads.Load() != n {
		t.Error("it is read on after its leadership has ended")
	}
}

// TestTold is about what the work changes on a pod.
func TestTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := &fakePod{systems: []service.System{system("1", "Off"), system("2", "Off")}}
	id := w.add("pod", pod)
	told, err := w.inventory.Told().Pod(t.Context(), id)
	ok(t, err)
	states(t, w.inventory, service.Look{})
	n := pod.reads.Load()
	ok(t, told.Reset(t.Context(), "/machines/2", service.ResetType("On")))
	if got, _ := states(t, w.replica(inventory.Options{}), service.Look{}); got != "1:Off 2:On" || pod.reads.Load() != n {
		t.Errorf("after a reset it shows %s, after %d readings", got, pod.reads.Load()-n)
	}
	ok(t, told.Delete(t.Context(), "/machines/2")) // of a composed system nothing is left
	until(t, "the deleted system to go", func() bool { got, _ := states(t, w.inventory, service.Look{}); return got == "1:Off" })
	ok(t, told.Delete(t.Context(), "/machines/1")) // nobody has seen which that was
	time.Sleep(50 * time.Millisecond)
	if got, _ := states(t, w.inventory, service.Look{}); got != "1:Off" || pod.reads.Load() != n {
		t.Errorf("it shows %s, after %d readings", got, pod.reads.Load()-n)
	}
}
