package inventory_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// TestListsOfAll is about lists from several pods, some of which are in trouble.
func TestListsOfAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	systems, err := w.systems("")
	if err != nil || len(systems) != 0 {
		t.Errorf("without pods: %v, %v", systems, err)
	}
	_, err = w.inventory.Pools(t.Context(), "")
	code(t, err, service.Invalid)

	a := w.add("a", &fakePod{
		systems: []service.System{{ID: "1"}, {ID: "2"}}, chassis: []service.Chassis{{ID: "Rack1"}}, pools: []service.Pool{{Ref: "/a"}},
	})
	b := w.add("b", &fakePod{systems: []service.System{{ID: "1"}}, chassis: []service.Chassis{{ID: "Rack1"}}, pools: []service.Pool{{Ref: "/b"}}})
	systems, err = w.systems("")
	ok(t, err)
	want := []service.System{{PodManagerID: a, ID: "1"}, {PodManagerID: a, ID: "2"}, {PodManagerID: b, ID: "1"}}
	if diff := cmp.Diff(want, systems); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	w.add("deaf", &fakePod{hang: true})
	w.add("broken", &fakePod{err: service.Errorf(service.PodFailed, "it is on fire")})
	begin := time.Now()
	seen, err := w.inventory.Systems(t.Context(), service.Look{})
	ok(t, err)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if len(seen.Parts) != 4 || seen.Parts[0].Err != nil || seen.Parts[1].Err != nil || !seen.Read {
		t.Fatalf("parts %+v", seen.Parts)
	}
	code(t, seen.Parts[2].Err, service.Timeout)
	code(t, seen.Parts[3].Err, service.PodFailed)
	for n, words := range []string{"the pod manager did not answer within 300ms", "it is on fire"} {
		if p := seen.Parts[2+n]; !strings.Contains(p.Err.Error(), words) || !p.ReadAt.IsZero() {
			t.Errorf("part %+v does not say %q", p, words)
		}
	}
	if diff := cmp.Diff(want, unseen(seen.Items)); diff != "" {
		t.Errorf("beside pods in trouble, -want +got:\n%s", diff)
	}
	chassis, err := w.inventory.Chassis(t.Context(), service.Look{})
	ok(t, err)
	if diff := cmp.Diff([]service.Chassis{{PodManagerID: a, ID: "Rack1"}, {PodManagerID: b, ID: "Rack1"}}, unseenChassis(chassis.Items)); diff != "" {
		t.Errorf("beside pods in trouble, -want +got:\n%s", diff)
	}

	systems, err = w.systems("b")
	ok(t, err)
	if diff := cmp.Diff(want[2:], systems); diff != "" {
		t.Errorf("of one, -want +got:\n%s", diff)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = w.inventory.Systems(gone, service.Look{}); err == nil {
		t.Error("there is a list for a caller who went away")
	}
}

// TestListsOfOne is about asking for one pod manager, by name and by UUID.
func TestListsOfOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("a", &fakePod{systems: []service.System{{ID: "1"}}, pools: []service.Pool{{Ref: "/a"}}})
	b := w.add("b", &fakePod{systems: []service.System{{ID: "1"}}, pools: []service.Pool{{Ref: "/b"}}})
	deaf := w.add("deaf", &fakePod{hang: true})
	w.add("broken", &fakePod{err: service.Errorf(service.PodFailed, "it is on fire")})
	for _, id := range []string{"b", b} {
		systems, err := w.systems(id)
		ok(t, err)
		if diff := cmp.Diff([]service.System{{PodManagerID: b, ID: "1"}}, systems); diff != "" {
			t.Errorf("of one, -want +got:\n%s", diff)
		}
		pools, err := w.inventory.Pools(t.Context(), id)
		ok(t, err)
		if diff := cmp.Diff([]service.Pool{{Ref: "/b"}}, pools); diff != "" {
			t.Errorf("pools, -want +got:\n%s", diff)
		}
	}
	_, err := w.inventory.Pools(t.Context(), "")
	code(t, err, service.Invalid)
	_, err = w.systems("broken")
	code(t, err, service.PodFailed)
	_, err = w.systems(deaf)
	code(t, err, service.Timeout)
	_, err = w.chassis("nowhere")
	code(t, err, service.NotFound)
	_, err = w.chassis(uuid.NewString())
	code(t, err, service.NotFound)
}

// TestDeadPodsAreWaitedForAtOnce is about dead pods, nearly as many as are asked
// at once, beside one that is alive.
func TestDeadPodsAreWaitedForAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 14 {
		w.add(uuid.NewString(), &fakePod{hang: true})
	}
	w.add("alive", &fakePod{systems: []service.System{{ID: "1"}}})
	begin := time.Now()
	systems, err := w.systems("")
	ok(t, err)
	if took := time.Since(begin); took > 2*time.Second || len(systems) != 1 {
		t.Errorf("%d systems after %s", len(systems), took)
	}
}

type systemCase struct {
	pod, id  string
	want     string // UUID
	of       string
	code     service.Code
	mentions []string
}

// systemCases are who finds which system on two pods, a and b; first those that
// a third pod in trouble changes nothing about.
func systemCases(a, b string) []systemCase {
	return []systemCase{
		{"", "u-1", "u-1", a, "", nil},
		{"", "red", "u-1", a, "", nil},
		{"", "green", "u-9", b, "", nil},
		{"b", "1", "u-9", b, "", nil},
		{a, "1", "u-1", a, "", nil},
		{"", "1", "", "", service.Conflict, []string{"1 of a", "1 of b"}},
		{"", "blue", "", "", service.Conflict, []string{"2 of a", "3 of a"}},
		{"b", "red", "", "", service.NotFound, nil},
		{"", "white", "", "", service.NotFound, nil},
		{"", "", "", "", service.NotFound, nil},
		{"nowhere", "1", "", "", service.NotFound, nil},
	}
}

func TestSystem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.add("a", &fakePod{systems: []service.System{
		{ID: "1", UUID: "u-1", Name: "red", Ref: "/1"}, {ID: "2", UUID: "u-2", Name: "blue"}, {ID: "3", UUID: "u-3", Name: "blue"},
	}})
	b := w.add("b", &fakePod{systems: []service.System{{ID: "1", UUID: "u-9", Name: "green"}}})
	check := func(tests []systemCase) {
		t.Helper()
		for _, tt := range tests {
			s, _, err := w.inventory.System(t.Context(), service.Look{PodManagerID: tt.pod}, tt.id)
			if tt.code != "" {
				code(t, err, tt.code)
				for _, words := range tt.mentions {
					if !strings.Contains(err.Error(), words) {
						t.Errorf("it says %q, and not %q", err, words)
					}
				}
				continue
			}
			if err != nil || s.UUID != tt.want || s.PodManagerID != tt.of {
				t.Errorf("system %q of %q is %+v, %v", tt.id, tt.pod, s, err)
			}
		}
	}
	tests := systemCases(a, b)
	check(tests)
	parts, err := w.inventory.Parts(t.Context(), service.System{PodManagerID: a, Ref: "/1"})
	ok(t, err)
	if len(parts.Drives) != 1 || parts.Drives[0].Ref != "/1/drive" {
		t.Errorf("parts %+v", parts)
	}
	_, err = w.inventory.Parts(t.Context(), service.System{PodManagerID: uuid.NewString()})
	code(t, err, service.NotFound)

	// One that is down may have the system that is nowhere else, and no other.
	w.add("down", &fakePod{err: service.Errorf(service.Unavailable, "down")})
	_, _, err = w.inventory.System(t.Context(), service.Look{}, "white")
	code(t, err, service.Unavailable)
	_, _, err = w.inventory.System(t.Context(), service.Look{PodManagerID: "down"}, "1")
	code(t, err, service.Unavailable)
	check(tests[:8])
}
