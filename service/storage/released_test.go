package storage_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// TestReleased is about what was attached to a node that is gone.
func TestReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	n, other := p.node("p"), p.node("p")
	r := request()
	r.EraseOnDetach = true
	secret, err := p.storage.CreateVolume(by("p"), r)
	ok(t, err)
	plain, theirs := p.volume("p"), p.volume("p")
	d, away := p.device(), p.device()
	for _, v := range []service.Volume{secret, plain} {
		_, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
		ok(t, err)
	}
	_, err = p.storage.Attach(by("p"), other.UUID, theirs.UUID)
	ok(t, err)
	ok(t, p.storage.AttachDevice(by("p"), n.UUID, d.UUID))
	ok(t, p.storage.AttachDevice(by("p"), other.UUID, away.UUID))

	_, erase := w.pod.stall("EraseVolume", nil)
	w.pod.smash(n.Ref) // with the record still there, as while a node is being deleted
	ok(t, p.storage.Released(context.Background(), n))
	if v, err := p.store.Volume(t.Context(), secret.UUID); err != nil || v.State != service.VolumeErasing || v.NodeID != "" {
		t.Errorf("the volume that is to be erased is %+v, %v", v, err)
	}
	erase()
	p.settle()
	for _, v := range p.volumes(3) {
		want := service.VolumeAvailable
		if v.UUID == theirs.UUID {
			want = service.VolumeAttached
		}
		if v.State != want {
			t.Errorf("volume %s is %s, want %s", v.UUID, v.State, want)
		}
	}
	if got := w.pod.peek(t, secret.Ref).erased; got != 1 {
		t.Errorf("erased %d times", got)
	}
	if got := w.pod.peek(t, plain.Ref).erased; got != 0 {
		t.Errorf("erased %d times though nobody asked for it", got)
	}
	for id, want := range map[string]service.DeviceState{d.UUID: service.DeviceFree, away.UUID: service.DeviceAllocated} {
		got, err := p.store.Device(t.Context(), id)
		ok(t, err)
		if got.State != want || (got.MachineRef == "") != (want == service.DeviceFree) {
			t.Errorf("device %+v, want it %s", got, want)
		}
	}
}

// TestRunFreesWhatIsLeft is about a node that went while nobody told.
func TestRunFreesWhatIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	n, v := p.node("p"), p.volume("p")
	_, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
	ok(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() {
		p.storage.Run(ctx)
		close(ran)
	}()
	time.Sleep(50 * time.Millisecond) // Run has found nothing to do, and remembers
	p.forgetNode(n)
	for range 1000 {
		if v, err = p.store.Volume(t.Context(), v.UUID); err != nil || v.State == service.VolumeAvailable {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	ok(t, err)
	cancel()
	<-ran
	p.volumes(1)
	if v.State != service.VolumeAvailable || v.NodeID != "" {
		t.Errorf("the volume is %+v", v)
	}
}

// TestClear deletes all volumes of a pod manager but those that stay attached.
func TestClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	for range 20 {
		p.volume("p")
	}
	n, v := p.node("q"), p.volume("q")
	_, err := p.storage.Attach(by("q"), n.UUID, v.UUID)
	ok(t, err)
	for _, how := range []service.Removal{service.Decompose, service.ForgetHardware} {
		err = p.storage.ClearVolumes(byAdmin(), w.podm, how)
		code(t, err, service.Conflict)
		var e *service.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, v.UUID) || strings.Count(e.Message, "is attached to node") != 1 {
			t.Errorf("it says %q", err)
		}
		p.volumes(1)
	}
	ok(t, p.storage.Detach(by("q"), n.UUID, v.UUID))
	w.pod.refuse("DeleteVolume", 1, service.PodFailed)
	code(t, p.storage.ClearVolumes(byAdmin(), w.podm, service.Decompose), service.PodFailed)
	p.volumes(1)
	ok(t, p.storage.ClearVolumes(byAdmin(), w.podm, service.Decompose))
	p.volumes(0)
	ok(t, p.storage.ClearVolumes(byAdmin(), uuid.NewString(), service.Decompose))
}

// TestForget is about volumes of a pod that does not answer any more.
func TestForget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p, q := w.start(""), w.start("")
	idle, stuck := p.volume("p"), p.volume("p")
	n, v := p.node("p"), p.volume("p")
	w.pod.refuse("DeleteVolume", 1e9, service.Unavailable)
	w.pod.refuse("Attach", 1e9, service.Unavailable)
	ended := make(chan error, 2)
	go func() { ended <- p.storage.DeleteVolume(by("p"), stuck.UUID, service.Decompose) }()
	go func() {
		_, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
		ended <- err
	}()
	for w.pod.called("DeleteVolume") == 0 || w.pod.called("Attach") == 0 {
		time.Sleep(time.Millisecond)
	}
	briefly, cancel := context.WithTimeout(by("p"), 50*time.Millisecond)
	defer cancel()
	code(t, q.storage.DeleteVolume(briefly, stuck.UUID, service.Decompose), service.Timeout) // it waits for the other
	ok(t, q.storage.ClearVolumes(byAdmin(), w.podm, service.ForgetHardware))
	for range 2 {
		code(t, <-ended, service.Unavailable)
	}
	for left := range p.store.Volumes(t.Context(), service.VolumeFilter{}, "") {
		t.Errorf("left: %+v", left)
	}
	w.pod.peek(t, idle.Ref) // it is still there
	w.pod.peek(t, v.Ref)
}

// TestPathGivenOutAgain is about a pod that lost a volume and uses its path for
// the next one.
func TestPathGivenOutAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	old := p.volume("p")
	w.pod.mu.Lock()
	delete(w.pod.volumes, old.Ref)
	w.pod.made--
	w.pod.mu.Unlock()
	_, err := p.storage.CreateVolume(by("p"), request())
	code(t, err, service.Conflict)
	if !strings.Contains(err.Error(), old.UUID) {
		t.Errorf("it says %q", err)
	}
	if len(w.pod.volumes) != 0 {
		t.Errorf("left on the pod: %v", w.pod.volumes)
	}
	ok(t, p.storage.DeleteVolume(by("p"), old.UUID, service.Decompose))
	p.volumes(0)
	p.volume("p")
	p.volumes(1)
}

// TestDrain is about a process that stops while there is work.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	w.window = 5 * time.Second
	first := w.start("")
	there, goOn := w.pod.stall("CreateVolume", nil)
	waiting := make(chan error, 1)
	go func() {
		_, err := first.storage.CreateVolume(by("p"), request())
		waiting <- err
	}()
	there()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if first.storage.Drain(ctx) == nil {
		t.Error("the work ended that was to be left")
	}
	code(t, <-waiting, service.Unavailable)
	_, err := first.storage.CreateVolume(by("p"), request())
	code(t, err, service.Unavailable)
	code(t, first.storage.AttachDevice(by("p"), first.node("p").UUID, first.device().UUID), service.Unavailable)

	second := w.start("")
	ok(t, second.storage.Recover(t.Context()))
	goOn()
	second.settle()
	ok(t, second.storage.Drain(t.Context()))
	second.volumes(1)
}
