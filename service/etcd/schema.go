package etcd

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"

	"github.com/valence-rsd/valence/service"
)

// schema is the version of the keys and values that this program writes:
//
//	1  without a schema key; passwords of pod managers in the clear
//	2  passwords sealed; <prefix>/changes/<table> written with every change
//	   where several processes share the records
//
// A migration goes from each version to the next. It is done under a lock, and
// must be able to begin again after it was killed half way.
const schema = 2

func (s *Store) migrations() []func(context.Context) error {
	return []func(context.Context) error{
		s.sealPasswords, // 1 -> 2
	}
}

func (s *Store) schemaKey() string { return s.prefix + "/schema" }

// migrate brings the records to the present schema. Of several processes that
// start at once, one does it, and the others wait.
func (s *Store) migrate(ctx context.Context) error {
	version, _, err := s.storedSchema(ctx)
	if err != nil || version == schema {
		return err
	}
	session, err := s.alive(ctx)
	if err != nil {
		return err
	}
	lock := concurrency.NewMutex(session, s.prefix+"/locks/schema")
	if err := lock.Lock(ctx); err != nil {
		return fmt.Errorf("waiting for the lock of the schema: %w", s.failure(ctx, err))
	}
	defer func() {
		if err := lock.Unlock(s.ctx); err != nil { // it goes with the lease then
			s.log.Warn("the lock of the schema could not be given back", "error", err)
		}
	}()
	version, rev, err := s.storedSchema(ctx)
	for ; err == nil && version < schema; version++ {
		s.log.Info("bringing the records to a newer schema", "from", version, "to", version+1)
		if err := s.migrations()[version-1](ctx); err != nil {
			return fmt.Errorf("migrating from schema %d to %d: %w", version, version+1, err)
		}
		rev, err = s.writeSchema(ctx, version+1, rev, lock.IsOwner())
	}
	return err
}

// storedSchema reads the version of what is stored. One that is too new for
// this program is an error.
func (s *Store) storedSchema(ctx context.Context) (version int, rev int64, err error) {
	resp, err := s.read(ctx, s.schemaKey())
	if err != nil {
		return 0, 0, fmt.Errorf("reading the version of the schema: %w", err)
	}
	if len(resp.Kvs) == 0 {
		return 1, 0, nil
	}
	version, err = strconv.Atoi(string(resp.Kvs[0].Value))
	switch {
	case err != nil || version < 1:
		return 0, 0, fmt.Errorf("%s should hold the version of the schema, a number", s.schemaKey())
	case version > schema:
		return 0, 0, fmt.Errorf("the records have schema version %d, and this program knows no newer one than %d: use the newer program that wrote them",
			version, schema)
	}
	return version, resp.Kvs[0].ModRevision, nil
}

// writeSchema notes a version, while the lock is ours, and that every table
// has changed with it.
func (s *Store) writeSchema(ctx context.Context, version int, rev int64, locked clientv3.Cmp) (int64, error) {
	moved := service.Errorf(service.Unavailable, "another process has taken the migration of the schema over")
	c := change{
		guards: []guard{{s.schemaKey(), unchanged(s.schemaKey(), rev), moved}, {"", locked, moved}},
		then:   []clientv3.Op{clientv3.OpPut(s.schemaKey(), strconv.Itoa(version))},
	}
	for _, t := range s.tables {
		c.then = append(c.then, clientv3.OpPut(t.book().key, ""))
	}
	c.happened = func(ctx context.Context) (int64, bool, error) {
		now, rev, err := s.storedSchema(ctx)
		return rev, now >= version, err
	}
	out, err := s.commit(ctx, c)
	if err == nil && !out.done {
		err = moved
	}
	return out.rev, err
}

// sealPasswords seals the passwords that schema 1 kept in the clear. What was
// in the clear stays in etcd's history until it is compacted, and on the disk
// until the space is used again.
func (s *Store) sealPasswords(ctx context.Context) error {
	t := s.podManagers
	resp, err := s.read(ctx, t.dir, clientv3.WithPrefix())
	if err != nil {
		return err
	}
	for _, kv := range resp.Kvs {
		old, err := t.decode(kv)
		if err != nil {
			return err
		}
		var plain struct {
			Credentials service.Credentials `json:"credentials"`
		}
		if err := json.Unmarshal(kv.Value, &plain); err != nil {
			return fmt.Errorf("decoding %s: %w", kv.Key, err)
		}
		if plain.Credentials.Password == "" { // there is none, or it was sealed before this was killed
			continue
		}
		pm := old.value.PodManager
		pm.Credentials = plain.Credentials
		stored, err := s.sealed(pm)
		if err != nil {
			return err
		}
		c, err := t.replaced(old, stored)
		if err != nil {
			return err
		}
		out, err := s.commit(ctx, c)
		if err == nil && !out.done {
			err = service.Errorf(service.Unavailable, "pod manager %s was changed by a program that is too old", pm.UUID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
