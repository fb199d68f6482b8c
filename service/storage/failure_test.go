package storage_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

// long is a window that no test waits for.
const long = time.Minute

func TestCreateWithTrouble(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	lost := service.Errorf(service.Timeout, "the answer was lost")
	tests := []struct {
		name   string
		fault  fault
		want   service.Code // empty: the volume is there
		window time.Duration
	}{
		{"pod is down", fault{call: "Probe", times: 1, err: service.Errorf(service.Unavailable, "down")}, service.Unavailable, long},
		{"answer lost", fault{call: "CreateVolume", times: 1, done: true, err: lost}, "", long},
		{"lost on the way", fault{call: "CreateVolume", times: 1, err: lost}, service.Timeout, 300 * time.Millisecond},
		{"late", fault{call: "CreateVolume", times: 1, delay: 2100 * time.Millisecond}, "", 2 * time.Second},
		{"refused", fault{call: "CreateVolume", times: 1, err: service.Errorf(service.Invalid, "no")}, service.Invalid, long},
		{"no room", fault{call: "CreateVolume", times: 1, err: service.Errorf(service.NoCapacity, "full")}, service.NoCapacity, long},
		{"fails", fault{call: "CreateVolume", times: 1, err: service.Errorf(service.PodFailed, "oops")}, service.PodFailed, long},
		{"fails after all is done", fault{call: "CreateVolume", times: 1, done: true, err: service.Errorf(service.PodFailed, "oops")}, "", long},
		{"cannot be read", fault{call: "Volume", times: 1, err: service.Errorf(service.PodFailed, "oops")}, "", long},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			w.window = tt.window
			p := w.start("")
			w.pod.wrong(tt.fault)
			begin := time.Now()
			v, err := p.storage.CreateVolume(by("p"), request())
			if took := time.Since(begin); took > long/2 {
				t.Errorf("it took %s", took)
			}
			if w.pod.left() != 0 {
				t.Error("the fault never happened")
			}
			if tt.want != "" {
				code(t, err, tt.want)
				p.volumes(0)
				return
			}
			ok(t, err)
			if got := p.volumes(1)[0]; got.UUID != v.UUID || got.State != service.VolumeAvailable {
				t.Errorf("made %+v", v)
			}
		})
	}
}

// trouble is one thing done to one volume, with something going wrong.
type trouble struct {
	name     string
	attached bool // before
	work     func(*process, service.Node, service.Volume) error
	call     string // the one that goes wrong
	code     service.Code
	times    int
	done     bool                // what was asked for happens all the same
	want     service.Code        // empty: success
	becomes  service.VolumeState // empty: gone
}

func attachIt(p *process, n service.Node, v service.Volume) error {
	_, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
	return err
}

func detachIt(p *process, n service.Node, v service.Volume) error {
	return p.storage.Detach(by("p"), n.UUID, v.UUID)
}

func eraseIt(p *process, _ service.Node, v service.Volume) error {
	return p.storage.EraseVolume(by("p"), v.UUID)
}

func deleteIt(p *process, _ service.Node, v service.Volume) error {
	return p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose)
}

func troubles() []trouble {
	const fine, gone = service.Code(""), service.VolumeState("")
	return []trouble{
		{"attach, answer lost", false, attachIt, "Attach", service.Timeout, 1, true, fine, service.VolumeAttached},
		{"attach, lost on the way", false, attachIt, "Attach", service.Unavailable, 3, false, fine, service.VolumeAttached},
		{"attach, fails after all is done", false, attachIt, "Attach", service.PodFailed, 1, true, fine, service.VolumeAttached},
		{"attach, fails", false, attachIt, "Attach", service.PodFailed, 1, false, service.PodFailed, service.VolumeAvailable},
		{"attach, refused", false, attachIt, "Attach", service.Invalid, 1, false, service.Invalid, service.VolumeAvailable},
		{"attach, attached elsewhere", false, attachIt, "Attach", service.Conflict, 1, false, service.Conflict, service.VolumeAvailable},
		{"attach, pod is down", false, attachIt, "Probe", service.Unavailable, 1, false, service.Unavailable, service.VolumeAvailable},
		{"detach, answer lost", true, detachIt, "Detach", service.Timeout, 1, true, fine, service.VolumeAvailable},
		{"detach, lost on the way", true, detachIt, "Detach", service.Unavailable, 3, false, fine, service.VolumeAvailable},
		{"detach, refused", true, detachIt, "Detach", service.Conflict, 1, false, service.Conflict, service.VolumeAttached},
		{"detach, pod is down", true, detachIt, "Probe", service.Unavailable, 1, false, service.Unavailable, service.VolumeAttached},
		{"erase, answer lost", false, eraseIt, "EraseVolume", service.Timeout, 1, true, fine, service.VolumeAvailable},
		{"erase, lost on the way", false, eraseIt, "EraseVolume", service.Unavailable, 3, false, fine, service.VolumeAvailable},
		{"erase, cannot", false, eraseIt, "EraseVolume", service.Invalid, 1, false, service.Invalid, service.VolumeAvailable},
		{"erase, pod is down", false, eraseIt, "Probe", service.Unavailable, 1, false, service.Unavailable, service.VolumeAvailable},
		{"delete, answer lost", false, deleteIt, "DeleteVolume", service.Timeout, 1, true, fine, gone},
		{"delete, lost on the way", false, deleteIt, "DeleteVolume", service.Unavailable, 3, false, fine, gone},
		{"delete, refused", false, deleteIt, "DeleteVolume", service.Conflict, 1, false, service.Conflict, service.VolumeAvailable},
		{"delete, fails", false, deleteIt, "DeleteVolume", service.PodFailed, 1, false, service.PodFailed, service.VolumeAvailable},
		{"delete, pod is down", false, deleteIt, "Probe", service.Unavailable, 1, false, service.Unavailable, service.VolumeAvailable},
	}
}

func TestWorkWithTrouble(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	for _, tt := range troubles() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			w.window = long
			p := w.start("")
			n, v := p.node("p"), p.volume("p")
			if tt.attached {
				ok(t, attachIt(p, n, v))
			}
			w.pod.wrong(fault{call: tt.call, times: tt.times, done: tt.done, err: service.Errorf(tt.code, "trouble")})
			err := tt.work(p, n, v)
			if w.pod.left() != 0 {
				t.Error("the fault never happened")
			}
			if tt.want == "" {
				ok(t, err)
			} else {
				code(t, err, tt.want)
			}
			if tt.becomes == "" {
				p.volumes(0)
				return
			}
			if got := p.volumes(1)[0]; got.State != tt.becomes {
				t.Errorf("the volume is %s, want %s", got.State, tt.becomes)
			}
		})
	}
}

// TestRefusedAfterALostAnswer is about a pod that refuses a repeated request
// because it is still busy with the first.
func TestRefusedAfterALostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	w.window = long
	p := w.start("")
	n, v := p.node("p"), p.volume("p")
	w.pod.wrong(fault{call: "Attach", times: 1, err: service.Errorf(service.Timeout, "lost")})
	w.pod.refuse("Attach", 3, service.Conflict)
	_, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
	ok(t, err)
	w.pod.wrong(fault{call: "Detach", times: 1, err: service.Errorf(service.Timeout, "lost")})
	w.pod.refuse("Detach", 3, service.Conflict)
	ok(t, p.storage.Detach(by("p"), n.UUID, v.UUID))
	p.volumes(1)
}

// TestGone is about volumes that somebody took away from the pod.
func TestGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	n, v := p.node("p"), p.volume("p")
	w.pod.mu.Lock()
	delete(w.pod.volumes, v.Ref)
	w.pod.mu.Unlock()
	got, on, err := p.storage.ShowVolume(by("p"), v.UUID)
	code(t, err, service.NotFound)
	if got.UUID != v.UUID || on != nil {
		t.Errorf("shown %+v, %+v", got, on)
	}
	err = p.storage.EraseVolume(by("p"), v.UUID)
	code(t, err, service.NotFound)
	if !strings.Contains(err.Error(), "is gone from its pod manager") {
		t.Errorf("it says %q", err)
	}
	_, err = p.storage.Attach(by("p"), n.UUID, v.UUID)
	code(t, err, service.NotFound)
	ok(t, p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose))
	p.volumes(0)
}

// TestCallerGoesAway is about work that ends when nobody waits for it any more.
func TestCallerGoesAway(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	for _, fails := range []bool{false, true} {
		t.Run(map[bool]string{false: "success", true: "failure"}[fails], func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			w.window = long
			p := w.start("")
			var failure error
			if fails {
				failure = service.Errorf(service.NoCapacity, "the pool is full")
			}
			there, goOn := w.pod.stall("CreateVolume", failure)
			r := request()
			r.IdempotencyKey = "k"
			ctx, cancel := context.WithCancel(by("p"))
			ended := make(chan error, 1)
			go func() {
				_, err := p.storage.CreateVolume(ctx, r)
				ended <- err
			}()
			there()
			cancel()
			code(t, <-ended, service.Timeout)
			goOn()
			v, err := p.storage.CreateVolume(by("p"), r) // waits for the end of the first
			ok(t, err)
			if asked := w.pod.called("CreateVolume"); asked != 1 {
				t.Errorf("the pod was asked %d times", asked)
			}
			if !fails {
				p.volumes(1)
				return
			}
			if v.State != service.VolumeFailed || v.Failure.Code != service.NoCapacity || v.Failure.Message != "the pool is full" {
				t.Errorf("failed %+v, %+v", v, v.Failure)
			}
			_, on, err := p.storage.ShowVolume(by("p"), v.UUID)
			ok(t, err)
			if on != nil {
				t.Errorf("a failed volume is on the pod: %+v", on)
			}
			p.volumes(1)
			ok(t, p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose))
			p.volumes(0)
		})
	}
}
