// Package etcd keeps what Valence knows in etcd: embedded in the process, or
// an external cluster. It implements service.Store.
//
// Every read-then-write is one etcd transaction; nothing is locked otherwise,
// so that any number of processes may work on one cluster. Single records are
// read from etcd; lists come from a mirror of it in memory, which a watch
// keeps. The package knows keys, transactions and leases. It must not know
// what a compose is, which steps follow each other, or anything of pods and
// HTTP.
package etcd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// Config says how to keep a Store. Everything but Client and Sealer has a
// default.
type Config struct {
	Client *clientv3.Client
	// Sealer keeps the passwords of the pod managers unreadable.
	Sealer service.Sealer
	// Shared says that other processes write to the same records. Every list
	// then asks etcd first how new it has to be. Without it, which is for an
	// embedded etcd with one Store, lists cost no request at all.
	Shared bool
	// Prefix starts every key, so that others may live in the same cluster.
	// Default: /valence/v1.
	Prefix string
	// Timeout is how long the store keeps trying before it counts as
	// unavailable. A try may take a third of that. Default: 5 s.
	Timeout time.Duration
	// HoldTTL is how long the nodes of a process that died stay held, and its
	// leaderships filled, in whole seconds. etcd raises very short ones.
	// Default: 10 s.
	HoldTTL time.Duration
	// PageSize is how many records are read at once when the mirror is filled.
	// etcd counts all that follow with every page: small ones are slow.
	// Default: 2000.
	PageSize int
	Logger   *slog.Logger // default: none
}

// Store is a service.Store over etcd. Its methods may be called from many
// goroutines.
type Store struct {
	client   *clientv3.Client
	sealer   service.Sealer
	shared   bool
	prefix   string
	timeout  time.Duration
	ttl      time.Duration
	pageSize int
	log      *slog.Logger

	nodes       *table[service.Node]
	flavors     *table[service.Flavor]
	podManagers *table[storedPodManager]
	volumes     *table[service.Volume]
	devices     *table[service.Device]
	snapshots   *table[storedSnapshot]
	pieces      pieces
	intents     *table[service.Intent]
	tables      []mirrored
	now         *batch // learns how new the lists have to be
	readiness   *batch

	id    string // the beginning of the value of this store's holds
	ctx   context.Context
	stop  context.CancelFunc
	tasks sync.WaitGroup // what goes on until Close

	sessionMu sync.Mutex
	session   *concurrency.Session
	closed    bool

	heldMu sync.Mutex
	held   map[string]int64 // key of a hold -> its fence; 0 while it is being taken
}

// Open makes a store over a client, brings old records to the present schema
// and reads all of them. A cluster that does not answer is Unavailable; records
// of a newer schema than this program knows are an error.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Client == nil || cfg.Sealer == nil {
		return nil, errors.New("opening the store: it needs a client and a sealer")
	}
	s := newStore(cfg)
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("opening the store: %w", errors.Join(err, s.Close()))
	}
	return s, nil
}

func newStore(cfg Config) *Store {
	s := &Store{
		client:   cfg.Client,
		sealer:   cfg.Sealer,
		shared:   cfg.Shared,
		prefix:   or(cfg.Prefix, "/valence/v1"),
		timeout:  or(cfg.Timeout, 5*time.Second),
		ttl:      or(cfg.HoldTTL, 10*time.Second),
		pageSize: or(cfg.PageSize, 2000),
		log:      or(cfg.Logger, slog.New(slog.DiscardHandler)),
		id:       uuid.NewString(),
		held:     map[string]int64{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.nodes = newTable(s, "nodes", "node", nodeTraits(s))
	s.flavors = newTable(s, "flavors", "flavor", flavorTraits())
	s.podManagers = newTable(s, "pod_managers", "pod manager", podManagerTraits(s))
	s.volumes = newTable(s, "volumes", "volume", volumeTraits(s))
	s.devices = newTable(s, "devices", "device", deviceTraits(s))
	s.snapshots = newTable(s, "snapshots", "snapshot", snapshotTraits())
	s.intents = newTable(s, "intents", "intent", intentTraits())
	s.tables = []mirrored{s.nodes, s.flavors, s.podManagers, s.volumes, s.devices, s.snapshots, s.intents}
	s.now = newBatch(s, time.Millisecond, s.learnRevisions)
	s.readiness = newBatch(s, 250*time.Millisecond, s.probe)
	return s
}

func (s *Store) open(ctx context.Context) error {
	if _, err := s.lease(ctx); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	fills, ctx := errgroup.WithContext(ctx)
	for _, t := range s.tables {
		fills.Go(func() error { return t.fill(ctx) })
	}
	if err := fills.Wait(); err != nil {
		return err
	}
	for _, t := range s.tables {
		s.tasks.Go(t.follow)
	}
	return nil
}

// Close gives back all holds. It comes after the work has ended and before
// the client is closed, which it leaves to whoever made it.
func (s *Store) Close() error {
	s.stop()
	s.tasks.Wait()
	return s.endSession()
}

// or is v, or what stands for its zero value.
func or[T comparable](v, byDefault T) T {
	var zero T
	if v == zero {
		return byDefault
	}
	return v
}
