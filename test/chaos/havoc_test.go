package chaos

import (
	"math/rand/v2"
	"sync"
	"time"
)

// havoc kills replicas and members and lets them come back. Two replicas may be
// down at once, but never all three; of the members one at a time, so that the
// others can go on.
type havoc struct {
	w       *world
	rand    *rand.Rand
	revival sync.WaitGroup

	replicas, members, together int // that were killed

	mu      sync.Mutex
	down    map[int]bool // replicas
	balked  int          // starts of replicas that failed, and were made again
	trouble error        // of the last of them
}

func newHavoc(w *world, seed uint64) *havoc {
	return &havoc{w: w, rand: rand.New(rand.NewPCG(seed, 0)), down: map[int]bool{}}
}

// run goes on until then. It belongs to the goroutine of the test.
func (h *havoc) run(until time.Time) {
	for time.Now().Before(until) {
		time.Sleep(h.between(time.Second, 3*time.Second))
		switch h.rand.IntN(10) {
		case 0, 1, 2, 3, 4:
			h.killReplica()
		case 5, 6, 7:
			h.killMember(func() {})
		default:
			h.together++
			h.killMember(h.killReplica)
		}
	}
	h.revival.Wait()
}

func (h *havoc) between(least, most time.Duration) time.Duration {
	return least + time.Duration(h.rand.Int64N(int64(most-least)))
}

// killMember kills a member and lets it come back, and waits until it has.
func (h *havoc) killMember(meanwhile func()) {
	i := h.rand.IntN(len(h.w.cluster.Endpoints))
	h.members++
	h.w.cluster.Kill(i)
	meanwhile()
	time.Sleep(h.between(300*time.Millisecond, 2*time.Second))
	h.w.cluster.Restart(i)
	h.w.cluster.Ready()
}

// killReplica kills a replica, if another one is up, and lets it come back.
func (h *havoc) killReplica() {
	i, rest := h.rand.IntN(len(h.w.replicas)), h.between(200*time.Millisecond, 2*time.Second)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down[i] || len(h.down)+1 == len(h.w.replicas) {
		return
	}
	h.down[i] = true
	h.replicas++
	h.w.replicas[i].kill()
	h.w.balancer.set(i, "")
	h.revival.Go(func() {
		time.Sleep(rest)
		h.revive(i)
	})
}

// revive starts a replica, again where it fails, as whatever runs it would.
func (h *havoc) revive(i int) {
	r := h.w.replicas[i]
	for {
		err := r.start(h.w.Context())
		if err == nil {
			break
		}
		if h.w.Context().Err() != nil {
			return
		}
		h.mu.Lock()
		h.balked++
		h.trouble = err
		h.mu.Unlock()
		time.Sleep(time.Second)
	}
	h.w.balancer.set(i, r.url)
	h.mu.Lock()
	delete(h.down, i)
	h.mu.Unlock()
}
