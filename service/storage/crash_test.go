package storage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/storage"
)

// TestCrashWhileCreating kills a process at every point of making a volume, and
// lets another one go on.
func TestCrashWhileCreating(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	for _, point := range storage.CreatePoints() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			first := w.start(point)
			r := request()
			r.IdempotencyKey = "k"
			go first.storage.CreateVolume(by("p"), r)
			first.crash()

			second := w.start("")
			second.settle()
			want := 1
			if point == storage.CreateBegun {
				want = 0 // the pod never heard of it
			}
			second.volumes(want)

			v, err := second.storage.CreateVolume(by("p"), r)
			ok(t, err)
			if got := second.volumes(1)[0]; got.UUID != v.UUID || got.State != service.VolumeAvailable || got.CapacityBytes != 5120 {
				t.Errorf("made %+v, and there is %+v", v, got)
			}
		})
	}
}

// TestCrashWithLostAnswer kills a process that was looking for a volume.
func TestCrashWithLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	w.pod.lose("CreateVolume")
	first := w.start(storage.CreateAnswerLost)
	go first.storage.CreateVolume(by("p"), request())
	first.crash()
	second := w.start("")
	second.settle()
	second.volumes(1)
}

// TestCrashWhileThePodWorks kills a process whose request is on its way, or
// being worked on by a pod that takes longer than it takes to start the next
// process.
func TestCrashWhileThePodWorks(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	const delay = 500 * time.Millisecond
	tests := []struct {
		call string
		work func(p *process, n service.Node, v service.Volume)
		want service.VolumeState
		all  int
	}{
		{"CreateVolume", func(p *process, _ service.Node, _ service.Volume) { p.storage.CreateVolume(by("p"), request()) }, service.VolumeAvailable, 2},
		{"Attach", func(p *process, n service.Node, v service.Volume) { p.storage.Attach(by("p"), n.UUID, v.UUID) }, service.VolumeAttached, 1},
		{"EraseVolume", func(p *process, _ service.Node, v service.Volume) { p.storage.EraseVolume(by("p"), v.UUID) }, service.VolumeAvailable, 1},
		{"DeleteVolume", func(p *process, _ service.Node, v service.Volume) {
			p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose)
		}, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.call, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			w.window = 5 * time.Second
			first := w.start("")
			n, v := first.node("p"), first.volume("p")
			w.pod.wrong(fault{call: tt.call, times: 1, delay: delay})
			go tt.work(first, n, v)
			for w.pod.left() > 0 {
				time.Sleep(time.Millisecond)
			}
			first.kill()

			second := w.start("")
			second.settle()
			time.Sleep(delay) // whatever is still on its way arrives
			for _, v := range second.volumes(tt.all) {
				if v.State != tt.want {
					t.Errorf("volume %s is %s", v.UUID, v.State)
				}
			}
		})
	}
}

// TestCrashWhileAttaching kills a process at every point of an attach.
func TestCrashWhileAttaching(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	for _, point := range storage.AttachPoints() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			first := w.start(point)
			n, v := first.node("p"), first.volume("p")
			go first.storage.Attach(by("p"), n.UUID, v.UUID)
			first.crash()

			second := w.start("")
			other := second.node("p")
			second.settle()
			second.volumes(1)
			_, err := second.storage.Attach(by("p"), other.UUID, v.UUID)
			code(t, err, service.Conflict)
			_, err = second.storage.Attach(by("p"), n.UUID, v.UUID)
			ok(t, err)
			second.volumes(1)
		})
	}
}

// TestCrashWhileAttachingToANodeThatGoes is about a node that is deleted before
// anybody goes on with the attach.
func TestCrashWhileAttachingToANodeThatGoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	first := w.start(storage.PodAttached)
	n, v := first.node("p"), first.volume("p")
	go first.storage.Attach(by("p"), n.UUID, v.UUID)
	first.crash()
	second := w.start("")
	second.forgetNode(n)
	second.settle()
	if got := second.volumes(1)[0]; got.State != service.VolumeAvailable {
		t.Errorf("the volume is %s", got.State)
	}
}

// TestCrashWhileDetaching kills a process at every point of a detach, with
// erasing and without.
func TestCrashWhileDetaching(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	for _, erase := range []bool{false, true} {
		points := storage.DetachPoints()
		if erase {
			points = append(points, storage.PodErased, storage.EraseFinished)
		}
		for _, point := range points {
			t.Run(point+map[bool]string{true: " erasing"}[erase], func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, e)
				first := w.start(point)
				n := first.node("p")
				r := request()
				r.EraseOnDetach = erase
				v, err := first.storage.CreateVolume(by("p"), r)
				ok(t, err)
				_, err = first.storage.Attach(by("p"), n.UUID, v.UUID)
				ok(t, err)
				go first.storage.Detach(by("p"), n.UUID, v.UUID)
				first.crash()

				second := w.start("")
				second.settle()
				if got := second.volumes(1)[0]; got.State != service.VolumeAvailable {
					t.Errorf("the volume is %s", got.State)
				}
				if erased := w.pod.peek(t, v.Ref).erased; (erased > 0) != erase {
					t.Errorf("it was erased %d times", erased)
				}
			})
		}
	}
}

// TestCrashWhileErasingOrDeleting kills a process at every point of either.
func TestCrashWhileErasingOrDeleting(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	for _, point := range slices.Concat(storage.ErasePoints(), storage.DeletePoints()) {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			first := w.start(point)
			v := first.volume("p")
			erasing := slices.Contains(storage.ErasePoints(), point)
			if erasing {
				go first.storage.EraseVolume(by("p"), v.UUID)
			} else {
				go first.storage.DeleteVolume(by("p"), v.UUID, service.Decompose)
			}
			first.crash()

			second := w.start("")
			second.settle()
			if !erasing {
				second.volumes(0)
				return
			}
			second.volumes(1)
			if w.pod.peek(t, v.Ref).erased == 0 {
				t.Error("it was not erased")
			}
		})
	}
}
