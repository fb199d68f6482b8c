package inventory

import (
	"context"
	"path"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
)

// atOnceLimit is how long a power action is held up so that a list that is
// asked for after it shows what it did.
const atOnceLimit = time.Second

// echoes are when a system is read after something was done to its machine:
// hardware takes a while to become what it was told to be.
var echoes = []time.Duration{time.Second, 10 * time.Second}

// Told gives the pods of the inventory for work that changes things on them:
// what it changes is read again at once, and shows in every process.
func (i *Inventory) Told() service.Pods { return told{i} }

type told struct{ i *Inventory }

// Pod implements service.Pods.
func (t told) Pod(ctx context.Context, podManagerID string) (service.Pod, error) {
	pod, err := t.i.pods.Pod(ctx, podManagerID)
	if err != nil {
		return nil, err
	}
	return toldPod{pod, t.i, podManagerID}, nil
}

// toldPod is a pod that tells the inventory of what is done with it.
type toldPod struct {
	service.Pod
	i  *Inventory
	id string // of its pod manager
}

// Machine notes which system a machine is.
func (p toldPod) Machine(ctx context.Context, ref string) (service.Machine, error) {
	m, err := p.Pod.Machine(ctx, ref)
	if err == nil {
		p.i.machines.put(p.id, ref, m.SystemRef)
	}
	return m, err
}

// Assemble looks no sooner than an assembly takes.
func (p toldPod) Assemble(ctx context.Context, ref string) error {
	err := p.Pod.Assemble(ctx, ref)
	p.echo(ref, echoes[1:])
	return err
}

// Reset returns when it has been seen what it did, if that does not take long.
func (p toldPod) Reset(ctx context.Context, ref string, reset service.ResetType) error {
	if err := p.Pod.Reset(ctx, ref, reset); err != nil {
		return err
	}
	seen := make(chan struct{})
	p.i.spawn(func() {
		defer close(seen)
		p.ask(ref)
		p.look(ref)
	})
	select {
	case <-seen:
	case <-ctx.Done():
	case <-p.i.life.Done():
	case <-time.After(atOnceLimit):
	}
	p.echo(ref, echoes)
	return nil
}

// Delete leaves it to the next reading where it is not known which system the
// machine was: a pod whose nodes come and go would be read without an end.
func (p toldPod) Delete(ctx context.Context, ref string) error {
	err := p.Pod.Delete(ctx, ref)
	p.i.spawn(func() {
		p.follow(ref, append([]time.Duration{0}, echoes...))
		if err == nil {
			p.i.machines.drop(p.id, ref) // its ref may become another machine's
		}
	})
	return err
}

// echo looks at the system of a machine so long after now.
func (p toldPod) echo(machineRef string, after []time.Duration) {
	p.i.spawn(func() { p.follow(machineRef, after) })
}

func (p toldPod) follow(machineRef string, after []time.Duration) {
	begin := time.Now()
	for _, d := range after {
		wait(p.i.life, d-time.Since(begin))
		if p.i.life.Err() != nil || !p.look(machineRef) {
			return
		}
	}
}

// look reads the system of a machine, if anything of its pod is kept. It gives
// false where there is nothing to look at again.
func (p toldPod) look(machineRef string) bool {
	ctx := p.i.life
	pm, err := p.i.store.PodManager(ctx, p.id)
	if err != nil {
		return false // it is not registered any more, or a list will say what is wrong
	}
	sights, err := p.i.kept(ctx, pm.UUID, []service.PodManager{pm})
	if err != nil || !sights[0].view.known() {
		return false
	}
	ref := p.system(sights[0].view, machineRef)
	if ref == "" {
		return false
	}
	id := path.Base(ref)
	n, m, known := sights[0].view.place(ref)
	if known {
		id = sights[0].view.pieces[n].Systems[m].ID
	}
	if err := p.i.reread(ctx, pm, ref, id, known); err != nil && ctx.Err() == nil {
		p.i.log.Warn("a system that was changed cannot be read", "pod_manager", pm.UUID, "system", id, "error", err)
	}
	return true
}

// ask reads which system a machine is, where that is not known.
func (p toldPod) ask(machineRef string) {
	if p.i.machines.get(p.id, machineRef) != "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.i.life, p.i.podTimeout)
	defer cancel()
	_, _ = p.Machine(ctx, machineRef) // what is still not known is not looked at
}

// system is the ref of the system of a machine; empty where nobody knows. On
// some pods a machine is a system itself.
func (p toldPod) system(v *view, machineRef string) string {
	if ref := p.i.machines.get(p.id, machineRef); ref != "" {
		return ref
	}
	if _, _, known := v.place(machineRef); known {
		return machineRef
	}
	return ""
}

// machines are the systems of the machines that were seen.
type machines struct {
	mu  sync.Mutex
	all map[[2]string]string // pod manager and machine -> system
}

func (m *machines) put(podManagerID, machine, system string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all = map[[2]string]string{}
	}
	m.all[[2]string{podManagerID, machine}] = system
}

func (m *machines) drop(podManagerID, machine string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, [2]string{podManagerID, machine})
}

func (m *machines) get(podManagerID, machine string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.all[[2]string{podManagerID, machine}]
}
