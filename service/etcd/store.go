// Package etcd keeps what Valence knows in etcd: embedded in the process, or
// an external cluster. It implements service.Store.
//
// Every read-then-write is one etcd transaction; nothing is locked otherwise,
// so that any number of processes may work on one cluster. The package knows
// keys, transactions and leases. It must not know what a compose is, which
// steps follow each other, or anything of pods and HTTP.
package etcd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"

	"github.com/valence-rsd/valence/service"
)

// Config says how to keep a Store. Everything but Client has a default.
type Config struct {
	Client *clientv3.Client
	// Prefix starts every key, so that others may live in the same cluster.
	// Default: /valence/v1.
	Prefix string
	// Timeout is how long one request to etcd may take before the store counts
	// as unavailable. Default: 5 s.
	Timeout time.Duration
	// HoldTTL is how long the nodes of a process that died stay held, in whole
	// seconds. etcd raises very short ones. Default: 10 s.
	HoldTTL time.Duration
	// PageSize is how many records a list reads at once; etcd by default
	// allows no more than 128 in a transaction. Default: 100.
	PageSize int
	Logger   *slog.Logger // default: none
}

// Store is a service.Store over etcd. Its methods may be called from many
// goroutines.
type Store struct {
	client   *clientv3.Client
	prefix   string
	timeout  time.Duration
	ttl      time.Duration
	pageSize int
	log      *slog.Logger

	nodes       *table[service.Node]
	flavors     *table[service.Flavor]
	podManagers *table[service.PodManager]
	intents     *table[service.Intent]

	id string // the value of this store's holds

	sessionMu sync.Mutex
	session   *concurrency.Session
	closed    bool

	heldMu sync.Mutex
	held   map[string]int64 // node -> fence of its hold; 0 while it is being taken
}

// Open makes a store over a client. It asks etcd for the lease of its holds,
// so that a cluster that does not answer is Unavailable here already.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{
		client:   cfg.Client,
		prefix:   or(cfg.Prefix, "/valence/v1"),
		timeout:  or(cfg.Timeout, 5*time.Second),
		ttl:      or(cfg.HoldTTL, 10*time.Second),
		pageSize: or(cfg.PageSize, 100),
		log:      or(cfg.Logger, slog.New(slog.DiscardHandler)),
		id:       uuid.NewString(),
		held:     map[string]int64{},
	}
	s.nodes = newTable(s, "nodes", "node", nodeID, s.nodeIndexes)
	s.flavors = newTable(s, "flavors", "flavor", flavorID, nil)
	s.podManagers = newTable(s, "pod_managers", "pod manager", podManagerID, s.podManagerIndexes)
	s.intents = newTable(s, "intents", "intent", intentID, nil)
	if _, err := s.lease(ctx); err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	return s, nil
}

// Close gives back all holds. It comes after the work has ended and before
// the client is closed, which it leaves to whoever made it.
func (s *Store) Close() error {
	s.sessionMu.Lock()
	defer s.sessionMu.Unlock()
	s.closed = true
	if s.session == nil {
		return nil
	}
	s.session.Orphan()
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	_, err := s.client.Revoke(ctx, s.session.Lease())
	s.session = nil
	if err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) {
		return fmt.Errorf("giving back the holds: %w", s.failure(ctx, err))
	}
	return nil
}

// change is a transaction in the making.
type change struct {
	ifs    []clientv3.Cmp
	then   []clientv3.Op
	orElse []clientv3.Op
	claims []index // index keys that must be free
}

// commit runs one transaction.
func (s *Store) commit(ctx context.Context, c change) (*clientv3.TxnResponse, error) {
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	resp, err := s.client.Txn(bounded).If(c.ifs...).Then(c.then...).Else(c.orElse...).Commit()
	return resp, s.failure(ctx, err)
}

// read runs one range request.
func (s *Store) read(ctx context.Context, key string, opts ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	resp, err := s.client.Get(bounded, key, opts...)
	return resp, s.failure(ctx, err)
}

// failure puts an error of the client into the domain's words. The end of the
// caller's own context passes through; running into our time limit does not.
func (s *Store) failure(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, rpctypes.ErrRequestTooLarge):
		return &service.Error{Code: service.Invalid, Message: "the record is too large to be stored", Err: err}
	default:
		return &service.Error{Code: service.Unavailable, Message: "the store does not answer", Err: err}
	}
}

// exists is true while there is a value at key.
func exists(key string) clientv3.Cmp { return clientv3.Compare(clientv3.ModRevision(key), ">", 0) }

// absent is true while there is no value at key.
func absent(key string) clientv3.Cmp { return unchanged(key, 0) }

// unchanged is true while nobody has written key since revision rev; 0 is the
// revision of a key without a value.
func unchanged(key string, rev int64) clientv3.Cmp {
	return clientv3.Compare(clientv3.ModRevision(key), "=", rev)
}

// or is v, or what stands for its zero value.
func or[T comparable](v, byDefault T) T {
	var zero T
	if v == zero {
		return byDefault
	}
	return v
}
