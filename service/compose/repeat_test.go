package compose_test

import (
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
)

// TestRepeatedElsewhere kills a process in the middle of a compose, which its
// caller repeats at another one. That takes the work up by itself: Run, which
// would do it sooner or later, does not run here.
func TestRepeatedElsewhere(t *testing.T) {
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
			n, err := second.work.Compose(by("p"), r)
			ok(t, err)
			if got := second.nodeCount(1)[0]; got.UUID != n.UUID {
				t.Errorf("composed %s, and there is %s", n.UUID, got.UUID)
			}
		})
	}
}

// TestNoTimeLeft is about a compose whose time is over before the pod is asked
// for hardware. That is no failure of the service's own.
func TestNoTimeLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	w.lostAnswerWindow = 200 * time.Millisecond
	p := w.start()
	p.register()
	w.breakNext("GET", 1, podsim.Fault{})
	w.faults[0].delay = 500 * time.Millisecond
	_, err := p.work.Compose(by("p"), request())
	code(t, err, service.Timeout)
	p.nodeCount(0)
}
