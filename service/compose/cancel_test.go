package compose_test

import (
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
)

// TestCancel deletes a node whose assembly would take a minute.
func TestCancel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		async, elsewhere bool // answered early; deleted by another process
	}{
		{"here", false, false},
		{"here, caller gone", true, false},
		{"elsewhere", false, true},
		{"elsewhere, caller gone", true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{AssembleDelay: time.Minute})
			p := w.start()
			p.register()
			q := p
			if tt.elsewhere {
				q = w.on(p.etcd)
			}
			r := request()
			r.Async = tt.async
			composed := async(func() error {
				_, err := p.work.Compose(by("p"), r)
				return err
			})
			p.until(1, service.StepAssembling)
			ok(t, inTime(t, async(func() error { return q.work.Delete(by("p"), p.only(), service.Decompose) })))
			err := inTime(t, composed)
			if tt.async {
				ok(t, err)
			} else {
				code(t, err, service.Conflict)
				if !strings.Contains(err.Error(), "composing was cancelled") {
					t.Errorf("the caller who waited got %v", err)
				}
			}
			p.nodeCount(0)
		})
	}
}

// TestCancelWhileAllocating is about hardware that is only on its way when the
// node is deleted.
func TestCancelWhileAllocating(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		effect podsim.Fault
	}{
		{"in the pod", podsim.Fault{}},
		{"and the answer is lost", podsim.Fault{Drop: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{AllocateDelay: 500 * time.Millisecond, AssembleDelay: time.Minute})
			w.breakNext("POST Allocate", 1, tt.effect)
			p := w.start()
			p.register()
			composed := async(func() error {
				_, err := p.work.Compose(by("p"), request())
				return err
			})
			for w.left() > 0 {
				time.Sleep(time.Millisecond)
			}
			ok(t, inTime(t, async(func() error { return p.work.Delete(by("p"), p.only(), service.Decompose) })))
			code(t, inTime(t, composed), service.Conflict)
			p.nodeCount(0)
		})
	}
}

// TestCancelWhileProbing is about a pod that hangs before it is asked for
// anything.
func TestCancelWhileProbing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	w.breakNext("GET", 1, podsim.Fault{})
	w.faults[0].delay = 8 * time.Second
	composed := async(func() error {
		_, err := p.work.Compose(by("p"), request())
		return err
	})
	p.until(1, service.StepIntended)
	begin := time.Now()
	ok(t, p.work.Delete(by("p"), p.only(), service.Decompose))
	if took := time.Since(begin); took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
	code(t, inTime(t, composed), service.Conflict)
	p.nodeCount(0)
}

// TestCancelOfWaitingDuplicate is about a request that waits, in another
// process, for the node of the same idempotency key.
func TestCancelOfWaitingDuplicate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: time.Minute, DeleteDelay: time.Second})
	p := w.start()
	p.register()
	q := w.on(p.etcd)
	r := request()
	r.IdempotencyKey = "k"
	var waiting []<-chan error
	for _, x := range []*process{p, q, p, q} {
		waiting = append(waiting, async(func() error {
			_, err := x.work.Compose(by("p"), r)
			return err
		}))
	}
	p.until(1, service.StepAssembling)
	ok(t, q.work.Delete(by("p"), p.only(), service.Decompose))
	for _, c := range waiting {
		code(t, inTime(t, c), service.Conflict)
	}
	p.nodeCount(0)
}

// TestCancelAfterDeath is about a compose whose process is dead, and that
// nobody has taken up.
func TestCancelAfterDeath(t *testing.T) {
	t.Parallel()
	for _, point := range compose.Points() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{AssembleDelay: 20 * time.Millisecond})
			first := w.start(point)
			first.register()
			go first.work.Compose(by("p"), request())
			first.crash()
			second := w.start()
			ok(t, inTime(t, async(func() error { return second.work.Delete(by("p"), second.only(), service.Decompose) })))
			second.nodeCount(0)
		})
	}
}

// TestCrashAfterOrder stops the process that works on a node when it was told
// to cancel or to forget; another one does what was ordered.
func TestCrashAfterOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		point    string
		how      service.Removal
		machines int
	}{
		{compose.CancelOrdered, service.Decompose, 0},
		{compose.ForgetOrdered, service.ForgetHardware, 1},
	}
	for _, tt := range tests {
		t.Run(tt.point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{AssembleDelay: time.Minute})
			first := w.start(tt.point, compose.ComposeAssembling) // neither is to end by itself
			first.register()
			n := first.composeAsync()
			inTime(t, first.at)
			go first.work.Delete(by("p"), n.UUID, tt.how)
			first.crash()

			second := w.start()
			second.settle()
			second.gone(n.UUID)
			if left := w.pod.Nodes(); len(left) != tt.machines {
				t.Errorf("%d machines are left, want %d: %+v", len(left), tt.machines, left)
			}
		})
	}
}

// TestDeleteTwice deletes a node from several places at once.
func TestDeleteTwice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		effect podsim.Fault
		want   service.Code // empty: the node is gone
	}{
		{"done", podsim.Fault{}, ""},
		{"refused", podsim.Fault{Status: 409}, service.Conflict},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{DeleteDelay: 300 * time.Millisecond})
			p := w.start()
			p.register()
			q := w.on(p.etcd)
			n := p.compose()
			w.breakNext("DELETE", 1, tt.effect)
			w.faults[0].delay = 300 * time.Millisecond
			var all []<-chan error
			for _, x := range []*process{p, q, p, q} {
				all = append(all, async(func() error { return x.work.Delete(by("p"), n.UUID, service.Decompose) }))
			}
			refused := 0
			for _, c := range all {
				if err := inTime(t, c); err != nil {
					code(t, err, tt.want)
					refused++
				}
			}
			// Whoever is in another process tries for itself, and has more luck.
			if (tt.want == "") != (refused == 0) || refused == len(all) {
				t.Errorf("%d of %d were refused", refused, len(all))
			}
			p.nodeCount(0)
			code(t, p.work.Delete(by("p"), n.UUID, service.Decompose), service.NotFound)
		})
	}
}

// TestCancelOfDelete is about an order that comes too late: the node was
// composed, and is being deleted.
func TestCancelOfDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{DeleteDelay: 500 * time.Millisecond})
	p := w.start()
	p.register()
	n := p.compose()
	deleted := async(func() error { return p.work.Delete(by("p"), n.UUID, service.Decompose) })
	p.until(1, service.StepIntended)
	ok(t, p.store.Order(t.Context(), n.UUID, service.OrderCancel))
	ok(t, inTime(t, deleted))
	p.nodeCount(0)
}
