package etcd

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"

	"github.com/valence-rsd/valence/service"
)

func newFlavor(name string) service.Flavor { return service.Flavor{UUID: uuid.NewString(), Name: name} }

// names lists the flavors.
func names(t *testing.T, s *Store) []string {
	t.Helper()
	var list []string
	for f, err := range s.Flavors(t.Context(), "") {
		must(t, err)
		list = append(list, f.Name)
	}
	return list
}

// TestOwnWrites is about a store that has the records to itself: its lists
// cost no request, and show what it has written.
func TestOwnWrites(t *testing.T) {
	t.Parallel()
	client := v3client.New(started(t, t.TempDir()).server.Server)
	counting := &countingKV{KV: client.KV}
	client.KV = counting
	s := opened(t, Config{Client: client})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				f := newFlavor("f")
				if err := s.CreateFlavor(t.Context(), f); err != nil {
					t.Error(err)
				}
				version, err := s.Version(t.Context(), service.KindFlavor)
				if err != nil || version == 0 {
					t.Errorf("Version = %d, %v", version, err)
				}
				last := ""
				for f, err := range s.Flavors(t.Context(), "") {
					if err != nil {
						t.Error(err)
					}
					last += f.UUID
				}
				if !contains(last, f.UUID) {
					t.Errorf("a list does not show what was written before it")
				}
			}
		})
	}
	all.Wait()
	before := counting.gets.Load()
	names(t, s)
	_, err := s.Version(t.Context(), service.KindNode)
	must(t, err)
	if after := counting.gets.Load(); after != before {
		t.Errorf("a list has cost %d requests", after-before)
	}
}

// TestVersionAfterRestart is about a deletion, of which no record tells.
func TestVersionAfterRestart(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	s := opened(t, Config{Client: e.Client()})
	f := newFlavor("f")
	must(t, s.CreateFlavor(t.Context(), f))
	must(t, s.DeleteFlavor(t.Context(), f.UUID))
	before, err := s.Version(t.Context(), service.KindFlavor)
	must(t, err)
	again := opened(t, Config{Client: e.Client()})
	after, err := again.Version(t.Context(), service.KindFlavor)
	must(t, err)
	if after < before {
		t.Errorf("the version went from %d back to %d", before, after)
	}
	must(t, again.CreateFlavor(t.Context(), f))
	if last, err := again.Version(t.Context(), service.KindFlavor); err != nil || last <= after {
		t.Errorf("the version went from %d to %d, %v", after, last, err)
	}
}

func contains(list, id string) bool {
	for i := 0; i+len(id) <= len(list); i += len(id) {
		if list[i:i+len(id)] == id {
			return true
		}
	}
	return false
}

type countingKV struct {
	clientv3.KV
	gets atomic.Int64
}

func (c *countingKV) Get(ctx context.Context, key string, opts ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	c.gets.Add(1)
	return c.KV.Get(ctx, key, opts...)
}

// TestReadersShareARead is about many readers of a shared cluster at once.
func TestReadersShareARead(t *testing.T) {
	t.Parallel()
	client := v3client.New(started(t, t.TempDir()).server.Server)
	counting := &countingKV{KV: client.KV}
	client.KV = counting
	s := opened(t, Config{Client: client, Shared: true})
	before := counting.gets.Load()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 50 {
				if _, err := s.Version(t.Context(), service.KindFlavor); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	// Each of the 20 asks 50 times, one after the other: 50 reads, and some.
	if reads := counting.gets.Load() - before; reads > 200 {
		t.Errorf("1000 readers have cost %d reads", reads)
	}
}

// TestCompaction is about a watch that was interrupted for so long that etcd
// has forgotten what it missed.
func TestCompaction(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	s := opened(t, Config{Client: e.Client(), Shared: true})
	other := opened(t, Config{Client: e.Client(), Shared: true})
	gone, kept := newFlavor("gone"), newFlavor("kept")
	must(t, s.CreateFlavor(t.Context(), gone))
	must(t, s.CreateFlavor(t.Context(), kept))
	names(t, s)
	s.flavors.mu.Lock()
	missed := s.flavors.rev
	s.flavors.mu.Unlock()
	must(t, other.DeleteFlavor(t.Context(), gone.UUID))
	must(t, other.CreateFlavor(t.Context(), newFlavor("new")))
	names(t, s)
	resp, err := e.Client().Get(t.Context(), "/")
	must(t, err)
	_, err = e.Client().Compact(t.Context(), resp.Header.Revision)
	must(t, err)

	// As it was before the two changes, with a watch that begins there.
	s.flavors.mu.Lock()
	s.flavors.mirror.put(s.flavors.entryOf(gone))
	s.flavors.rev = missed
	s.flavors.restart()
	s.flavors.mu.Unlock()
	if got := names(t, s); len(got) != 2 || got[0] != "kept" || got[1] != "new" {
		t.Errorf("after the compaction the flavors are %q", got)
	}
	must(t, other.CreateFlavor(t.Context(), newFlavor("later")))
	if got := names(t, s); len(got) != 3 {
		t.Errorf("the watch did not go on: %q", got)
	}
}

func (t *table[T]) entryOf(v T) *entry[T] { return &entry[T]{created: 1, id: t.id(v), value: v} }

// hangingWatcher gives watches that say nothing while it hangs.
type hangingWatcher struct {
	clientv3.Watcher
	hangs atomic.Bool
	begun atomic.Int32
}

func (w *hangingWatcher) Watch(ctx context.Context, key string, opts ...clientv3.OpOption) clientv3.WatchChan {
	w.begun.Add(1)
	in, out := w.Watcher.Watch(ctx, key, opts...), make(chan clientv3.WatchResponse)
	go func() {
		defer close(out)
		for resp := range in {
			if w.hangs.Load() {
				<-ctx.Done()
				return
			}
			select {
			case out <- resp:
			case <-ctx.Done():
			}
		}
	}()
	return out
}

// TestHangingWatch is about a watch that says nothing any more, as that of a
// member that was cut off.
func TestHangingWatch(t *testing.T) {
	t.Parallel()
	client := v3client.New(started(t, t.TempDir()).server.Server)
	w := &hangingWatcher{Watcher: client.Watcher}
	client.Watcher = w
	s := opened(t, Config{Client: client, Timeout: time.Second})
	must(t, s.CreateFlavor(t.Context(), newFlavor("a")))
	if got := names(t, s); len(got) != 1 {
		t.Fatalf("the flavors are %q", got)
	}
	w.hangs.Store(true)
	must(t, s.CreateFlavor(t.Context(), newFlavor("b")))
	for _, err := range s.Flavors(t.Context(), "") {
		if service.CodeOf(err) != service.Unavailable {
			t.Errorf("a list behind a watch that hangs: %v", err)
		}
	}
	if err := s.Ready(t.Context()); service.CodeOf(err) != service.Unavailable {
		t.Errorf("a store whose watch hangs is ready: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for _, err := range s.Flavors(ctx, "") {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a list whose caller has gone: %v", err)
		}
	}
	begun := w.begun.Load()
	w.hangs.Store(false)
	if got := names(t, s); len(got) != 2 {
		t.Errorf("afterwards the flavors are %q", got)
	}
	if w.begun.Load() == begun {
		t.Error("no new watch was begun")
	}
}

// TestBrokenRecord is about a value that is none of ours.
func TestBrokenRecord(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	s := opened(t, Config{Client: e.Client(), Shared: true})
	good := newFlavor("good")
	must(t, s.CreateFlavor(t.Context(), good))
	broken := s.flavors.key(uuid.NewString())
	for _, value := range []string{"{", `{"uuid":"` + good.UUID + `"}`} {
		_, err := e.Client().Txn(t.Context()).Then(clientv3.OpPut(broken, value), clientv3.OpPut(s.flavors.ledger.key, "")).Commit()
		must(t, err)
		fresh := opened(t, Config{Client: e.Client(), Shared: true})
		for _, s := range []*Store{s, fresh} {
			var failures, records int
			for _, err := range s.Flavors(t.Context(), "") {
				if err != nil {
					failures++
				} else {
					records++
				}
			}
			if failures != 1 || records != 1 {
				t.Errorf("%s: %d failures and %d records", value, failures, records)
			}
		}
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	for _, shared := range []bool{false, true} {
		s, err := Open(t.Context(), Config{Client: e.Client(), Sealer: sealer(t), Shared: shared})
		must(t, err)
		must(t, s.Close())
		for _, err := range s.Flavors(t.Context(), "") {
			if service.CodeOf(err) != service.Unavailable {
				t.Errorf("a list of a closed store: %v", err)
			}
		}
		if err := s.Ready(t.Context()); service.CodeOf(err) != service.Unavailable {
			t.Errorf("a closed store is ready: %v", err)
		}
	}
}
