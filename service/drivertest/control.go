package drivertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
)

func testMachines(t *testing.T, d *desk) {
	list := func() []string {
		refs, err := d.pod.Machines(t.Context())
		if err != nil {
			t.Fatalf("Machines: %v", err)
		}
		return slices.Sorted(slices.Values(refs))
	}
	before := list()
	a, b := d.allocate(t, uuidA), d.allocate(t, uuidB)
	want := slices.Sorted(slices.Values(append(slices.Clone(before), a, b)))
	if got := list(); !slices.Equal(got, want) {
		t.Errorf("Machines = %v, want %v", got, want)
	}
	for _, ref := range []string{a, b} {
		if err := d.pod.Delete(t.Context(), ref); err != nil {
			t.Fatalf("Delete: %v", err)
		}
	}
	if got := list(); !slices.Equal(got, before) {
		t.Errorf("afterwards, Machines = %v, want %v", got, before)
	}
}

// testBoot sets what a machine boots from, and lets it be as it was.
func testBoot(t *testing.T, d *desk) {
	ref := d.assemble(t)
	sources := func() [2]string {
		m, err := d.pod.Machine(t.Context(), ref)
		if err != nil {
			t.Fatalf("Machine: %v", err)
		}
		return [2]string{m.BootSource, m.TargetBootSource}
	}
	if got := sources(); got[1] == d.Boot.Target {
		t.Fatalf("the machine boots from %v already: the fixture is wrong", got)
	}
	if err := d.pod.SetBoot(t.Context(), ref, d.Boot); err != nil {
		t.Fatalf("SetBoot: %v", err)
	}
	if got := sources(); got != [2]string{d.Boot.Target, d.Boot.Target} {
		t.Errorf("now it boots from %v, want %s", got, d.Boot.Target)
	}
	always := service.Boot{Enabled: service.BootContinuous, Target: d.Boot.Target}
	if err := d.pod.SetBoot(t.Context(), ref, always); err != nil {
		t.Errorf("SetBoot for every boot: %v", err)
	}
	if got := sources(); got != [2]string{d.Boot.Target, d.Boot.Target} {
		t.Errorf("for every boot, it boots from %v, want %s", got, d.Boot.Target)
	}
	if err := d.pod.SetBoot(t.Context(), ref, service.Boot{Enabled: service.BootDisabled}); err != nil {
		t.Errorf("SetBoot to disabled: %v", err)
	}
	if got := sources(); got[0] != "None" {
		t.Errorf("disabled, it boots from %v", got)
	}
	for says, boot := range map[string]service.Boot{
		d.Boot.Target:    {Enabled: service.BootOnce, Target: "Punchcard"},
		service.BootOnce: {Enabled: "Twice", Target: d.Boot.Target},
		"boot":           {},
	} {
		err := d.pod.SetBoot(t.Context(), ref, boot)
		wantCode(t, "SetBoot", err, service.Invalid)
		wantMessage(t, d, err)
		if err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("the error for %+v does not say %s: %v", boot, says, err)
		}
	}
}
