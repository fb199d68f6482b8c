package drivertest

import (
	"context"
	"slices"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// scene is what there is on the pod for every call to work.
type scene struct {
	machine  string // assembled
	system   string // the ref of the system behind it
	systemID string
	volume   string // not attached
	free     string // a volume or device that is not attached; empty where nothing can be
	attached string // a volume or device that the machine has
}

const (
	volumeA = "7c2f1d9a-4a3c-4c0e-9f52-7b0f3c1f8b01"
	volumeB = "7c2f1d9a-4a3c-4c0e-9f52-7b0f3c1f8b02"
	volumeC = "7c2f1d9a-4a3c-4c0e-9f52-7b0f3c1f8b03"
)

// storage says whether the pod has pooled storage.
func (d *desk) storage() bool { return d.Volume.CapacityBytes > 0 }

// stage makes everything that the calls are about.
func (d *desk) stage(t *testing.T) scene {
	t.Helper()
	s := scene{machine: d.assemble(t)}
	m, err := d.pod.Machine(t.Context(), s.machine)
	if err != nil {
		t.Fatalf("Machine: %v", err)
	}
	s.system = m.SystemRef
	s.systemID = d.systemOf(t, s.system).ID
	switch {
	case d.storage():
		s.volume, s.attached = d.createVolume(t, volumeA), d.createVolume(t, volumeB)
		s.free = s.volume
	case d.Devices > 1:
		free := d.freeDevices(t)
		s.free, s.attached = free[0].Ref, free[1].Ref
	default:
		return s
	}
	if err := d.pod.Attach(t.Context(), s.machine, s.attached); err != nil {
		t.Fatalf("Attach: %v", err)
	}
	return s
}

func (d *desk) systemOf(t *testing.T, ref string) service.System {
	t.Helper()
	all, err := d.pod.Systems(t.Context())
	if err != nil {
		t.Fatalf("Systems: %v", err)
	}
	i := slices.IndexFunc(all, func(s service.System) bool { return s.Ref == ref })
	if i < 0 {
		t.Fatalf("the system %q is not among the %d systems", ref, len(all))
	}
	return all[i]
}

func (d *desk) createVolume(t *testing.T, uuid string) (ref string) {
	t.Helper()
	ref, err := d.pod.CreateVolume(t.Context(), d.volume(uuid))
	if err != nil {
		t.Fatalf("CreateVolume: %v", err)
	}
	return ref
}

func (d *desk) volume(uuid string) service.VolumeAllocation {
	a := d.Volume
	a.VolumeUUID, a.Name, a.Description = uuid, "data-1", "database"
	return a
}

func (d *desk) freeDevices(t *testing.T) []service.Device {
	t.Helper()
	all, err := d.pod.Devices(t.Context())
	if err != nil {
		t.Fatalf("Devices: %v", err)
	}
	free := slices.DeleteFunc(all, func(dev service.Device) bool { return dev.State != service.DeviceFree })
	if len(free) < d.Devices {
		t.Fatalf("%d devices are free, want %d: %+v", len(free), d.Devices, all)
	}
	return free
}

// call is one method of service.Pod, with arguments that work.
type call struct {
	name string
	kind kind
	// about is the ref of the one thing that a reading call describes. Where
	// the pod says nothing of it, that is what the call may say, too.
	about string
	do    func(context.Context, service.Pod) error
}

// kind is what a call does to the pod.
type kind int

const (
	reads kind = iota
	changes
	removes
)

// calls are all methods that talk to the pod manager, those that remove
// something last.
func (d *desk) calls(s scene) []call {
	all := d.machineCalls(s)
	all = append(all, hardwareCalls(s)...)
	if d.storage() {
		all = append(all, d.storageCalls(s)...)
	}
	if s.free != "" {
		all = append(all, attachCalls(s)...) // after what a volume must be free for
	}
	slices.SortStableFunc(all, func(a, b call) int { return int(a.kind) - int(b.kind) })
	return all
}

// lasting are the calls that remove nothing, and can be made again.
func (d *desk) lasting(s scene) []call {
	return slices.DeleteFunc(d.calls(s), func(c call) bool { return c.kind == removes })
}

func (d *desk) reading(s scene) []call {
	return slices.DeleteFunc(d.calls(s), func(c call) bool { return c.kind != reads })
}

func (d *desk) machineCalls(s scene) []call {
	ref := s.machine
	return []call{
		{"Probe", reads, "", func(ctx context.Context, p service.Pod) error { return p.Probe(ctx) }},
		{"Find", reads, "", func(ctx context.Context, p service.Pod) error { return second(p.Find(ctx, uuidA)) }},
		{"State", reads, ref, func(ctx context.Context, p service.Pod) error { return second(p.State(ctx, ref)) }},
		{"Machine", reads, ref, func(ctx context.Context, p service.Pod) error { return second(p.Machine(ctx, ref)) }},
		{"Machines", reads, "", func(ctx context.Context, p service.Pod) error { return second(p.Machines(ctx)) }},
		{"Reset", changes, "", func(ctx context.Context, p service.Pod) error { return p.Reset(ctx, ref, service.ResetForceOff) }},
		{"SetBoot", changes, "", func(ctx context.Context, p service.Pod) error { return p.SetBoot(ctx, ref, d.Boot) }},
		{"Assemble", changes, "", func(ctx context.Context, p service.Pod) error { return p.Assemble(ctx, ref) }},
		{"Allocate", changes, "", func(ctx context.Context, p service.Pod) error {
			return second(p.Allocate(ctx, d.allocation(uuidB)))
		}},
		{"Delete", removes, "", func(ctx context.Context, p service.Pod) error { return p.Delete(ctx, ref) }},
	}
}

func attachCalls(s scene) []call {
	return []call{
		{"Attach", changes, "", func(ctx context.Context, p service.Pod) error { return p.Attach(ctx, s.machine, s.free) }},
		{"Detach", changes, "", func(ctx context.Context, p service.Pod) error { return p.Detach(ctx, s.machine, s.attached) }},
	}
}

func hardwareCalls(s scene) []call {
	return []call{
		{"Systems", reads, "", func(ctx context.Context, p service.Pod) error { return second(p.Systems(ctx)) }},
		{"System", reads, s.system, func(ctx context.Context, p service.Pod) error { return second(p.System(ctx, s.systemID)) }},
		{"Parts", reads, s.system, func(ctx context.Context, p service.Pod) error { return second(p.Parts(ctx, s.system)) }},
		{"Chassis", reads, "", func(ctx context.Context, p service.Pod) error { return second(p.Chassis(ctx)) }},
		{"Devices", reads, "", func(ctx context.Context, p service.Pod) error { return second(p.Devices(ctx)) }},
	}
}

func (d *desk) storageCalls(s scene) []call {
	ref := s.volume
	return []call{
		{"Pools", reads, "", func(ctx context.Context, p service.Pod) error { return second(p.Pools(ctx)) }},
		{"FindVolume", reads, "", func(ctx context.Context, p service.Pod) error { return second(p.FindVolume(ctx, volumeA)) }},
		{"Volume", reads, ref, func(ctx context.Context, p service.Pod) error { return second(p.Volume(ctx, ref)) }},
		{"CreateVolume", changes, "", func(ctx context.Context, p service.Pod) error {
			return second(p.CreateVolume(ctx, d.volume(volumeC)))
		}},
		{"EraseVolume", changes, "", func(ctx context.Context, p service.Pod) error { return p.EraseVolume(ctx, ref) }},
		{"DeleteVolume", removes, "", func(ctx context.Context, p service.Pod) error { return p.DeleteVolume(ctx, ref) }},
	}
}
