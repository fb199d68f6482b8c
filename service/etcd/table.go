package etcd

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// table is the records of one kind: one key per record, JSON values.
type table[T any] struct {
	traits[T]
	ledger
	*mirror[T]
	s    *Store
	dir  string // start of the keys
	what string // for messages
}

// traits is what a table has to know of its records. Functions may be nil.
type traits[T any] struct {
	id      func(T) string
	indexes func(T) []index
	share   func(*T)  // lets equal texts of several records be one in memory
	copy    func(T) T // makes a record independent of the one in the mirror
}

// row is a record as it was read.
type row[T any] struct {
	value   T
	rev     int64 // of the last change
	version int64 // how often it was written
}

func newTable[T any](s *Store, dir, what string, about traits[T]) *table[T] {
	t := &table[T]{traits: about, s: s, dir: s.prefix + "/" + dir + "/", what: what}
	t.ledger.key = s.prefix + "/changes/" + dir
	t.mirror = newMirror[T]()
	return t
}

func (t *table[T]) key(id string) string { return t.dir + id }

func (t *table[T]) notFound(id string) error {
	return service.Errorf(service.NotFound, "%s %q does not exist", t.what, id)
}

func (t *table[T]) decode(kv *mvccpb.KeyValue) (row[T], error) {
	r := row[T]{rev: kv.ModRevision, version: kv.Version}
	if err := json.Unmarshal(kv.Value, &r.value); err != nil {
		return r, fmt.Errorf("decoding %s: %w", kv.Key, err)
	}
	return r, nil
}

// stamped is the end of a value: it tells which write made it.
type stamped struct {
	Stamp string `json:"_write"`
}

// encode makes the value of a record.
func (t *table[T]) encode(v T, stamp string) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encoding %s %s: %w", t.what, t.id(v), err)
	}
	// Every record has at least its UUID in front of it, and no stamp has
	// anything in it that would have to be escaped.
	return string(data[:len(data)-1]) + `,"_write":"` + stamp + `"}`, nil
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

// found is the row of a record, or nil.
func (t *table[T]) found(ctx context.Context, id string) (*row[T], error) {
	r, err := t.get(ctx, id)
	if service.CodeOf(err) == service.NotFound {
		return nil, nil
	}
	return &r, err
}

// added is the change that creates a record.
func (t *table[T]) added(v T) (change, error) {
	id := t.id(v)
	if !canonical(id) {
		return change{}, service.Errorf(service.Invalid, "uuid: %q is not a UUID", id)
	}
	exists := service.Errorf(service.Conflict, "%s %s exists already", t.what, id)
	return t.put(v, guard{t.key(id), absent(t.key(id)), exists}, nil, 1)
}

// replaced is the change that writes a record over the one that was read.
func (t *table[T]) replaced(old row[T], v T) (change, error) {
	key := t.key(t.id(v))
	return t.put(v, guard{key, unchanged(key, old.rev), nil}, t.indexed(old.value), old.version+1)
}

// put writes a record, whose index keys were before, and keeps them in step.
func (t *table[T]) put(v T, only guard, before []index, version int64) (change, error) {
	stamp := newStamp()
	value, err := t.encode(v, stamp)
	if err != nil {
		return change{}, err
	}
	id, after := t.id(v), t.indexed(v)
	c := change{guards: []guard{only}, ledgers: []*ledger{&t.ledger}}
	c.then = append(c.then, clientv3.OpPut(t.key(id), value))
	for _, x := range without(after, before) {
		if x.unique != "" {
			c.guards = append(c.guards, guard{x.key, absent(x.key), service.Errorf(service.Conflict, "%s", x.unique)})
		}
		c.then = append(c.then, clientv3.OpPut(x.key, id))
	}
	for _, x := range without(before, after) {
		c.then = append(c.then, clientv3.OpDelete(x.key))
	}
	c.happened = func(ctx context.Context) (int64, bool, error) { return t.wrote(ctx, id, version, stamp) }
	return c, nil
}

// removed is the change that deletes a record that was read.
func (t *table[T]) removed(old row[T]) change {
	key := t.key(t.id(old.value))
	c := change{guards: []guard{{key, unchanged(key, old.rev), nil}}, ledgers: []*ledger{&t.ledger}}
	c.then = append(c.then, clientv3.OpDelete(key))
	for _, x := range t.indexed(old.value) {
		c.then = append(c.then, clientv3.OpDelete(x.key))
	}
	// Whoever deleted it: it is gone, as was wanted.
	c.happened = func(ctx context.Context) (int64, bool, error) {
		resp, err := t.s.read(ctx, key)
		if err != nil || len(resp.Kvs) > 0 {
			return 0, false, err
		}
		return resp.Header.Revision, true, nil
	}
	return c
}

// wrote looks in the history of a record for the write that made version of
// it, and says whether it carries the stamp. What others have written since
// does not matter.
func (t *table[T]) wrote(ctx context.Context, id string, version int64, stamp string) (rev int64, yes bool, err error) {
	var at []clientv3.OpOption
	for {
		resp, err := t.s.read(ctx, t.key(id), at...)
		if err != nil || len(resp.Kvs) == 0 || resp.Kvs[0].Version < version {
			return 0, false, err
		}
		kv := resp.Kvs[0]
		if kv.Version > version {
			at = []clientv3.OpOption{clientv3.WithRev(kv.ModRevision - 1)}
			continue
		}
		var got stamped
		err = json.Unmarshal(kv.Value, &got)
		return kv.ModRevision, err == nil && got.Stamp == stamp, err
	}
}

func (t *table[T]) indexed(v T) []index {
	if t.indexes == nil {
		return nil
	}
	return t.indexes(v)
}

// without is the indexes in a that b lacks.
func without(a, b []index) []index {
	return slices.DeleteFunc(slices.Clone(a), func(x index) bool {
		return slices.ContainsFunc(b, func(y index) bool { return x.key == y.key })
	})
}
