package etcd

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// eventually waits for something to become true.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); !yes(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%s: not within 30 s", what)
		}
	}
}

// candidate is a process that wants to lead.
type candidate struct {
	s       *Store
	leads   atomic.Bool
	times   atomic.Int32
	giveUp  context.CancelFunc
	retires chan struct{} // makes run return by itself
	over    chan struct{}
}

func stand(t *testing.T, s *Store, name string, leaders *atomic.Int32) *candidate {
	ctx, cancel := context.WithCancel(context.Background())
	c := &candidate{s: s, giveUp: cancel, retires: make(chan struct{}), over: make(chan struct{})}
	t.Cleanup(func() { cancel(); <-c.over })
	go func() {
		defer close(c.over)
		s.Lead(ctx, name, func(ctx context.Context) {
			leaders.Add(1)
			// One whose lease was lost may not have heard of it yet.
			for until := time.Now().Add(2 * time.Second); leaders.Load() > 1; time.Sleep(time.Millisecond) {
				if time.Now().After(until) {
					t.Error("two lead at once")
					break
				}
			}
			c.times.Add(1)
			c.leads.Store(true)
			select {
			case <-ctx.Done():
			case <-c.retires:
			}
			c.leads.Store(false)
			leaders.Add(-1)
		})
	}()
	return c
}

func TestLead(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	var leaders atomic.Int32
	var a, b *candidate
	for _, c := range []**candidate{&a, &b} {
		*c = stand(t, opened(t, Config{Client: e.Client(), Shared: true}), "work", &leaders)
		eventually(t, "a leader", func() bool { return leaders.Load() == 1 })
	}
	if !a.leads.Load() || b.leads.Load() {
		t.Fatal("the first one does not lead")
	}
	var others atomic.Int32
	c := stand(t, b.s, "other-work", &others)
	eventually(t, "a leader of other work", c.leads.Load)

	close(a.retires)
	eventually(t, "b leads after a has retired", b.leads.Load)
	a.retires = nil // stands again, and stays
	b.giveUp()
	<-b.over
	eventually(t, "a leads again", a.leads.Load)

	d := stand(t, opened(t, Config{Client: e.Client(), Shared: true}), "work", &leaders)
	time.Sleep(100 * time.Millisecond)
	if d.leads.Load() {
		t.Fatal("a leader was replaced without a reason")
	}
	loseLease(t, a.s)
	eventually(t, "d leads after a has lost its lease", d.leads.Load)
	if a.times.Load() != 2 {
		t.Errorf("a has led %d times", a.times.Load())
	}
	d.giveUp()
	<-d.over
	eventually(t, "a leads with a new lease", a.leads.Load)
}

// TestLeadEndsWithTheStore is about a process that shuts down.
func TestLeadEndsWithTheStore(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	s, err := Open(t.Context(), Config{Client: e.Client(), Sealer: sealer(t)})
	must(t, err)
	var leaders atomic.Int32
	c := stand(t, s, "work", &leaders)
	eventually(t, "a leader", c.leads.Load)
	var closing sync.WaitGroup
	closing.Go(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	select {
	case <-c.over:
	case <-time.After(10 * time.Second):
		t.Error("Lead goes on without a store")
	}
	closing.Wait()
}
