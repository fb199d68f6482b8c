package drivertest

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

// testLife takes one machine from nothing to nothing.
func testLife(t *testing.T, d *desk) {
	ctx := t.Context()
	if err := d.pod.Probe(ctx); err != nil {
		t.Fatalf("Probe: %v", err)
	}
	wantCode(t, "Find before", second(d.pod.Find(ctx, uuidA)), service.NotFound)
	ref := d.allocate(t, uuidA)
	if !strings.HasPrefix(ref, "/") {
		t.Errorf("the ref is %q, want a path", ref)
	}
	early := []service.MachineState{service.MachineAllocated, service.MachineAssembling, service.MachineAssembled}
	if state, err := d.pod.State(ctx, ref); err != nil || !slices.Contains(early, state) {
		t.Errorf("State of a new machine = %q, %v", state, err)
	}
	if found, err := d.pod.Find(ctx, uuidA); found != ref || err != nil {
		t.Errorf("Find = %q, %v; want %q", found, err, ref)
	}
	if err := d.pod.Assemble(ctx, ref); err != nil {
		t.Fatalf("Assemble: %v", err)
	}
	eventually(t, "the machine is assembled", func() bool {
		state, err := d.pod.State(ctx, ref)
		return err == nil && state == service.MachineAssembled
	})
	d.power(t, ref)
	if err := d.pod.Delete(ctx, ref); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	if err := d.pod.Delete(ctx, ref); err != nil {
		t.Errorf("Delete of what is gone: %v", err)
	}
	wantCode(t, "State after", second(d.pod.State(ctx, ref)), service.NotFound)
	wantCode(t, "Find after", second(d.pod.Find(ctx, uuidA)), service.NotFound)
}

// power switches a machine off and on, whatever it was before.
func (d *desk) power(t *testing.T, ref string) {
	t.Helper()
	steps := []struct {
		reset service.ResetType
		power string
	}{
		{service.ResetOn, "On"}, {service.ResetForceOff, "Off"}, {service.ResetOn, "On"},
	}
	for _, step := range steps {
		m, err := d.pod.Machine(t.Context(), ref)
		if err != nil {
			t.Fatalf("Machine: %v", err)
		}
		if m.PowerState == step.power {
			continue
		}
		if err := d.pod.Reset(t.Context(), ref, step.reset); err != nil {
			t.Fatalf("Reset %s: %v", step.reset, err)
		}
		eventually(t, "the power is "+step.power, func() bool {
			m, err := d.pod.Machine(t.Context(), ref)
			return err == nil && m.PowerState == step.power
		})
	}
}

// testMachine looks at everything that is said of a machine.
func testMachine(t *testing.T, d *desk) {
	ref := d.assemble(t)
	m, err := d.pod.Machine(t.Context(), ref)
	if err != nil {
		t.Fatalf("Machine: %v", err)
	}
	got := []any{m.Ref, m.Name, m.Description, m.State, m.Health}
	want := []any{ref, "web-1", "front end", service.MachineAssembled, "OK"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ref, name, description, state, health (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(m.SystemRef, "/") {
		t.Errorf("SystemRef = %q, want a path", m.SystemRef)
	}
	if !slices.Contains(m.ResetTypes, service.ResetOn) || !slices.Contains(m.ResetTypes, service.ResetForceOff) {
		t.Errorf("ResetTypes = %v, want On and ForceOff among them", m.ResetTypes)
	}
	cores, mib := 0, 0
	for _, p := range m.Processors {
		cores += value(p.TotalCores)
		if p.Model == "" || p.InstructionSet == "" || value(p.SpeedMHz) == 0 {
			t.Errorf("a processor lacks something: %+v", p)
		}
	}
	for _, module := range m.Memory {
		mib += value(module.CapacityMiB)
		if value(module.DataWidthBits) == 0 || value(module.SpeedMHz) == 0 {
			t.Errorf("a memory module lacks something: %+v", module)
		}
	}
	if cores < d.Fits.Processor.TotalCores || mib < d.Fits.Memory.CapacityMiB {
		t.Errorf("the machine has %d cores and %d MiB, less than was asked for", cores, mib)
	}
	if len(m.Interfaces) == 0 {
		t.Error("the machine has no interfaces")
	}
	for _, i := range m.Interfaces {
		if i.MAC == "" || value(i.SpeedMbps) == 0 {
			t.Errorf("an interface lacks something: %+v", i)
		}
	}
}

func value(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// testTwoMachines tells two machines apart.
func testTwoMachines(t *testing.T, d *desk) {
	a, b := d.allocate(t, uuidA), d.allocate(t, uuidB)
	if a == b {
		t.Fatalf("both machines are %s", a)
	}
	for uuid, want := range map[string]string{uuidA: a, uuidB: b} {
		if got, err := d.pod.Find(t.Context(), uuid); got != want || err != nil {
			t.Errorf("Find(%s) = %q, %v; want %q", uuid, got, err, want)
		}
	}
	if err := d.pod.Delete(t.Context(), a); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	if got, err := d.pod.Find(t.Context(), uuidB); got != b || err != nil {
		t.Errorf("after deleting the other one, Find = %q, %v; want %q", got, err, b)
	}
}

func testNoCapacity(t *testing.T, d *desk) {
	a := d.allocation(uuidA)
	a.Requirements = d.Excessive
	_, err := d.pod.Allocate(t.Context(), a)
	wantCode(t, "Allocate", err, service.NoCapacity)
	wantMessage(t, d, err)
	wantCode(t, "Find", second(d.pod.Find(t.Context(), uuidA)), service.NotFound)
}

func testUnsupported(t *testing.T, d *desk) {
	for field, r := range d.Unsupported {
		_, err := d.pod.Allocate(t.Context(), service.Allocation{NodeUUID: uuidA, Requirements: r})
		wantCode(t, field, err, service.Invalid)
		if err != nil && !strings.Contains(err.Error(), field) {
			t.Errorf("the error does not name %s: %v", field, err)
		}
	}
	wantCode(t, "Find", second(d.pod.Find(t.Context(), uuidA)), service.NotFound)
}

// testUnknown names what is not there.
func testUnknown(t *testing.T, d *desk) {
	stage := d.stage(t)
	stage.machine += "999"
	stage.system += "999"
	stage.systemID = "no such system"
	if d.storage() {
		stage.volume += "999"
	}
	for _, c := range d.calls(stage) {
		switch c.name {
		case "State", "Machine", "Reset", "SetBoot", "Assemble", "Attach", "System", "Parts", "Volume", "EraseVolume":
			err := c.do(t.Context(), d.pod)
			wantCode(t, c.name, err, service.NotFound)
			wantMessage(t, d, err)
		case "Delete", "DeleteVolume", "Detach":
			if err := c.do(t.Context(), d.pod); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

func testUnofferedReset(t *testing.T, d *desk) {
	ref := d.assemble(t)
	err := d.pod.Reset(t.Context(), ref, "Explode")
	wantCode(t, "Reset", err, service.Invalid)
	if err != nil && !strings.Contains(err.Error(), string(service.ResetForceOff)) {
		t.Errorf("the error does not list what the machine offers: %v", err)
	}
}

// testOfferedResets does everything that a machine offers.
func testOfferedResets(t *testing.T, d *desk) {
	ref := d.assemble(t)
	m, err := d.pod.Machine(t.Context(), ref)
	if err != nil {
		t.Fatalf("Machine: %v", err)
	}
	for _, reset := range m.ResetTypes {
		if err := d.pod.Reset(t.Context(), ref, reset); err != nil {
			t.Errorf("Reset %s: %v", reset, err)
		}
	}
	if state, err := d.pod.State(t.Context(), ref); state != service.MachineAssembled || err != nil {
		t.Errorf("afterwards its state is %s, %v", state, err)
	}
}

// testWrongState asks for what the state of a machine does not allow.
func testWrongState(t *testing.T, d *desk) {
	early := d.allocate(t, uuidB)
	late := d.assemble(t)
	for name, err := range map[string]error{
		"Assemble of what is assembled": d.pod.Assemble(t.Context(), late),
		"Reset before assembly":         d.pod.Reset(t.Context(), early, service.ResetForceOff),
	} {
		if d.WrongState == 0 && err == nil {
			continue
		}
		wantCode(t, name, err, service.Conflict)
		wantMessage(t, d, err)
	}
}

// testForeignMark copies the description of somebody else's machine, mark and
// all, as it stands on the pod.
func testForeignMark(t *testing.T, d *desk) {
	mine := d.allocate(t, uuidA)
	for _, stolen := range []string{uuidA, "[valence:" + uuidA + "]", "x [valence:" + uuidA + "]"} {
		a := d.allocation(uuidB)
		a.Description = stolen
		ref, err := d.pod.Allocate(t.Context(), a)
		if err != nil {
			t.Fatalf("Allocate: %v", err)
		}
		if m, err := d.pod.Machine(t.Context(), ref); err != nil || m.Description != stolen {
			t.Errorf("the description is %q, %v; want %q", m.Description, err, stolen)
		}
		if got, err := d.pod.Find(t.Context(), uuidB); got != ref || err != nil {
			t.Errorf("Find of the copy = %q, %v; want %q", got, err, ref)
		}
		if err := d.pod.Delete(t.Context(), mine); err != nil {
			t.Fatalf("Delete: %v", err)
		}
		wantCode(t, "Find of what is gone", second(d.pod.Find(t.Context(), uuidA)), service.NotFound)
		if err := d.pod.Delete(t.Context(), ref); err != nil {
			t.Fatalf("Delete: %v", err)
		}
		mine = d.allocate(t, uuidA)
	}
}

// testManyAtOnce uses one pod from many sides.
func testManyAtOnce(t *testing.T, d *desk) {
	stage := d.stage(t)
	fresh := d.open(t, d.PodManager) // so that they sign in together, too
	var wg sync.WaitGroup
	for range 8 {
		for _, c := range d.reading(stage) {
			wg.Go(func() {
				if err := c.do(t.Context(), fresh); err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			})
		}
	}
	wg.Wait()
	if got := d.tap.sessions(); got > 2 {
		t.Errorf("%d sessions are open for two pods", got)
	}
}
