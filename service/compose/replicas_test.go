package compose_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
)

// TestReplicas has three processes on one store compose nodes, each twice, and
// delete every other one while it is being composed. Meanwhile etcd takes all
// of them for dead, twice.
func TestReplicas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{
		AllocateDelay: 50 * time.Millisecond, AssembleDelay: 300 * time.Millisecond, DeleteDelay: 50 * time.Millisecond,
	})
	first := w.start()
	first.register()
	replicas := []*process{first, w.on(first.etcd), w.on(first.etcd)}
	ctx, stop := context.WithCancel(t.Context())
	var running, requests sync.WaitGroup
	for _, p := range replicas {
		running.Go(func() { p.work.Run(ctx) })
	}
	const nodes = 6
	for i := range 2 * nodes {
		requests.Go(func() {
			r := request()
			r.Name = fmt.Sprint("node", i%nodes)
			r.IdempotencyKey = r.Name
			r.Async = i%3 == 0
			_, err := replicas[i%3].work.Compose(by("p"), r)
			// It may also be a node that was deleted before this request came.
			if cancelled := i%2 == 1 && service.CodeOf(err) == service.Conflict; err != nil && !cancelled {
				t.Errorf("%s: %v", r.Name, err)
			}
		})
	}
	for i := 1; i < nodes; i += 2 {
		requests.Go(func() {
			n := first.named(fmt.Sprint("node", i))
			if err := replicas[i%3].work.Delete(by("p"), n.UUID, service.Decompose); err != nil {
				t.Errorf("deleting %s: %v", n.Name, err)
			}
		})
	}
	for range 2 {
		time.Sleep(200 * time.Millisecond)
		revokeAll(t, first.etcd)
	}
	requests.Wait()
	first.settle()
	stop()
	running.Wait()

	kept := map[string]int{}
	for _, n := range first.nodes() {
		kept[n.Name]++
	}
	for i := range nodes {
		name := fmt.Sprint("node", i)
		if i%2 == 0 && kept[name] != 1 || kept[name] > 1 {
			t.Errorf("there are %d nodes %s", kept[name], name)
		}
	}
}

// named waits for a node of that name.
func (p *process) named(name string) service.Node {
	for {
		for n := range p.store.Nodes(context.Background(), service.NodeFilter{Name: name}, "") {
			return n
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestSlowProbe is about the time that a request for hardware may take. It runs
// from the beginning, which is all that another process knows of it.
func TestSlowProbe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AllocateDelay: 3 * time.Second})
	w.lostAnswerWindow = 4 * time.Second
	at := map[string]time.Time{}
	w.seen = func(point string) { at[point] = time.Now() } // one job, one goroutine
	p := w.start()
	p.register()
	w.breakNext("GET", 1, podsim.Fault{})
	w.faults[0].delay = 3 * time.Second
	_, err := p.work.Compose(by("p"), request())
	ok(t, err)
	if at[compose.ComposeAnswerLost].IsZero() {
		t.Error("the answer was waited for too long")
	}
	p.nodeCount(1)
}
