package etcd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/storetest"
	"github.com/valence-rsd/valence/test/etcdcluster"
)

// dialled is a client that is closed with the test.
func dialled(t *testing.T, c *etcdcluster.Cluster) *clientv3.Client {
	t.Helper()
	cfg := access(c)
	cfg.DialTimeout = 30 * time.Second // the machine may be busy
	client, err := Dial(context.Background(), cfg)
	must(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// TestStoreOnCluster passes the exam on three members, with certificates and a
// password, and with a client of its own for each store.
func TestStoreOnCluster(t *testing.T) {
	t.Parallel()
	c := etcdcluster.Start(t, etcdcluster.Options{TLS: true, Auth: true})
	var count atomic.Int32
	storetest.Run(t, func(t *testing.T) storetest.Open {
		prefix := fmt.Sprintf("%stest/%d", etcdcluster.Prefix, count.Add(1))
		keys := sealer(t)
		return func(t *testing.T) (service.Store, func()) {
			s := opened(t, Config{Client: dialled(t, c), Sealer: keys, Shared: true, Prefix: prefix, PageSize: 7, Timeout: 15 * time.Second})
			return s, func() { loseLease(t, s) }
		}
	})
}

// TestMembersDie kills one member after the other under two stores that write,
// read and hold, and looks for what was lost or done twice.
func TestMembersDie(t *testing.T) {
	t.Parallel()
	c := etcdcluster.Start(t, etcdcluster.Options{Auth: true})
	keys := sealer(t)
	var stores [2]*Store
	for i := range stores {
		stores[i] = opened(t, Config{Client: dialled(t, c), Sealer: keys, Shared: true, Timeout: 15 * time.Second})
	}
	a, b := stores[0], stores[1]
	_, held := begin(t, a)
	counter := newFlavor("counter")
	must(t, a.CreateFlavor(t.Context(), counter))
	session := a.session

	stop := make(chan struct{})
	var workers sync.WaitGroup
	w := &strain{t: t, stop: stop, counter: counter.UUID}
	for i := range 6 {
		workers.Go(func() { w.work(stores[i%2], stores[(i+1)%2]) })
	}
	for range 4 {
		i := rand.IntN(3)
		if rand.IntN(2) == 0 {
			i = c.Leader()
		}
		c.Kill(i)
		time.Sleep(3 * time.Second)
		c.Restart(i)
		c.Ready()
	}
	close(stop)
	workers.Wait()
	w.check(b)

	// The lease, and with it the hold, outlived them all.
	if a.session != session {
		t.Error("the lease was lost")
	}
	if _, _, claimed, err := b.Claim(t.Context(), held.UUID); err != nil || claimed {
		t.Errorf("the held node was claimed: %v, %v", claimed, err)
	}
	held.State = service.NodeComposed
	must(t, a.Finish(t.Context(), held))
}

// strain is work for a cluster, and what it has been told.
type strain struct {
	t       *testing.T
	stop    chan struct{}
	counter string

	done, refused atomic.Int32
	counted       atomic.Int32 // updates that were acknowledged
	unknown       atomic.Int32 // and those of which nobody knows
	mu            sync.Mutex
	made          map[string]bool // acknowledged flavors: whether they should be there
}

// work creates, updates and deletes with one store, and lists with the other.
func (w *strain) work(s, other *Store) {
	for {
		select {
		case <-w.stop:
			return
		default:
		}
		ctx := context.Background()
		f := newFlavor("f")
		if w.asked("create", s.CreateFlavor(ctx, f)) {
			w.note(f.UUID, true)
			w.listed(other, f.UUID)
			if rand.IntN(2) == 0 && w.asked("delete", s.DeleteFlavor(ctx, f.UUID)) {
				w.note(f.UUID, false)
			}
		}
		_, err := s.UpdateFlavor(ctx, w.counter, func(f *service.Flavor) error { f.Properties.Memory.CapacityMiB++; return nil })
		if w.asked("update", err) {
			w.counted.Add(1)
		} else {
			w.unknown.Add(1)
		}
		volume := uuid.NewString()
		if release, err := s.HoldVolume(ctx, volume); w.asked("hold", err) {
			release()
			if release, err = other.HoldVolume(ctx, volume); w.asked("hold again", err) {
				release()
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// asked notes an answer. While members die a store may be unavailable, but
// says nothing that is wrong.
func (w *strain) asked(what string, err error) bool {
	switch {
	case err == nil:
		w.done.Add(1)
		return true
	case service.CodeOf(err) == service.Unavailable:
		w.refused.Add(1)
	case !errors.Is(err, context.Canceled):
		w.t.Errorf("%s: %v", what, err)
	}
	return false
}

func (w *strain) note(id string, there bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.made == nil {
		w.made = map[string]bool{}
	}
	w.made[id] = there
}

// listed looks for a flavor in the list of another store.
func (w *strain) listed(s *Store, id string) {
	found := false
	for f, err := range s.Flavors(context.Background(), "") {
		if err != nil {
			w.asked("list", err)
			return
		}
		found = found || f.UUID == id
	}
	if !found {
		w.t.Error("a list lacks what another process was told is stored")
	}
	w.done.Add(1)
}

// check compares what was acknowledged with what is there.
func (w *strain) check(s *Store) {
	w.t.Helper()
	there := map[string]bool{}
	for f, err := range s.Flavors(w.t.Context(), "") {
		must(w.t, err)
		there[f.UUID] = true
	}
	for id, want := range w.made {
		if want && !there[id] {
			w.t.Errorf("flavor %s was acknowledged and is gone", id)
		}
	}
	f, err := s.Flavor(w.t.Context(), w.counter)
	must(w.t, err)
	got, least := f.Properties.Memory.CapacityMiB, int(w.counted.Load())
	if got < least || got > least+int(w.unknown.Load()) {
		w.t.Errorf("%d updates and %d unknown ones have counted to %d", least, w.unknown.Load(), got)
	}
	w.t.Logf("%d requests done, %d not", w.done.Load(), w.refused.Load())
	if w.refused.Load()*100 > w.done.Load() {
		w.t.Errorf("%d requests of %d were not served", w.refused.Load(), w.refused.Load()+w.done.Load())
	}
}
