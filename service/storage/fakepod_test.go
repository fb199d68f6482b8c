package storage_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// fakePod is a pod that loses answers whenever a test wants it to, which no
// real one does on command. It outlives the processes of a test.
type fakePod struct {
	service.Pod // nil: whatever else is called is a mistake

	mu       sync.Mutex
	made     int
	volumes  map[string]*fakeVolume
	machines map[string]bool
	devices  map[string]string // -> the machine that it is attached to
	faults   []*fault
	calls    map[string]int
}

type fakeVolume struct {
	uuid     string
	pool     string
	size     int64
	attached string // the machine
	erased   int    // how often
}

func newPod() *fakePod {
	return &fakePod{
		volumes: map[string]*fakeVolume{}, machines: map[string]bool{},
		devices: map[string]string{}, calls: map[string]int{},
	}
}

func (p *fakePod) Probe(ctx context.Context) error {
	return p.act(ctx, "Probe", func() error { return nil })
}

func (p *fakePod) Pools(ctx context.Context) ([]service.Pool, error) {
	return do(ctx, p, "Pools", func() ([]service.Pool, error) {
		return []service.Pool{{Ref: "/pools/1", Name: "fast"}, {Ref: "/pools/2", Name: "twin"}, {Ref: "/pools/3", Name: "twin"}}, nil
	})
}

func (p *fakePod) CreateVolume(ctx context.Context, a service.VolumeAllocation) (string, error) {
	return do(ctx, p, "CreateVolume", func() (string, error) {
		p.made++
		ref := fmt.Sprintf("/volumes/%d", p.made)
		p.volumes[ref] = &fakeVolume{uuid: a.VolumeUUID, pool: cmp.Or(a.Pool, "/pools/1"), size: (a.CapacityBytes + 1023) / 1024 * 1024}
		return ref, nil
	})
}

func (p *fakePod) FindVolume(ctx context.Context, uuid string) (string, error) {
	return do(ctx, p, "FindVolume", func() (string, error) {
		for ref, v := range p.volumes {
			if v.uuid == uuid {
				return ref, nil
			}
		}
		return "", service.Errorf(service.NotFound, "no such volume")
	})
}

func (p *fakePod) Volume(ctx context.Context, ref string) (service.PodVolume, error) {
	return do(ctx, p, "Volume", func() (service.PodVolume, error) {
		v, err := p.volume(ref)
		if err != nil {
			return service.PodVolume{}, err
		}
		size := v.size
		return service.PodVolume{Ref: ref, CapacityBytes: &size, Protocol: "NVMeOverFabrics", Pool: v.pool, Health: "OK"}, nil
	})
}

func (p *fakePod) EraseVolume(ctx context.Context, ref string) error {
	return p.act(ctx, "EraseVolume", func() error {
		v, err := p.volume(ref)
		switch {
		case err != nil:
			return err
		case v.attached != "":
			return service.Errorf(service.Conflict, "the volume is attached")
		}
		v.erased++
		return nil
	})
}

func (p *fakePod) DeleteVolume(ctx context.Context, ref string) error {
	return p.act(ctx, "DeleteVolume", func() error {
		if v := p.volumes[ref]; v != nil && v.attached != "" {
			return service.Errorf(service.Conflict, "the volume is attached")
		}
		delete(p.volumes, ref)
		return nil
	})
}

func (p *fakePod) Attach(ctx context.Context, machine, resource string) error {
	return p.act(ctx, "Attach", func() error {
		if !p.machines[machine] {
			return service.Errorf(service.NotFound, "no such machine")
		}
		at, err := p.attachedTo(resource)
		switch {
		case err != nil:
			return err
		case at != "" && at != machine:
			return service.Errorf(service.Conflict, "it is attached elsewhere")
		}
		p.connect(resource, machine)
		return nil
	})
}

func (p *fakePod) Detach(ctx context.Context, machine, resource string) error {
	return p.act(ctx, "Detach", func() error {
		if at, err := p.attachedTo(resource); err == nil && at == machine {
			p.connect(resource, "")
		}
		return nil
	})
}

func (p *fakePod) Machine(ctx context.Context, machine string) (service.Machine, error) {
	return do(ctx, p, "Machine", func() (service.Machine, error) {
		m := service.Machine{Ref: machine}
		if !p.machines[machine] {
			return m, service.Errorf(service.NotFound, "no such machine")
		}
		for ref, v := range p.volumes {
			if v.attached == machine {
				m.Attached = append(m.Attached, ref)
			}
		}
		for ref, at := range p.devices {
			if at == machine {
				m.Attached = append(m.Attached, ref)
			}
		}
		slices.Sort(m.Attached)
		return m, nil
	})
}

func (p *fakePod) volume(ref string) (*fakeVolume, error) {
	if v := p.volumes[ref]; v != nil {
		return v, nil
	}
	return nil, service.Errorf(service.NotFound, "no such volume")
}

func (p *fakePod) attachedTo(resource string) (string, error) {
	if at, isDevice := p.devices[resource]; isDevice {
		return at, nil
	}
	v, err := p.volume(resource)
	if err != nil {
		return "", err
	}
	return v.attached, nil
}

func (p *fakePod) connect(resource, machine string) {
	if _, isDevice := p.devices[resource]; isDevice {
		p.devices[resource] = machine
		return
	}
	p.volumes[resource].attached = machine
}

// smash takes a machine away, with what is attached to it set free.
func (p *fakePod) smash(machine string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.machines, machine)
	for _, v := range p.volumes {
		if v.attached == machine {
			v.attached = ""
		}
	}
}

// peek looks at a volume of the pod.
func (p *fakePod) peek(t *testing.T, ref string) fakeVolume {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	v, err := p.volume(ref)
	if err != nil {
		t.Fatal(err)
	}
	return *v
}
