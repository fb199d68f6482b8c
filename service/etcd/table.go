package etcd

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// table is the records of one kind: one key per record, JSON values.
type table[T any] struct {
	s       *Store
	dir     string // start of the keys
	what    string // for messages
	id      func(T) string
	indexes func(T) []index
}

// row is a record as it was read.
type row[T any] struct {
	value T
	rev   int64
}

func newTable[T any](s *Store, dir, what string, id func(T) string, indexes func(T) []index) *table[T] {
	if indexes == nil {
		indexes = func(T) []index { return nil }
	}
	return &table[T]{s: s, dir: s.prefix + "/" + dir + "/", what: what, id: id, indexes: indexes}
}

func (t *table[T]) key(id string) string { return t.dir + id }

func (t *table[T]) notFound(id string) error {
	return service.Errorf(service.NotFound, "%s %q does not exist", t.what, id)
}

func (t *table[T]) decode(kv *mvccpb.KeyValue) (row[T], error) {
	r := row[T]{rev: kv.ModRevision}
	if err := json.Unmarshal(kv.Value, &r.value); err != nil {
		return r, fmt.Errorf("decoding %s: %w", kv.Key, err)
	}
	return r, nil
}

// put writes a record, without looking at anything.
func (t *table[T]) put(v T) (clientv3.Op, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return clientv3.Op{}, fmt.Errorf("encoding %s %s: %w", t.what, t.id(v), err)
	}
	return clientv3.OpPut(t.key(t.id(v)), string(data)), nil
}

func (t *table[T]) get(ctx context.Context, id string) (row[T], error) {
	if !canonical(id) {
		return row[T]{}, t.notFound(id)
	}
	resp, err := t.s.read(ctx, t.key(id))
	if err != nil {
		return row[T]{}, fmt.Errorf("reading %s %s: %w", t.what, id, err)
	}
	if len(resp.Kvs) == 0 {
		return row[T]{}, t.notFound(id)
	}
	return t.decode(resp.Kvs[0])
}

// replace makes the change that turns old into v: no old creates, no v
// deletes. It holds the record to what was read and keeps the index keys in
// step.
func (t *table[T]) replace(old *row[T], v *T) (change, error) {
	var c change
	var before, after []index
	var id string
	var rev int64
	if old != nil {
		id, rev, before = t.id(old.value), old.rev, t.indexes(old.value)
	}
	if v == nil {
		c.then = append(c.then, clientv3.OpDelete(t.key(id)))
	} else {
		put, err := t.put(*v)
		if err != nil {
			return c, err
		}
		id, after = t.id(*v), t.indexes(*v)
		c.then = append(c.then, put)
	}
	c.ifs = append(c.ifs, unchanged(t.key(id), rev))
	for _, x := range without(after, before) {
		c.claims = append(c.claims, x)
		c.ifs = append(c.ifs, absent(x.key))
		c.then = append(c.then, clientv3.OpPut(x.key, id))
	}
	for _, x := range without(before, after) {
		c.then = append(c.then, clientv3.OpDelete(x.key))
	}
	return c, nil
}

// without is the indexes in a that b lacks.
func without(a, b []index) []index {
	return slices.DeleteFunc(slices.Clone(a), func(x index) bool {
		return slices.ContainsFunc(b, func(y index) bool { return x.key == y.key })
	})
}

// taken is Conflict if one of the index keys that c wanted has an owner. When
// it is nil the change failed for another reason, and may be tried again.
func (s *Store) taken(ctx context.Context, c change) error {
	for _, x := range c.claims {
		resp, err := s.read(ctx, x.key)
		if err != nil {
			return fmt.Errorf("reading the index: %w", err)
		}
		if len(resp.Kvs) > 0 {
			return service.Errorf(service.Conflict, "%s", x.taken)
		}
	}
	return nil
}

func (t *table[T]) create(ctx context.Context, v T) error {
	id := t.id(v)
	if !canonical(id) {
		return service.Errorf(service.Invalid, "uuid: %q is not a UUID", id)
	}
	c, err := t.replace(nil, &v)
	if err != nil {
		return err
	}
	for {
		resp, err := t.s.commit(ctx, c)
		if err != nil {
			return fmt.Errorf("creating %s %s: %w", t.what, id, err)
		}
		if resp.Succeeded {
			return nil
		}
		if _, err := t.get(ctx, id); err == nil {
			return service.Errorf(service.Conflict, "%s %s exists already", t.what, id)
		}
		if err := t.s.taken(ctx, c); err != nil {
			return err
		}
	}
}

func (t *table[T]) update(ctx context.Context, id string, edit func(*T) error) (T, error) {
	var none T
	for {
		old, err := t.get(ctx, id)
		if err != nil {
			return none, err
		}
		// Decoded afresh: what edit does to slices must not reach into old.
		edited, err := t.clone(old.value)
		if err != nil {
			return none, err
		}
		if err := edit(&edited); err != nil {
			return none, err
		}
		if t.id(edited) != id {
			return none, service.Errorf(service.Invalid, "the uuid of a %s cannot be changed", t.what)
		}
		c, err := t.replace(&old, &edited)
		if err != nil {
			return none, err
		}
		resp, err := t.s.commit(ctx, c)
		if err != nil {
			return none, fmt.Errorf("updating %s %s: %w", t.what, id, err)
		}
		if resp.Succeeded {
			return edited, nil
		}
		if err := t.s.taken(ctx, c); err != nil {
			return none, err
		}
	}
}

func (t *table[T]) clone(v T) (T, error) {
	var same T
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &same)
	}
	return same, err
}

// delete removes a record while the further conditions hold. It is false when
// they do not.
func (t *table[T]) delete(ctx context.Context, id string, conditions ...clientv3.Cmp) (bool, error) {
	for {
		old, err := t.get(ctx, id)
		if err != nil {
			return false, err
		}
		c, err := t.replace(&old, nil)
		if err != nil {
			return false, err
		}
		c.ifs = append(c.ifs, conditions...)
		c.orElse = []clientv3.Op{clientv3.OpTxn([]clientv3.Cmp{unchanged(t.key(id), old.rev)}, nil, nil)}
		resp, err := t.s.commit(ctx, c)
		if err != nil {
			return false, fmt.Errorf("deleting %s %s: %w", t.what, id, err)
		}
		if resp.Succeeded {
			return true, nil
		}
		if same := resp.Responses[0].GetResponseTxn().Succeeded; same {
			return false, nil
		}
	}
}

// list gives all records in order of creation, as they were at one revision.
//
// The keys come first and in one piece: etcd sorts by creation only after it
// has read the whole range, so that asking for sorted pages of values would
// read everything once per page.
func (t *table[T]) list(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		keys, err := t.s.read(ctx, t.dir, clientv3.WithPrefix(), clientv3.WithKeysOnly(),
			clientv3.WithSort(clientv3.SortByCreateRevision, clientv3.SortAscend))
		if err != nil {
			yield(none, fmt.Errorf("listing every %s: %w", t.what, err))
			return
		}
		for page := range slices.Chunk(keys.Kvs, t.s.pageSize) {
			rows, err := t.page(ctx, page, keys.Header.Revision)
			if err != nil {
				yield(none, fmt.Errorf("listing every %s: %w", t.what, err))
				return
			}
			for _, r := range rows {
				if !yield(r.value, nil) {
					return
				}
			}
		}
	}
}

// page reads the values at some keys as they were at revision rev.
func (t *table[T]) page(ctx context.Context, keys []*mvccpb.KeyValue, rev int64) ([]row[T], error) {
	var gets change
	for _, k := range keys {
		gets.then = append(gets.then, clientv3.OpGet(string(k.Key), clientv3.WithRev(rev)))
	}
	resp, err := t.s.commit(ctx, gets)
	if err != nil {
		return nil, err
	}
	rows := make([]row[T], 0, len(keys))
	for i, r := range resp.Responses {
		kvs := r.GetResponseRange().Kvs
		if len(kvs) == 0 {
			return nil, fmt.Errorf("%s is gone from revision %d", keys[i].Key, rev)
		}
		one, err := t.decode(kvs[0])
		if err != nil {
			return nil, err
		}
		rows = append(rows, one)
	}
	return rows, nil
}
