package inventory

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
)

const (
	// gather is how long changes of one pod are gathered before they are read:
	// they come in swarms.
	gather = 100 * time.Millisecond
	// systemsMost is how many systems are read by themselves before all of them
	// are.
	systemsMost = 16
)

// notices are the changes of the pods that were heard of and not read yet.
type notices struct {
	mu   sync.Mutex
	pods map[string]map[string]bool // by pod manager, the refs of what has changed
}

// add takes refs in, and says whether they are the first for that pod.
func (n *notices) add(podManagerID string, refs []string) (first bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.pods == nil {
		n.pods = map[string]map[string]bool{}
	}
	waiting, already := n.pods[podManagerID]
	if !already {
		waiting = map[string]bool{}
		n.pods[podManagerID] = waiting
	}
	for _, ref := range refs {
		if len(waiting) <= systemsMost { // more mean the whole pod
			waiting[ref] = true
		}
	}
	return !already
}

func (n *notices) take(podManagerID string) map[string]bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.pods[podManagerID]
	delete(n.pods, podManagerID)
	return taken
}

// Notify implements service.Inventory.
func (i *Inventory) Notify(ctx context.Context, secret string, body []byte) error {
	pm, err := i.whose(ctx, secret)
	if err != nil {
		return err
	}
	pod, err := i.pods.Pod(ctx, pm.UUID)
	if err != nil {
		return err
	}
	events, can := pod.(service.PodEvents)
	if !can {
		return service.Errorf(service.NotFound, "pod manager %s sends no events", pm.Name)
	}
	refs, err := events.Origins(body)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		refs = []string{""} // it does not say what: anything
	}
	i.notice(pm, refs)
	return nil
}

// whose finds the pod manager that was told a secret.
func (i *Inventory) whose(ctx context.Context, secret string) (service.PodManager, error) {
	pms, err := i.meant(ctx, "")
	if err != nil {
		return service.PodManager{}, err
	}
	sights, err := i.kept(ctx, "", pms)
	if err != nil {
		return service.PodManager{}, err
	}
	sum := digest(secret)
	for _, s := range sights {
		if s.view != nil && s.view.Events != nil && s.view.Events.Digest == sum {
			return s.pm, nil
		}
	}
	return service.PodManager{}, service.Errorf(service.NotFound, "nobody was told to send events here")
}

// notice reads soon what has changed on a pod.
func (i *Inventory) notice(pm service.PodManager, refs []string) {
	if i.notices.add(pm.UUID, refs) {
		i.spawn(func() {
			wait(i.life, gather)
			wait(i.life, i.flights.rest(pm.UUID))
			i.settle(pm, i.notices.take(pm.UUID))
		})
	}
}

// settle reads what has changed: the systems that it was, or all there is where
// it was something else, or too much.
func (i *Inventory) settle(pm service.PodManager, refs map[string]bool) {
	systems, all := i.changed(pm, refs)
	if all {
		_ = i.read(i.life, pm, true) // logged, and kept as the failure of the pod
		return
	}
	for _, s := range systems {
		if err := i.reread(i.life, pm, s.Ref, s.ID, true); err != nil && i.life.Err() == nil {
			i.log.Warn("a system that has changed cannot be read", "pod_manager", pm.UUID, "system", s.ID, "error", err)
		}
	}
}

// changed finds the systems that refs are about; true where that is not all.
func (i *Inventory) changed(pm service.PodManager, refs map[string]bool) (systems []service.System, more bool) {
	sights, err := i.kept(i.life, pm.UUID, []service.PodManager{pm})
	if err != nil || !sights[0].view.known() || len(refs) > systemsMost {
		return nil, true
	}
	all, _ := sights[0].view.systems(pm.UUID, false, nil) // fails with documents only
	found := map[string]bool{}
	for ref := range refs {
		n := systemAt(all, ref)
		if n < 0 {
			return nil, true
		}
		if s := all[n]; !found[s.Ref] {
			found[s.Ref] = true
			systems = append(systems, s)
		}
	}
	return systems, false
}

// systemAt finds the system that a ref names, or that it is a part of; -1 for
// none.
func systemAt(all []service.System, ref string) int {
	for n, s := range all {
		if rest, is := strings.CutPrefix(ref, s.Ref); is && (rest == "" || rest[0] == '/') {
			return n
		}
	}
	return -1
}
