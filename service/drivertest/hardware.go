package drivertest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

func (d *desk) systems(t *testing.T) []service.System {
	t.Helper()
	all, err := d.pod.Systems(t.Context())
	if err != nil || len(all) < 2 {
		t.Fatalf("Systems = %v, %v; want at least two", all, err)
	}
	return all
}

// testSystems compares the list with what is said of each system alone, and
// with where the chassis say that it is.
func testSystems(t *testing.T, d *desk) {
	holder := map[string]service.Chassis{}
	for _, c := range d.allChassis(t) {
		for _, ref := range c.Systems {
			holder[ref] = c
		}
	}
	for _, sys := range d.systems(t) {
		if sys.Ref == "" || sys.ID == "" || sys.UUID == "" || sys.Health == "" || sys.Architecture == "" || sys.Model == "" ||
			value(sys.Cores) == 0 || sys.MemoryGiB == nil || amount(sys.StorageBytes) == 0 || value(sys.Interfaces) == 0 ||
			sys.Document == nil || sys.PodManagerID != d.PodManager.UUID {
			t.Errorf("a system lacks something: %+v", sys)
		}
		in := holder[sys.Ref]
		if sys.Chassis != in.Ref || len(sys.Location) == 0 || sys.Location[0] != in.Type+":"+in.ID {
			t.Errorf("system %s is in %q, at %v; want it in %q", sys.ID, sys.Chassis, sys.Location, in.Ref)
		}
		for _, id := range []string{sys.ID, sys.UUID, strings.ToUpper(sys.UUID)} {
			got, err := d.pod.System(t.Context(), id)
			if err != nil {
				t.Errorf("System(%s): %v", id, err)
			}
			if diff := cmp.Diff(sys, got); diff != "" {
				t.Errorf("System(%s) is not as in the list (-list +alone):\n%s", id, diff)
			}
		}
	}
}

// testParts compares the sums with what is summed.
func testParts(t *testing.T, d *desk) {
	for _, sys := range d.systems(t) {
		parts, err := d.pod.Parts(t.Context(), sys.Ref)
		if err != nil {
			t.Fatalf("Parts: %v", err)
		}
		cores, mib, storage := 0, 0, int64(0)
		for _, p := range parts.Processors {
			cores += value(p.TotalCores)
		}
		for _, m := range parts.Memory {
			mib += value(m.CapacityMiB)
		}
		for _, drive := range parts.Drives {
			storage += amount(drive.CapacityBytes)
			if drive.Name == "" || drive.Pooled {
				t.Errorf("a drive of %s is %+v", sys.ID, drive)
			}
		}
		got := []any{cores, float64(mib) / 1024, storage, len(parts.Interfaces)}
		want := []any{*sys.Cores, *sys.MemoryGiB, *sys.StorageBytes, *sys.Interfaces}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("cores, GiB, bytes, interfaces of %s (-system +parts):\n%s", sys.ID, diff)
		}
	}
}

func (d *desk) allChassis(t *testing.T) []service.Chassis {
	t.Helper()
	all, err := d.pod.Chassis(t.Context())
	if err != nil || len(all) == 0 {
		t.Fatalf("Chassis = %v, %v", all, err)
	}
	return all
}

// testChassis sees that the chassis are a forest in which every system has one
// place.
func testChassis(t *testing.T, d *desk) {
	chassis, parents, holders := map[string]bool{}, map[string]int{}, map[string]int{}
	all := d.allChassis(t)
	for _, c := range all {
		if c.Ref == "" || c.ID == "" || c.Type == "" || c.Name == "" || c.Document == nil || c.PodManagerID != d.PodManager.UUID {
			t.Errorf("a chassis lacks something: %+v", c)
		}
		chassis[c.Ref] = true
		for _, inner := range c.Contains {
			parents[inner]++
		}
		for _, sys := range c.Systems {
			holders[sys]++
		}
	}
	for inner, n := range parents {
		if n != 1 || !chassis[inner] {
			t.Errorf("%s is in %d chassis, and is a chassis: %t", inner, n, chassis[inner])
		}
	}
	for _, sys := range d.systems(t) {
		if holders[sys.Ref] != 1 {
			t.Errorf("system %s is in %d chassis", sys.ID, holders[sys.Ref])
		}
	}
}

// testUnreadableSystem breaks one system after the other.
func testUnreadableSystem(t *testing.T, d *desk) {
	whole := d.systems(t)
	for i, broken := range whole {
		d.tap.use(where(reading(broken.Ref), answering(http.StatusInternalServerError, "")))
		want := slices.Clone(whole)
		want[i] = service.System{
			PodManagerID: broken.PodManagerID, Ref: broken.Ref, ID: broken.ID,
			Chassis: broken.Chassis, Location: broken.Location,
		}
		if diff := cmp.Diff(want, d.systems(t)); diff != "" {
			t.Errorf("with %s broken (-want +got):\n%s", broken.ID, diff)
		}
		wantCode(t, "System", second(d.pod.System(t.Context(), broken.ID)), service.PodFailed)
	}
	d.tap.use(where(func(r *http.Request) bool {
		return slices.ContainsFunc(whole, func(s service.System) bool { return r.URL.Path == s.Ref })
	}, answering(http.StatusInternalServerError, "")))
	wantCode(t, "Systems with all of them broken", second(d.pod.Systems(t.Context())), service.PodFailed)
}

// testUnreadableParts breaks everything that one system consists of.
func testUnreadableParts(t *testing.T, d *desk) {
	whole := d.systems(t)
	broken := whole[0]
	below := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, broken.Ref+"/") }
	for _, status := range []int{http.StatusNotFound, http.StatusInternalServerError} {
		d.tap.use(where(below, answering(status, "")))
		got := d.systems(t)
		if got[0].UUID != broken.UUID || got[0].Cores != nil || got[0].StorageBytes != nil && *got[0].StorageBytes > 0 {
			t.Errorf("with its parts answered with %d, the system is %+v", status, got[0])
		}
		if diff := cmp.Diff(whole[1:], got[1:]); diff != "" {
			t.Errorf("the others have changed (-want +got):\n%s", diff)
		}
		_, err := d.pod.Parts(t.Context(), broken.Ref)
		if status == http.StatusNotFound && err != nil {
			t.Errorf("Parts of a system without any: %v", err)
		}
		if status != http.StatusNotFound {
			wantCode(t, "Parts", err, service.PodFailed)
		}
	}
}

// testMissingHardwareProperties takes away everything that is not essential.
func testMissingHardwareProperties(t *testing.T, d *desk) {
	stage := d.stage(t)
	whole, chassis := d.systems(t), d.allChassis(t)
	devices, err := d.pod.Devices(t.Context())
	if err != nil {
		t.Fatalf("Devices: %v", err)
	}
	for _, null := range []bool{true, false} {
		d.tap.use(rewriting(func(body []byte) []byte {
			var doc any
			if json.Unmarshal(body, &doc) != nil {
				return body
			}
			b, _ := json.Marshal(d.bare(doc, null))
			return b
		}))
		for _, c := range d.reading(stage) {
			switch c.name {
			case "Find", "FindVolume": // the mark is gone, too
				wantCode(t, c.name, c.do(t.Context(), d.pod), service.NotFound)
			default:
				if err := c.do(t.Context(), d.open(t, d.PodManager)); err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			}
		}
		for i, sys := range d.systems(t) {
			if sys.Ref != whole[i].Ref || sys.Name != "" || sys.Cores != nil || sys.MemoryGiB != nil || sys.StorageBytes != nil ||
				value(sys.Interfaces) != value(whole[i].Interfaces) || len(sys.Location) != len(whole[i].Location) {
				t.Errorf("the system has what was taken away, or lacks what was not: %+v", sys)
			}
		}
		for i, c := range d.allChassis(t) {
			if c.Ref != chassis[i].Ref || c.Type != "" || !slices.Equal(c.Contains, chassis[i].Contains) {
				t.Errorf("the chassis has what was taken away, or lacks what was not: %+v", c)
			}
		}
		if bare, err := d.pod.Devices(t.Context()); err != nil || len(bare) != len(devices) {
			t.Errorf("there are %d devices, want %d: %v", len(bare), len(devices), err)
		}
		if stage.attached != "" && !d.has(t, stage.machine, stage.attached) {
			t.Error("the machine does not have what is attached to it")
		}
	}
}
