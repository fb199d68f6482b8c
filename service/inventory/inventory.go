// Package inventory keeps what the pods are made of, so that nobody has to ask
// them for it each time.
//
// What was read of a pod manager is a snapshot in the store, and every process
// answers from that. One process at a time, whoever leads, keeps the snapshots
// in step: by the events of the pods that send any, and by reading them from
// time to time. Whichever process changes something on a pod reads that again
// at once; see Told.
//
// A pod manager that does not answer costs its own part of a list, and its own
// time limit, never that of another. The package knows the store and the pods
// through the interfaces of package service only. It must not know etcd,
// Redfish or HTTP.
package inventory

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
)

// atOnce is how many pod managers are asked at the same time.
const atOnce = 16

// Store is the part of a service.Store that an Inventory needs.
type Store interface {
	service.Nodes
	service.PodManagers
	service.Devices
	service.Snapshots

	// HoldVolume is that of service.Volumes. It keeps two processes from
	// synchronising the devices of one pod manager at the same time.
	HoldVolume(ctx context.Context, uuid string) (release func(), err error)
}

// Options say what to work with. Store and Pods are required.
type Options struct {
	Store  Store
	Pods   service.Pods
	Logger *slog.Logger // default: none

	// PodTimeout is how long one pod manager may take to answer one call.
	// Default: 2 min.
	PodTimeout time.Duration
	// Interval is how often Run reads a pod manager. It is asked each time.
	// Default: 1 min.
	Interval func() time.Duration
	// MaxAge is how old something may be that is shown without trying to read it
	// again first. It is asked each time. Default, for 0 too: ten intervals.
	MaxAge func() time.Duration
	// EventDestination is the URL under which pods reach the place that calls
	// Notify; a secret is added to it. Without one, no events are asked for.
	EventDestination string
}

// Inventory is a service.Inventory.
type Inventory struct {
	store       Store
	pods        service.Pods
	log         *slog.Logger
	podTimeout  time.Duration
	interval    func() time.Duration
	maxAge      func() time.Duration
	destination string

	life    context.Context // ends with Close
	stop    context.CancelFunc
	tasksMu sync.Mutex
	tasks   sync.WaitGroup

	viewsMu sync.Mutex
	views   map[string]*view // by pod manager

	flights  flights
	notices  notices
	machines machines
}

var _ service.Inventory = (*Inventory)(nil)

// New makes an Inventory. Close ends what it does by itself.
func New(opts Options) *Inventory {
	i := &Inventory{
		store:       opts.Store,
		pods:        opts.Pods,
		log:         cmp.Or(opts.Logger, slog.New(slog.DiscardHandler)),
		podTimeout:  cmp.Or(opts.PodTimeout, 2*time.Minute),
		interval:    opts.Interval,
		maxAge:      opts.MaxAge,
		destination: opts.EventDestination,
		views:       map[string]*view{},
	}
	if i.interval == nil {
		i.interval = func() time.Duration { return time.Minute }
	}
	i.life, i.stop = context.WithCancel(context.Background())
	return i
}

// oldest is how old something may be that is shown as it is.
func (i *Inventory) oldest() time.Duration {
	if i.maxAge != nil {
		if limit := i.maxAge(); limit > 0 {
			return limit
		}
	}
	return 10 * i.interval()
}

// Parts implements service.Inventory.
func (i *Inventory) Parts(ctx context.Context, s service.System) (service.SystemParts, error) {
	pm := service.PodManager{UUID: s.PodManagerID}
	return ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) (service.SystemParts, error) {
		return pod.Parts(ctx, s.Ref)
	})
}

// Pools implements service.Inventory. No pod manager is the only one there is;
// with several it is Invalid, with a message that lists them.
func (i *Inventory) Pools(ctx context.Context, podManagerID string) ([]service.Pool, error) {
	pm, err := i.only(ctx, podManagerID)
	if err != nil {
		return nil, err
	}
	return ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) ([]service.Pool, error) {
		return pod.Pools(ctx)
	})
}
