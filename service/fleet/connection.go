package fleet

import (
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/service"
)

// errClosed is what is left of the connections of a closed Fleet.
var errClosed = service.Errorf(service.Unavailable, "the service is shutting down")

// connection is an opened pod and what it was opened with.
type connection struct {
	pod  service.Pod
	with target
}

// target is the part of a record that a connection depends on.
type target struct {
	url, driver, ca string
	credentials     service.Credentials
}

func targetOf(pm service.PodManager) target {
	return target{url: pm.URL, driver: pm.Driver, ca: pm.CACertificate, credentials: pm.Credentials}
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
		return nil, errClosed
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
