package drivertest

import (
	"context"
	"slices"
	"testing"

	"github.com/valence-rsd/valence/service"
)

func testAttachVolume(t *testing.T, d *desk) {
	if !d.storage() {
		t.Skip("this pod has no pooled storage")
	}
	machine, volume := d.assemble(t), d.createVolume(t, volumeA)
	d.attachAndDetach(t, machine, volume, func() {
		wantCode(t, "EraseVolume of an attached volume", d.pod.EraseVolume(t.Context(), volume), service.Conflict)
		err := d.pod.DeleteVolume(t.Context(), volume)
		wantCode(t, "DeleteVolume of an attached volume", err, service.Conflict)
		wantMessage(t, d, err)
	})
	d.erase(t, volume)
	if err := d.pod.DeleteVolume(t.Context(), volume); err != nil {
		t.Errorf("DeleteVolume: %v", err)
	}
}

// testEraseOnDetach has volumes erased when they come back, or not, as it was
// asked for when they were made. Where the pod does not say whether a volume is
// erased, there is little to see.
func testEraseOnDetach(t *testing.T, d *desk) {
	if !d.storage() {
		t.Skip("this pod has no pooled storage")
	}
	machine := d.assemble(t)
	for uuid, wanted := range map[string]bool{volumeA: true, volumeB: false} {
		a := d.volume(uuid)
		a.EraseOnDetach = wanted
		ref, err := d.pod.CreateVolume(t.Context(), a)
		if err != nil {
			t.Fatalf("CreateVolume: %v", err)
		}
		for _, do := range []func(context.Context, string, string) error{d.pod.Attach, d.pod.Detach} {
			if err := do(t.Context(), machine, ref); err != nil {
				t.Fatalf("attaching and detaching: %v", err)
			}
		}
		if wanted { // to ask for it besides, while the pod may be at it by itself, is no conflict
			d.erase(t, ref)
		} else if is := d.readVolume(t, ref).Erased; is != nil && *is {
			t.Error("a volume is erased that nobody wanted to be")
		}
	}
}

func testAttachDevice(t *testing.T, d *desk) {
	if d.Devices == 0 {
		t.Skip("this pod has no pooled devices")
	}
	machine := d.assemble(t)
	for _, dev := range d.freeDevices(t) {
		if dev.Ref == "" || dev.Type == "" || len(dev.Properties) == 0 || dev.MachineRef != "" || dev.UUID != "" ||
			dev.PodManagerID != d.PodManager.UUID {
			t.Errorf("a free device lacks something, or has too much: %+v", dev)
		}
		d.attachAndDetach(t, machine, dev.Ref, func() {
			if got := d.device(t, dev.Ref); got.State != service.DeviceAllocated || got.MachineRef != machine {
				t.Errorf("attached, the device is %+v", got)
			}
		})
		if got := d.device(t, dev.Ref); got.State != service.DeviceFree || got.MachineRef != "" {
			t.Errorf("detached, the device is %+v", got)
		}
	}
}

func (d *desk) device(t *testing.T, ref string) service.Device {
	t.Helper()
	all, err := d.pod.Devices(t.Context())
	if err != nil {
		t.Fatalf("Devices: %v", err)
	}
	i := slices.IndexFunc(all, func(dev service.Device) bool { return dev.Ref == ref })
	if i < 0 {
		t.Fatalf("the device %s is gone", ref)
	}
	return all[i]
}

// attachAndDetach does each of it twice, and looks around in between.
func (d *desk) attachAndDetach(t *testing.T, machine, resource string, attached func()) {
	t.Helper()
	ctx := t.Context()
	for _, time := range []string{"first", "second"} {
		if err := d.pod.Attach(ctx, machine, resource); err != nil {
			t.Fatalf("the %s Attach of %s: %v", time, resource, err)
		}
	}
	if !d.has(t, machine, resource) {
		t.Errorf("%s is attached, and the machine does not say so", resource)
	}
	other := d.other(t)
	err := d.pod.Attach(ctx, other, resource)
	wantCode(t, "Attach to another machine", err, service.Conflict)
	wantMessage(t, d, err)
	if err := d.pod.Detach(ctx, other, resource); err != nil || !d.has(t, machine, resource) {
		t.Errorf("Detach from a machine that does not have it: %v", err)
	}
	attached()
	for _, time := range []string{"first", "second"} {
		if err := d.pod.Detach(ctx, machine, resource); err != nil {
			t.Fatalf("the %s Detach of %s: %v", time, resource, err)
		}
	}
	if d.has(t, machine, resource) {
		t.Errorf("%s is detached, and the machine says that it has it", resource)
	}
	wantCode(t, "Attach of what is not there", d.pod.Attach(ctx, machine, resource+"999"), service.NotFound)
	if err := d.pod.Detach(ctx, machine, resource+"999"); err != nil {
		t.Errorf("Detach of what is not there: %v", err)
	}
	if err := d.pod.Delete(ctx, other); err != nil {
		t.Fatalf("Delete: %v", err)
	}
}

// other is a second machine, ready for use.
func (d *desk) other(t *testing.T) string {
	t.Helper()
	ref := d.allocate(t, uuidB)
	d.makeReady(t, ref)
	return ref
}

func (d *desk) has(t *testing.T, machine, resource string) bool {
	t.Helper()
	m, err := d.pod.Machine(t.Context(), machine)
	if err != nil {
		t.Fatalf("Machine: %v", err)
	}
	return slices.Contains(m.Attached, resource)
}

// testDeleteAttached deletes a machine with all that it has.
func testDeleteAttached(t *testing.T, d *desk) {
	stage := d.stage(t)
	if stage.free == "" {
		t.Skip("nothing can be attached on this pod")
	}
	if err := d.pod.Delete(t.Context(), stage.machine); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	if err := d.pod.Detach(t.Context(), stage.machine, stage.attached); err != nil {
		t.Errorf("Detach from a machine that is gone: %v", err)
	}
	again := d.other(t)
	if d.has(t, again, stage.attached) {
		t.Error("a new machine has what the old one had")
	}
	if err := d.pod.Attach(t.Context(), again, stage.attached); err != nil {
		t.Errorf("Attach of what came back: %v", err)
	}
}

// testLostAttach loses the answers to requests that worked.
func testLostAttach(t *testing.T, d *desk) {
	stage := d.stage(t)
	if stage.free == "" {
		t.Skip("nothing can be attached on this pod")
	}
	steps := []struct {
		name string
		do   func() error
		has  bool
	}{
		{"Attach", func() error { return d.pod.Attach(t.Context(), stage.machine, stage.free) }, true},
		{"Detach", func() error { return d.pod.Detach(t.Context(), stage.machine, stage.free) }, false},
	}
	for _, step := range steps {
		d.tap.use(where(changing, losing))
		wantCode(t, step.name+" without an answer", step.do(), service.Unavailable)
		d.tap.use(nil)
		if err := step.do(); err != nil {
			t.Errorf("%s again: %v", step.name, err)
		}
		if got := d.has(t, stage.machine, stage.free); got != step.has {
			t.Errorf("after %s, the machine has it: %t", step.name, got)
		}
	}
}
