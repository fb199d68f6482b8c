// Package fleet registers pod managers and keeps their connections: one opened
// pod per pod manager, shared by all work on it.
//
// It knows drivers by name, through service.Driver. It must not know what a
// driver speaks, what the work does with a pod, or how records are kept.
package fleet

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// Options say what to work with. Store and Drivers are required.
type Options struct {
	Store   service.PodManagers
	Drivers map[string]service.Driver // by the name that PodManager.Driver gives
	Logger  *slog.Logger              // default: none
	// ProbeTimeout is how long a pod manager may take to answer before it
	// counts as offline. Default: 10 s.
	ProbeTimeout time.Duration
}

// Fleet is a service.Fleet over a store and drivers.
type Fleet struct {
	store        service.PodManagers
	drivers      map[string]service.Driver
	log          *slog.Logger
	probeTimeout time.Duration

	closing sync.WaitGroup // connections that were replaced

	mu     sync.Mutex
	open   map[string]connection // by pod manager
	closed bool
}

var _ service.Fleet = (*Fleet)(nil)

// New makes a Fleet.
func New(opts Options) *Fleet {
	f := &Fleet{
		store:        opts.Store,
		drivers:      opts.Drivers,
		log:          opts.Logger,
		probeTimeout: opts.ProbeTimeout,
		open:         map[string]connection{},
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	if f.probeTimeout == 0 {
		f.probeTimeout = 10 * time.Second
	}
	return f
}

// Register implements service.Fleet. A pm without a UUID is given one; the
// times are set here.
func (f *Fleet) Register(ctx context.Context, pm service.PodManager) (service.PodManager, error) {
	if pm.UUID == "" {
		pm.UUID = uuid.NewString()
	}
	pm.CreatedAt = service.Now()
	pm.UpdatedAt = pm.CreatedAt
	if err := f.check(&pm); err != nil {
		return service.PodManager{}, err
	}
	pod, err := f.dial(pm)
	if err != nil {
		return service.PodManager{}, err
	}
	// Not kept: who gets a Conflict now has registered nothing. Opening it
	// again later costs no more than this probe did.
	defer f.closePod(pm.UUID, pod)
	found := f.probe(ctx, pm, pod)
	if ctx.Err() != nil {
		return service.PodManager{}, ctx.Err()
	}
	pm.Status, pm.StatusReason, pm.StatusSince = found.status, found.reason, service.Now()
	return pm, f.store.CreatePodManager(ctx, pm)
}

// Update implements service.Fleet. What a changed address or sign-in leads to
// is Unknown in what is written first, and the status follows when the probe is
// over: a probe takes too long for a transaction. UUID, status and the times
// are not change's to set.
func (f *Fleet) Update(ctx context.Context, id string, change func(*service.PodManager) error) (service.PodManager, error) {
	pm, err := f.store.UpdatePodManager(ctx, id, func(pm *service.PodManager) error {
		old := *pm
		if err := change(pm); err != nil {
			return err
		}
		if err := f.check(pm); err != nil {
			return err
		}
		pm.UUID, pm.CreatedAt, pm.UpdatedAt = old.UUID, old.CreatedAt, service.Now()
		pm.Status, pm.StatusReason, pm.StatusSince = old.Status, old.StatusReason, old.StatusSince
		if targetOf(*pm) != targetOf(old) {
			finding{status: service.PodManagerUnknown}.write(pm)
		}
		return f.tryDriver(*pm)
	})
	if err != nil {
		return pm, err
	}
	return f.refresh(ctx, pm)
}

// Remove implements service.Fleet.
func (f *Fleet) Remove(ctx context.Context, id string) error {
	if err := f.store.DeletePodManager(ctx, id); err != nil {
		return err
	}
	f.drop(id)
	return nil
}

// Pod implements service.Pods. The record is read each time, so that a change
// made by another process is seen.
func (f *Fleet) Pod(ctx context.Context, id string) (service.Pod, error) {
	pm, err := f.store.PodManager(ctx, id)
	if service.CodeOf(err) == service.NotFound {
		f.drop(id)
	}
	if err != nil {
		return nil, err
	}
	return f.connect(pm)
}
