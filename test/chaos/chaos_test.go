package chaos

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// clients is how many there are.
const clients = 16

// TestChaos keeps the service busy, kills parts of it, and then looks for
// everything that was acknowledged.
func TestChaos(t *testing.T) {
	lasting := time.Duration(setting(t, "VALENCE_CHAOS_SECONDS", 120)) * time.Second
	seed := setting(t, "VALENCE_CHAOS_SEED", rand.Uint64N(1e9))
	t.Logf("VALENCE_CHAOS_SEED=%d makes the same choices", seed)
	w := newWorld(t, podsim.Options{
		Topology: podsim.Topology{Racks: 5, DrawersPerRack: 5, SledsPerDrawer: 8},
		// Long enough for a replica to die in the middle of each.
		AllocateDelay: 200 * time.Millisecond, AssembleDelay: 300 * time.Millisecond, DeleteDelay: 200 * time.Millisecond,
		AttachDelay: 100 * time.Millisecond, Latency: 5 * time.Millisecond,
	})
	arrived := w.balancer.arrived.Load()
	until := time.Now().Add(lasting)
	var all []*client
	var running sync.WaitGroup
	for i := range clients {
		c := w.client(w.balancer.URL, i)
		c.rand = rand.New(rand.NewPCG(seed, uint64(i+1)))
		all = append(all, c)
		running.Go(func() { c.work(t.Context(), until) })
	}
	h := newHavoc(w, seed)
	h.run(until)
	running.Wait()
	arrived = w.balancer.arrived.Load() - arrived

	w.report(h, all, arrived, lasting)
	w.check(all)
	if t.Failed() {
		t.Logf("the replicas wrote last:\n%s", w.logs())
	}
}

// setting is a number out of the environment.
func setting(t *testing.T, name string, byDefault uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return byDefault
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		t.Fatalf("%s is %q, expected a whole number", name, text)
	}
	return n
}

// work does one thing after the other, with short rests.
func (c *client) work(ctx context.Context, until time.Time) {
	for time.Now().Before(until) {
		c.step(ctx)
		time.Sleep(time.Duration(c.rand.Int64N(int64(60 * time.Millisecond))))
	}
}

// step does one thing: half of the time it reads. A client has not more than
// so many of each kind of thing, so that the pod has enough for all.
func (c *client) step(ctx context.Context) {
	const most = 6
	reads := []func(context.Context){
		c.listNodes, c.showNode, c.showNode, c.listFlavors, c.showAnyFlavor, c.listVolumes, c.showVolume,
	}
	writes := []func(context.Context){
		c.compose, c.compose, c.power, c.deleteNode,
		c.createFlavor, c.changeFlavor, c.deleteFlavor,
		c.createVolume, c.createVolume, c.attach, c.attach, c.detach, c.deleteVolume,
	}
	if c.rand.IntN(2) == 0 {
		reads[c.rand.IntN(len(reads))](ctx)
		return
	}
	switch {
	case len(c.nodes) > most:
		c.deleteNode(ctx)
	case len(c.volumes) > most:
		c.deleteVolume(ctx)
	case len(c.flavors) > most:
		c.deleteFlavor(ctx)
	default:
		writes[c.rand.IntN(len(writes))](ctx)
	}
	// At once and at another replica: no list may be behind what it has heard.
	lists := []func(context.Context){c.listNodes, c.listFlavors, c.listVolumes}
	if i := c.rand.IntN(2 * len(lists)); i < len(lists) {
		lists[i](ctx)
	}
}

// report logs the figures, and demands that nearly all requests succeeded, and
// that there was something to survive.
func (w *world) report(h *havoc, all []*client, arrived int64, lasting time.Duration) {
	w.Helper()
	sum := newFigures()
	asked := int64(0)
	for _, c := range all {
		sum.join(c.figures)
		asked += c.asked.Load()
	}
	total := sum.total()
	w.Logf("%d requests in %s, %d repeated by clients and %d by their sessions; %.3f %% succeeded; p50 %s, p99 %s",
		len(total.took), lasting, sum.repeats, arrived-asked, total.success(), total.percentile(50), total.percentile(99))
	w.Logf("killed %d replicas and %d members, %d times one of each together; %d starts of a replica failed (%v)",
		h.replicas, h.members, h.together, h.balked, h.trouble)
	w.Logf("\n%s", sum)
	if total.success() < 99 {
		w.Errorf("only %.3f %% of the requests succeeded, expected 99 %%", total.success())
	}
	if sum.internal > 0 {
		w.Errorf("%d requests ended in status 500:\n%s", sum.internal, w.errors())
	}
	if kills := h.replicas + h.members; kills < int(lasting/(10*time.Second)) || len(total.took) < 10*int(lasting/time.Second) {
		w.Errorf("%d kills and %d requests are too few to show anything", kills, len(total.took))
	}
}

// check looks at what is left: through each replica, and at the pod.
func (w *world) check(all []*client) {
	w.Helper()
	a := w.settle(all[0])
	a.agree()
	for _, c := range all {
		a.account(c)
	}
	for _, r := range w.replicas {
		own, err := look(w.Context(), w, w.client(r.url, 0))
		if err != nil {
			w.Errorf("replica %s: %v", r.name, err)
			continue
		}
		for _, c := range all {
			own.account(c)
		}
	}
	w.healthy()
	w.Logf("%d nodes, %d flavors and %d storages are left", len(a.nodes), len(a.flavors), len(a.volumes))
}
