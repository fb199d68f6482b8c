package etcd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/metadata"

	"github.com/valence-rsd/valence/service"
)

// mirrored is a table of any kind of record.
type mirrored interface {
	fill(ctx context.Context) error
	follow()
	caughtUp(ctx context.Context) error
	book() *ledger
	lastChange() int64
}

func (t *table[T]) book() *ledger { return &t.ledger }

// fill reads the whole table as it is at one revision and puts that in the
// place of what the mirror has.
func (t *table[T]) fill(ctx context.Context) error {
	for {
		err := t.fillOnce(ctx)
		if !errors.Is(err, rpctypes.ErrCompacted) { // else its revision went while it was read
			return err
		}
	}
}

func (t *table[T]) fillOnce(ctx context.Context) error {
	fresh := newMirror[T]()
	var found []*entry[T]
	end, from := clientv3.GetPrefixRangeEnd(t.dir), t.dir
	for {
		opts := []clientv3.OpOption{clientv3.WithRange(end), clientv3.WithLimit(int64(t.s.pageSize)), clientv3.WithRev(fresh.rev)}
		page, err := t.s.read(ctx, from, opts...)
		if err != nil {
			return fmt.Errorf("reading every %s: %w", t.what, err)
		}
		if fresh.rev == 0 {
			fresh.rev = page.Header.Revision
		}
		for _, kv := range page.Kvs {
			found = append(found, t.entry(kv))
		}
		if !page.More {
			break
		}
		from = string(page.Kvs[len(page.Kvs)-1].Key) + "\x00"
	}
	fresh.putAll(found)
	var err error
	if fresh.changed, err = t.lastChangeAt(ctx, fresh.rev); err != nil {
		return fmt.Errorf("reading the last change of every %s: %w", t.what, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.order, t.mirror.created, t.changed = fresh.order, fresh.created, fresh.changed
	t.reach(fresh.rev)
	return nil
}

// lastChangeAt is the revision of the last change of the table, as it was at
// revision rev. Where nothing is written down of it, because there is one
// process only, it is taken for just now.
func (t *table[T]) lastChangeAt(ctx context.Context, rev int64) (int64, error) {
	if !t.s.shared {
		return rev, nil
	}
	resp, err := t.s.read(ctx, t.ledger.key, clientv3.WithRev(rev))
	if err != nil || len(resp.Kvs) == 0 {
		return 0, err
	}
	return resp.Kvs[0].ModRevision, nil
}

// entry decodes a record for the mirror.
func (t *table[T]) entry(kv *mvccpb.KeyValue) *entry[T] {
	r, err := t.decode(kv)
	if err != nil {
		return &entry[T]{created: kv.CreateRevision, id: t.idOf(kv.Key), broken: err}
	}
	if t.share != nil {
		t.share(&r.value)
	}
	e := &entry[T]{created: kv.CreateRevision, id: t.id(r.value), value: r.value}
	if id := t.idOf(kv.Key); id != e.id {
		e.id, e.broken = id, fmt.Errorf("decoding %s: it holds %s %q", kv.Key, t.what, e.id)
	}
	return e
}

// follow keeps the mirror until the store is closed. A watch that ends is
// begun anew where it ended; only where etcd has forgotten the changes since,
// the table is read again.
func (t *table[T]) follow() {
	ctx := t.s.ctx
	for n := 0; ctx.Err() == nil; n++ {
		err := t.watch(ctx, n)
		if errors.Is(err, rpctypes.ErrCompacted) {
			err = t.fill(ctx)
		}
		if err != nil && ctx.Err() == nil {
			t.s.log.Warn("the watch of a table has to be begun anew", "table", t.what, "error", err)
		}
		wait(ctx, 50*time.Millisecond) // or a client that was closed would keep this busy
	}
}

// watch takes changes in until the watch ends. It has a stream of its own,
// which n tells from the earlier ones: the client puts watches with the same
// metadata on one stream, so that a hanging one would go on hanging.
func (t *table[T]) watch(ctx context.Context, n int) error {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "valence-watch", fmt.Sprintf("%s %s %d", t.s.id, t.dir, n))
	t.mu.Lock()
	from := t.rev + 1
	t.restart = cancel
	t.mu.Unlock()
	changes := t.s.client.Watch(ctx, t.dir, clientv3.WithPrefix(), clientv3.WithRev(from), clientv3.WithProgressNotify())
	for resp := range changes {
		if err := resp.Err(); err != nil {
			return fmt.Errorf("watching every %s: %w", t.what, err)
		}
		t.apply(resp)
	}
	return nil
}

// apply takes the changes of one answer in. etcd never splits a revision.
func (t *table[T]) apply(resp clientv3.WatchResponse) {
	changed := int64(0)
	for _, ev := range resp.Events {
		changed = max(changed, ev.Kv.ModRevision)
	}
	entries := make([]*entry[T], len(resp.Events)) // decoded before readers have to wait
	for i, ev := range resp.Events {
		if ev.Type == mvccpb.PUT {
			entries[i] = t.entry(ev.Kv)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, ev := range resp.Events {
		if entries[i] == nil {
			t.drop(t.idOf(ev.Kv.Key))
			continue
		}
		t.mirror.put(entries[i])
	}
	t.changed = max(t.changed, changed)
	if resp.IsProgressNotify() { // says that there was nothing else so far
		changed = resp.Header.Revision
	}
	t.reach(changed)
}

// learned finds out how new the lists have to be, where others write too.
func (s *Store) learned(ctx context.Context) error {
	if err := s.ctx.Err(); err != nil {
		return errClosed()
	}
	if !s.shared {
		return nil
	}
	return s.now.do(ctx)
}

// learnRevisions reads when each table was changed last.
func (s *Store) learnRevisions(ctx context.Context) error {
	resp, err := s.read(ctx, s.prefix+"/changes/", clientv3.WithPrefix())
	if err != nil {
		return err
	}
	last := map[string]int64{}
	for _, kv := range resp.Kvs {
		last[string(kv.Key)] = kv.ModRevision
	}
	for _, t := range s.tables {
		t.book().require(last[t.book().key])
	}
	return nil
}

func errClosed() error { return service.Errorf(service.Unavailable, "the store is closed") }
