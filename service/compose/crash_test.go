package compose_test

import (
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
)

// TestCrashWhileComposing stops a process at every point of a compose and lets
// another one go on.
func TestCrashWhileComposing(t *testing.T) {
	t.Parallel()
	for _, point := range compose.Points() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{AssembleDelay: 20 * time.Millisecond})
			first := w.start(point)
			first.register()
			r := request()
			r.IdempotencyKey = "k"
			go first.work.Compose(by("p"), r)
			first.crash()

			second := w.start()
			second.steps()
			second.settle()
			want := 1
			if point == compose.ComposeBegun {
				want = 0 // the pod never heard of it
			}
			second.nodeCount(want)

			n, err := second.work.Compose(by("p"), r)
			ok(t, err)
			if got := second.nodeCount(1)[0]; got.UUID != n.UUID {
				t.Errorf("composed %s, and there is %s", n.UUID, got.UUID)
			}
		})
	}
}

// TestCrashWhileUndoing stops a process while it gives back the hardware of a
// compose that failed.
func TestCrashWhileUndoing(t *testing.T) {
	t.Parallel()
	for _, point := range compose.UndoPoints() {
		for _, async := range []bool{false, true} {
			t.Run(point+map[bool]string{true: " async"}[async], func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, podsim.Options{AssembleDelay: 20 * time.Millisecond})
				w.breakNext("POST Assemble", 1, podsim.Fault{FailAssembly: true})
				first := w.start(point)
				first.register()
				r := request()
				r.Async = async
				go first.work.Compose(by("p"), r)
				first.crash()

				second := w.start()
				second.settle()
				if !async {
					second.nodeCount(0)
					return
				}
				n := second.nodeCount(1)[0]
				if n.State != service.NodeFailed || n.Failure.Code != service.PodFailed {
					t.Errorf("node %+v, failure %+v", n, n.Failure)
				}
			})
		}
	}
}

// TestCrashWhileDeleting stops a process at every point of a delete.
func TestCrashWhileDeleting(t *testing.T) {
	t.Parallel()
	for _, point := range compose.DeletePoints() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{})
			first := w.start(point)
			first.register()
			n, err := first.work.Compose(by("p"), request())
			ok(t, err)
			go first.work.Delete(by("p"), n.UUID, service.Decompose)
			first.crash()

			second := w.start()
			second.settle()
			second.nodeCount(0)
		})
	}
}

// TestCrashWithLostAnswer stops a process that was looking for a machine.
func TestCrashWithLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	w.breakNext("POST Allocate", 1, podsim.Fault{Drop: true})
	first := w.start(compose.ComposeAnswerLost)
	first.register()
	go first.work.Compose(by("p"), request())
	first.crash()
	second := w.start()
	second.settle()
	second.nodeCount(1)
}

// TestCrashWhileThePodAllocates kills a process whose request for hardware is
// on its way, or being worked on by a pod that takes longer than it takes to
// start the next process.
func TestCrashWhileThePodAllocates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		onTheWay time.Duration
		inThePod time.Duration
	}{
		{"on the way", 2500 * time.Millisecond, 0},
		{"in the pod", 0, 2500 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{AllocateDelay: tt.inThePod})
			w.lostAnswerWindow = 20 * time.Second
			first := w.start()
			first.register()
			w.breakNext("POST Allocate", 1, podsim.Fault{})
			w.faults[0].delay = tt.onTheWay
			go first.work.Compose(by("p"), request())
			for w.left() > 0 {
				time.Sleep(time.Millisecond)
			}
			first.kill()

			second := w.start()
			second.settle()
			second.nodeCount(1)
		})
	}
}

// TestCrashAgain stops one process after the other, each a point further.
func TestCrashAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: 20 * time.Millisecond})
	p := w.start(compose.PodAllocated)
	p.register()
	go p.work.Compose(by("p"), request())
	p.crash()
	for _, point := range []string{compose.ComposeAllocated, compose.PodAssembling, compose.ComposeFinished} {
		p = w.start(point)
		ok(t, p.work.Recover(t.Context()))
		p.crash()
	}
	p = w.start()
	p.settle()
	p.nodeCount(1)
}

// TestDrain is about a process that stops while there is work.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: 3 * time.Second})
	first := w.start()
	first.register()
	r := request()
	r.Async = true
	n, err := first.work.Compose(by("p"), r)
	ok(t, err)
	waiting := make(chan error, 1)
	go func() {
		r := request()
		_, err := first.work.Compose(by("p"), r)
		waiting <- err
	}()
	first.until(2, service.StepAssembling)
	if first.drain(10 * time.Millisecond) {
		t.Error("the work ended that was to be left")
	}
	code(t, <-waiting, service.Unavailable)
	_, err = first.work.Compose(by("p"), request())
	code(t, err, service.Unavailable)
	ok(t, first.store.Close())
	ok(t, first.etcd.Close())

	second := w.start()
	ok(t, second.work.Recover(t.Context()))
	if !second.drain(20 * time.Second) {
		t.Error("the work did not end")
	}
	if list := second.nodeCount(2); list[0].UUID != n.UUID {
		t.Errorf("the node that was answered for is not there: %+v", list)
	}
}
