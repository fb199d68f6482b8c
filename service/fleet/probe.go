package fleet

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// probesAtOnce is how many pod managers ProbeAll probes at the same time. All
// but the most sprawling fleets fit, so that dead ones hold up no others.
const probesAtOnce = 64

// ProbeAll probes every pod manager, many at once, and writes down each status
// that has changed. A pod manager that does not answer is no error; a store
// that does not is.
func (f *Fleet) ProbeAll(ctx context.Context) error {
	var all []string
	for pm, err := range f.store.PodManagers(ctx, "") {
		if err != nil {
			return fmt.Errorf("listing the pod managers: %w", err)
		}
		all = append(all, pm.UUID)
	}
	errs := make([]error, len(all))
	var g errgroup.Group
	g.SetLimit(probesAtOnce)
	for i, id := range all {
		g.Go(func() error {
			errs[i] = f.probeOne(ctx, id)
			return nil
		})
	}
	_ = g.Wait() // never fails
	return errors.Join(errs...)
}

// probeOne probes one pod manager as it is now, and not as it was listed: what
// is older than the connection would undo it. One that is gone is no error.
func (f *Fleet) probeOne(ctx context.Context, id string) error {
	pm, err := f.store.PodManager(ctx, id)
	if err == nil {
		_, err = f.refresh(ctx, pm)
	}
	if service.CodeOf(err) == service.NotFound {
		f.drop(id)
		return nil
	}
	return err
}

// finding is what a probe found.
type finding struct {
	status service.PodManagerStatus
	reason string
}

func (fd finding) isIn(pm service.PodManager) bool {
	return pm.Status == fd.status && pm.StatusReason == fd.reason
}

func (fd finding) write(pm *service.PodManager) {
	if pm.Status != fd.status {
		pm.StatusSince = service.Now()
	}
	pm.Status, pm.StatusReason = fd.status, fd.reason
}

// refresh probes a pod manager as it was read, and writes down what is new.
func (f *Fleet) refresh(ctx context.Context, pm service.PodManager) (service.PodManager, error) {
	found := finding{status: service.PodManagerOffline}
	pod, err := f.connect(pm)
	switch {
	case errors.Is(err, errClosed):
		return pm, err
	case err != nil:
		found.reason = reasonOf(err)
	default:
		found = f.probe(ctx, pm, pod)
	}
	if ctx.Err() != nil {
		return pm, ctx.Err() // what was found is our own end
	}
	if found.isIn(pm) {
		return pm, nil
	}
	f.log.Info("the status of a pod manager has changed", "pod_manager", pm.UUID, "name", pm.Name,
		"from", string(pm.Status), "to", string(found.status), "reason", found.reason)
	return f.store.UpdatePodManager(ctx, pm.UUID, func(now *service.PodManager) error {
		if targetOf(*now) == targetOf(pm) { // or it was changed again, and is probed by whoever did
			found.write(now)
		}
		return nil
	})
}

// probe finds out whether a pod manager answers.
func (f *Fleet) probe(ctx context.Context, pm service.PodManager, pod service.Pod) finding {
	bounded, cancel := context.WithTimeout(ctx, f.probeTimeout)
	defer cancel()
	err := pod.Probe(bounded)
	if err == nil {
		return finding{status: service.PodManagerOnline}
	}
	f.log.Debug("pod manager does not answer as it should", "pod_manager", pm.UUID, "name", pm.Name, "error", err)
	return finding{status: service.PodManagerOffline, reason: reasonOf(err)}
}

// reasonOf is what may be told of an error. No error of a pod contains a
// credential, and the cause of one, which may say different things each time,
// is left out.
func reasonOf(err error) string {
	var e *service.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return "an internal error"
}
