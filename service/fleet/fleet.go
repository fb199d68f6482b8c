// Package fleet registers pod managers and keeps their connections: one opened
// pod per pod manager, shared by all work on it.
//
// It knows drivers by name, through service.Driver. It must not know what a
// driver speaks, what the work does with a pod, or how records are kept.
package fleet

import (
	"context"
	"errors"
	"fmt"
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

// connection is an opened pod and what it was opened with.
type connection struct {
	pod  service.Pod
	with target
}

// target is the part of a record that a connection depends on.
type target struct {
	url, driver string
	credentials service.Credentials
}

func targetOf(pm service.PodManager) target {
	return target{url: pm.URL, driver: pm.Driver, credentials: pm.Credentials}
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
	pm.CreatedAt = time.Now().UTC().Truncate(time.Microsecond)
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
	pm.Status = f.probe(ctx, pm, pod)
	if ctx.Err() != nil {
		return service.PodManager{}, ctx.Err()
	}
	return pm, f.store.CreatePodManager(ctx, pm)
}

// Update implements service.Fleet. What is written first has status Unknown,
// and the status follows when the probe is over: a probe takes too long for a
// transaction.
func (f *Fleet) Update(ctx context.Context, id string, change func(*service.PodManager) error) (service.PodManager, error) {
	pm, err := f.store.UpdatePodManager(ctx, id, func(pm *service.PodManager) error {
		if err := change(pm); err != nil {
			return err
		}
		if err := f.check(pm); err != nil {
			return err
		}
		pm.Status = service.PodManagerUnknown
		pm.UpdatedAt = time.Now().UTC().Truncate(time.Microsecond)
		return f.tryDriver(*pm)
	})
	if err != nil {
		return pm, err
	}
	pod, err := f.connect(pm)
	if err != nil {
		return pm, err
	}
	status := f.probe(ctx, pm, pod)
	return f.store.UpdatePodManager(ctx, id, func(now *service.PodManager) error {
		if targetOf(*now) == targetOf(pm) { // or it was changed again, and is probed by whoever did
			now.Status = status
		}
		return nil
	})
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

// Close closes all connections. Nothing may use the Fleet afterwards.
func (f *Fleet) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	var errs []error
	for id, c := range f.open {
		if err := c.pod.Close(); err != nil {
			errs = append(errs, fmt.Errorf("closing pod manager %s: %w", id, err))
		}
	}
	clear(f.open)
	f.closing.Wait()
	return errors.Join(errs...)
}

// connect gives the opened pod of a record, and opens it where there is none
// or the one there is was opened with something else. Drivers do no I/O when
// they open, so that the lock is not held for long.
func (f *Fleet) connect(pm service.PodManager) (service.Pod, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, service.Errorf(service.Unavailable, "the service is shutting down")
	}
	old, isOpen := f.open[pm.UUID]
	if isOpen && old.with == targetOf(pm) {
		return old.pod, nil
	}
	pod, err := f.dial(pm)
	if err != nil {
		return nil, err
	}
	if isOpen {
		// Not under the lock: it may say goodbye to a pod that is no more.
		f.closing.Go(func() { f.closePod(pm.UUID, old.pod) })
	}
	f.open[pm.UUID] = connection{pod: pod, with: targetOf(pm)}
	return pod, nil
}

// dial opens a pod with the driver of the record.
func (f *Fleet) dial(pm service.PodManager) (service.Pod, error) {
	driver, known := f.drivers[pm.Driver]
	if !known {
		return nil, f.unknownDriver(pm.Driver)
	}
	pod, err := driver(pm)
	if err != nil {
		return nil, fmt.Errorf("opening pod manager %s: %w", pm.UUID, err)
	}
	return pod, nil
}

// tryDriver says whether the driver can open the record at all.
func (f *Fleet) tryDriver(pm service.PodManager) error {
	pod, err := f.dial(pm)
	if err == nil {
		f.closePod(pm.UUID, pod)
	}
	return err
}

func (f *Fleet) drop(id string) {
	f.mu.Lock()
	c, isOpen := f.open[id]
	delete(f.open, id)
	f.mu.Unlock()
	if isOpen {
		f.closePod(id, c.pod)
	}
}

func (f *Fleet) closePod(id string, pod service.Pod) {
	if err := pod.Close(); err != nil {
		f.log.Warn("a connection could not be closed", "pod_manager", id, "error", err)
	}
}

// probe finds out whether a pod manager answers.
func (f *Fleet) probe(ctx context.Context, pm service.PodManager, pod service.Pod) service.PodManagerStatus {
	ctx, cancel := context.WithTimeout(ctx, f.probeTimeout)
	defer cancel()
	if err := pod.Probe(ctx); err != nil {
		f.log.Warn("pod manager does not answer as it should", "pod_manager", pm.UUID, "name", pm.Name, "error", err)
		return service.PodManagerOffline
	}
	return service.PodManagerOnline
}
