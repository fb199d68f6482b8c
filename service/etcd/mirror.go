package etcd

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/btree"

	"github.com/valence-rsd/valence/service"
)

// mirror is the records of one table in memory, in order of creation. It is
// filled from one revision of etcd and kept by a watch from there; see
// follow.go.
type mirror[T any] struct {
	mu      sync.Mutex
	order   *btree.BTreeG[*entry[T]]
	created map[string]int64 // UUID -> revision of its creation
	rev     int64            // every change up to this revision is in
	changed int64            // revision of the last change of the table
	moved   chan struct{}    // closed when rev grows; nil while nobody waits
	restart context.CancelFunc
}

// entry is one record in a mirror. Nobody changes it: a change of the record
// puts another entry in its place.
type entry[T any] struct {
	created int64
	id      string
	value   T
	broken  error // it could not be decoded
}

// degree is how many entries a leaf of the tree holds, roughly.
const degree = 32

func newMirror[T any]() *mirror[T] {
	return &mirror[T]{order: newOrder[T](), created: map[string]int64{}}
}

func newOrder[T any]() *btree.BTreeG[*entry[T]] { return btree.NewG(degree, before[T]) }

func before[T any](a, b *entry[T]) bool {
	if a.created != b.created {
		return a.created < b.created
	}
	return a.id < b.id
}

// put takes an entry in, in the place of an older one.
func (m *mirror[T]) put(e *entry[T]) {
	m.drop(e.id)
	m.order.ReplaceOrInsert(e)
	m.created[e.id] = e.created
}

// putAll takes the entries of an empty mirror in. They come in the order of
// their keys, but are read in that of their creation from then on: copies that
// lie in memory in that order are read about twice as fast.
func (m *mirror[T]) putAll(entries []*entry[T]) {
	slices.SortFunc(entries, func(a, b *entry[T]) int {
		return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.id, b.id))
	})
	for _, e := range entries {
		m.put(copyOf(e))
	}
}

// drop removes an entry.
func (m *mirror[T]) drop(id string) {
	if created, there := m.created[id]; there {
		m.order.Delete(&entry[T]{created: created, id: id})
		delete(m.created, id)
	}
}

// reach notes that every change up to rev is in, and wakes whoever waits.
func (m *mirror[T]) reach(rev int64) {
	m.rev = max(m.rev, rev)
	if m.moved != nil {
		close(m.moved)
		m.moved = nil
	}
}

// behind gives nil when the mirror has everything up to rev, and otherwise a
// channel that is closed when it has got further.
func (m *mirror[T]) behind(rev int64) <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rev >= rev {
		return nil
	}
	if m.moved == nil {
		m.moved = make(chan struct{})
	}
	return m.moved
}

// await waits until everything up to rev is in, but no longer than limit. A
// watch that says nothing for a third of that is begun anew, at another member
// perhaps.
func (m *mirror[T]) await(ctx context.Context, rev int64, limit time.Duration) error {
	moved := m.behind(rev)
	if moved == nil {
		return ctx.Err()
	}
	over := time.NewTimer(limit)
	defer over.Stop()
	stalled := time.NewTicker(limit / 3)
	defer stalled.Stop()
	for ; moved != nil; moved = m.behind(rev) {
		select {
		case <-moved:
		case <-stalled.C:
			m.again()
		case <-over.C:
			return &service.Error{Code: service.Unavailable, Message: "the store does not keep up with its own changes"}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// again ends the present watch, so that another one begins.
func (m *mirror[T]) again() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.restart != nil {
		m.restart()
	}
}

// snapshot is the records as they are now, which later changes do not reach,
// and the place of the record after, with false where that does not exist.
func (m *mirror[T]) snapshot(after string) (all *btree.BTreeG[*entry[T]], place *entry[T], found bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	created, found := m.created[after]
	return m.order.Clone(), &entry[T]{created: created, id: after}, found
}

// lastChange is the revision of the last change of the table.
func (m *mirror[T]) lastChange() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changed
}

// ledger is what is known of the changes of a table: the key that is written
// with each of them where several processes write, and how new a list has to
// be.
type ledger struct {
	key   string
	least atomic.Int64
}

// require makes lists that are asked for from now on contain the change that
// was made at rev.
func (l *ledger) require(rev int64) {
	for {
		old := l.least.Load()
		if old >= rev || l.least.CompareAndSwap(old, rev) {
			return
		}
	}
}

// list gives the records that match, in order of creation, as they were at one
// moment. A nil match takes all.
func (t *table[T]) list(ctx context.Context, after string, match func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := t.current(ctx); err != nil {
			yield(none, err)
			return
		}
		all, place, found := t.snapshot(after)
		if after != "" && !found {
			yield(none, t.notFound(after))
			return
		}
		all.AscendGreaterOrEqual(place, func(e *entry[T]) bool {
			switch {
			case e.id == after:
				return true
			case e.broken != nil:
				return yield(none, e.broken)
			case match != nil && !match(e.value):
				return true
			case ctx.Err() != nil:
				yield(none, ctx.Err())
				return false
			}
			return yield(t.copied(e.value), nil)
		})
	}
}

// current waits until a list is as new as service.Store promises.
func (t *table[T]) current(ctx context.Context) error {
	if err := t.s.learned(ctx); err != nil {
		return err
	}
	return t.caughtUp(ctx)
}

// caughtUp waits for the changes that a list has to contain.
func (t *table[T]) caughtUp(ctx context.Context) error {
	return t.await(ctx, t.least.Load(), t.s.timeout)
}

func (t *table[T]) copied(v T) T {
	if t.copy == nil {
		return v
	}
	return t.copy(v)
}

// idOf is the UUID in the key of a record, as text of its own.
func (t *table[T]) idOf(key []byte) string { return strings.TrimPrefix(string(key), t.dir) }
