package storage_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// deviceIs checks the record of a device, and that the pod has it there too.
func (p *process) deviceIs(d service.Device, at string) {
	t := p.w.t
	t.Helper()
	got, err := p.store.Device(t.Context(), d.UUID)
	ok(t, err)
	want := service.DeviceFree
	if at != "" {
		want = service.DeviceAllocated
	}
	if got.State != want || got.MachineRef != at {
		t.Errorf("the device is %s at %q, want %q", got.State, got.MachineRef, at)
	}
	p.w.pod.mu.Lock()
	defer p.w.pod.mu.Unlock()
	if on := p.w.pod.devices[d.Ref]; on != at {
		t.Errorf("the pod has it at %q, want %q", on, at)
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	n, other, theirs, d := p.node("p"), p.node("p"), p.node("q"), p.device()
	ok(t, p.storage.DetachDevice(by("p"), n.UUID, d.UUID)) // nothing to do
	ok(t, p.storage.AttachDevice(by("p"), n.UUID, d.UUID))
	p.deviceIs(d, n.Ref)
	code(t, p.storage.AttachDevice(by("p"), n.UUID, d.UUID), service.Conflict)
	code(t, p.storage.AttachDevice(by("p"), other.UUID, d.UUID), service.Conflict)
	code(t, p.storage.DetachDevice(by("p"), other.UUID, d.UUID), service.Conflict)
	code(t, p.storage.DetachDevice(by("q"), n.UUID, d.UUID), service.NotFound)
	code(t, p.storage.AttachDevice(by("p"), theirs.UUID, d.UUID), service.NotFound)
	code(t, p.storage.AttachDevice(by("p"), n.UUID, uuid.NewString()), service.NotFound)
	p.deviceIs(d, n.Ref)
	ok(t, p.storage.DetachDevice(by("p"), n.UUID, d.UUID))
	p.deviceIs(d, "")

	elsewhere := service.PodManager{UUID: uuid.NewString(), Name: "second", URL: "https://second.example"}
	ok(t, p.store.CreatePodManager(t.Context(), elsewhere))
	away := service.Device{UUID: uuid.NewString(), PodManagerID: elsewhere.UUID, Ref: d.Ref, State: service.DeviceFree}
	ok(t, p.store.CreateDevice(t.Context(), away))
	code(t, p.storage.AttachDevice(by("p"), n.UUID, away.UUID), service.Conflict)
	p.deviceIs(d, "")
}

func TestDevicesWithTrouble(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	tests := []struct {
		name  string
		fault fault
		want  service.Code
		at    bool // whether the device is attached in the end
	}{
		{"pod is down", fault{call: "Probe", times: 1, err: service.Errorf(service.Unavailable, "down")}, service.Unavailable, false},
		{"answer to Attach lost", fault{call: "Attach", times: 1, done: true, err: service.Errorf(service.Timeout, "lost")}, "", true},
		{"Attach late", fault{call: "Attach", times: 1, err: service.Errorf(service.Timeout, "lost"), delay: 100 * time.Millisecond, done: true}, "", true},
		{"Attach lost on the way", fault{call: "Attach", times: 1, err: service.Errorf(service.Unavailable, "lost")}, service.Unavailable, false},
		{"Attach fails after all is done", fault{call: "Attach", times: 1, done: true, err: service.Errorf(service.PodFailed, "oops")}, "", true},
		{"Attach refused", fault{call: "Attach", times: 1, err: service.Errorf(service.Conflict, "no")}, service.Conflict, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			p := w.start("")
			n, d := p.node("p"), p.device()
			w.pod.wrong(tt.fault)
			err := p.storage.AttachDevice(by("p"), n.UUID, d.UUID)
			at := ""
			if tt.at {
				at = n.Ref
			}
			p.deviceIs(d, at)
			if tt.want == "" {
				ok(t, err)
				w.pod.lose("Detach")
				code(t, p.storage.DetachDevice(by("p"), n.UUID, d.UUID), service.Timeout)
				ok(t, p.storage.DetachDevice(by("p"), n.UUID, d.UUID))
				p.deviceIs(d, "")
				return
			}
			code(t, err, tt.want)
		})
	}
}

func TestDeviceForMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p, q := w.start(""), w.start("")
	d := p.device()
	w.pod.wrong(fault{call: "Attach", times: 1, delay: 100 * time.Millisecond})
	var all sync.WaitGroup
	var won atomic.Int32
	var mu sync.Mutex
	at := ""
	for i := range 16 {
		n := p.node("p")
		s := []*process{p, q}[i%2].storage
		all.Go(func() {
			err := s.AttachDevice(by("p"), n.UUID, d.UUID)
			if err == nil {
				won.Add(1)
				mu.Lock()
				defer mu.Unlock()
				at = n.Ref
			} else if service.CodeOf(err) != service.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || w.pod.called("Attach") != 1 {
		t.Errorf("%d attached it, and the pod was asked %d times", won.Load(), w.pod.called("Attach"))
	}
	p.deviceIs(d, at)
}
