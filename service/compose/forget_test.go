package compose_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
)

// TestForget forgets a settled node while its pod is down.
func TestForget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	w.releaseErr = errors.New("no room") // does not matter
	p := w.start()
	p.register()
	n := p.compose()
	before, _ := w.count()
	w.breakNext("", 1000, podsim.Fault{Status: 503})
	ok(t, p.work.Delete(by("p"), n.UUID, service.ForgetHardware))
	p.gone(n.UUID)
	after, released := w.count()
	if after != before {
		t.Errorf("the pod got %d requests", after-before)
	}
	if !slices.Equal(released, []string{n.UUID}) {
		t.Errorf("released: %q", released)
	}
	if left := w.pod.Nodes(); len(left) != 1 {
		t.Errorf("machines: %+v", left)
	}
	code(t, p.work.Delete(by("p"), n.UUID, service.ForgetHardware), service.NotFound)
	code(t, p.work.Delete(by("q"), n.UUID, service.ForgetHardware), service.NotFound)
}

// TestForgetWhatIsStuck forgets nodes whose work waits for a pod that is dead,
// from here and from another process.
func TestForgetWhatIsStuck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		opts  podsim.Options
		times int // how often the pod answers 503
		begin func(p *process) (doing <-chan error)
		want  service.Code // what whoever waits for that work gets
	}{
		{"a delete", podsim.Options{}, 1000, deleteStuck, ""},
		{"a delete that hangs", podsim.Options{DeleteDelay: 15 * time.Second}, 0, deleteStuck, ""},
		{"an assembly", podsim.Options{AssembleDelay: time.Minute}, 0, composeStuck, service.Conflict},
		{"an allocation that hangs", podsim.Options{AllocateDelay: 15 * time.Second}, 0, composeStuck, service.Conflict},
		{"an undo", podsim.Options{AssembleDelay: time.Minute}, 1000, undoStuck, service.Conflict},
	}
	for _, tt := range tests {
		for _, elsewhere := range []bool{false, true} {
			t.Run(tt.name+map[bool]string{true: " elsewhere"}[elsewhere], func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, tt.opts)
				w.breakNext("DELETE", tt.times, podsim.Fault{Status: 503})
				p := w.start()
				p.register()
				q := p
				if elsewhere {
					q = w.on(p.etcd)
				}
				doing := tt.begin(p)
				begin := time.Now()
				n := p.only()
				ok(t, inTime(t, async(func() error { return q.work.Delete(by("p"), n, service.ForgetHardware) })))
				if took := time.Since(begin); took > 10*time.Second {
					t.Errorf("it took %s", took)
				}
				p.gone(n)
				if err := inTime(t, doing); tt.want == "" {
					ok(t, err)
				} else {
					code(t, err, tt.want)
				}
			})
		}
	}
}

func deleteStuck(p *process) <-chan error {
	n := p.compose()
	doing := async(func() error { return p.work.Delete(by("p"), n.UUID, service.Decompose) })
	p.until(1, service.StepIntended)
	return doing
}

func composeStuck(p *process) <-chan error {
	doing := async(func() error {
		_, err := p.work.Compose(by("p"), request())
		return err
	})
	// With the slowest of them nothing is known before the pod has answered.
	for len(p.w.pod.Nodes()) == 0 {
		time.Sleep(time.Millisecond)
	}
	return doing
}

func undoStuck(p *process) <-chan error {
	doing := composeStuck(p)
	go p.work.Delete(by("p"), p.only(), service.Decompose)
	p.until(1, service.StepUndoing)
	return doing
}

// TestForgetAfterDeath forgets a node whose process is dead.
func TestForgetAfterDeath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	first := w.start(compose.ComposeAllocated)
	first.register()
	go first.work.Compose(by("p"), request())
	first.crash()
	second := w.start()
	n := second.only()
	ok(t, inTime(t, async(func() error { return second.work.Delete(by("p"), n, service.ForgetHardware) })))
	second.gone(n)
}

// TestForgetWhatIsHeld waits for a power action to end.
func TestForgetWhatIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	n := p.compose()
	release, err := p.store.Hold(t.Context(), n.UUID)
	ok(t, err)
	forgotten := async(func() error { return p.work.Delete(by("p"), n.UUID, service.ForgetHardware) })
	select {
	case err := <-forgotten:
		t.Fatalf("the node was held, and Delete ended with %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	release()
	ok(t, inTime(t, forgotten))
	p.gone(n.UUID)
}

func TestCrashWhileForgetting(t *testing.T) {
	t.Parallel()
	for _, point := range compose.ForgetPoints() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, podsim.Options{})
			first := w.start(point)
			first.register()
			n := first.compose()
			go first.work.Delete(by("p"), n.UUID, service.ForgetHardware)
			first.crash()
			second := w.start()
			second.steps()
			second.settle()
			second.gone(n.UUID)
			if left := w.pod.Nodes(); len(left) != 1 {
				t.Errorf("machines: %+v", left)
			}
		})
	}
}
