package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/valence-rsd/valence/service"
)

func testConcurrentUpdates(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	ctx := t.Context()
	f := flavor("counter")
	f.Properties.Memory.CapacityMiB = 0
	ok(t, a.CreateFlavor(ctx, f))
	const writers, times = 4, 5
	var all sync.WaitGroup
	for i := range writers {
		s := []service.Store{a, b}[i%2]
		all.Go(func() {
			for range times {
				_, err := s.UpdateFlavor(ctx, f.UUID, func(f *service.Flavor) error {
					f.Properties.Memory.CapacityMiB++
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	got, err := b.Flavor(ctx, f.UUID)
	ok(t, err)
	if got.Properties.Memory.CapacityMiB != writers*times {
		t.Errorf("%d updates are left of %d", got.Properties.Memory.CapacityMiB, writers*times)
	}
}

// many creates so many flavors that a list has to be read in pieces.
func many(t *testing.T, s service.Store) []service.Flavor {
	t.Helper()
	var list []service.Flavor
	for i := range 530 {
		f := flavor(fmt.Sprint(i))
		ok(t, s.CreateFlavor(t.Context(), f))
		list = append(list, f)
	}
	return list
}

func testOrder(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	want := many(t, s)
	// A change does not move a record.
	_, err := s.UpdateFlavor(ctx, want[3].UUID, func(f *service.Flavor) error { f.Description = "later"; return nil })
	ok(t, err)
	want[3].Description = "later"
	same(t, all(t, s.Flavors(ctx, "")), want)
}

func testListSeesOneMoment(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	want := many(t, s)
	var got []service.Flavor
	for f, err := range s.Flavors(ctx, "") {
		ok(t, err)
		if len(got) == 0 {
			ok(t, s.CreateFlavor(ctx, flavor("too late")))
			ok(t, s.DeleteFlavor(ctx, want[len(want)-1].UUID))
		}
		got = append(got, f)
	}
	same(t, got, want)
	taken := 0
	for _, err := range s.Flavors(ctx, "") {
		ok(t, err)
		if taken++; taken == 3 {
			break
		}
	}
}

func testNodeFilter(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm, other := registered(t, s, "a"), registered(t, s, "b")
	first := composed(t, s, pm, "/redfish/v1/Nodes/1")
	second := composed(t, s, pm, "/redfish/v1/Nodes/2")
	third := composed(t, s, other, "/redfish/v1/Nodes/1")
	tests := []struct {
		name   string
		filter service.NodeFilter
		want   []service.Node
	}{
		{"all", service.NodeFilter{}, []service.Node{first, second, third}},
		{"uuid", service.NodeFilter{UUID: second.UUID}, []service.Node{second}},
		{"uuid and another project", service.NodeFilter{UUID: second.UUID, ProjectID: "p2"}, nil},
		{"no uuid", service.NodeFilter{UUID: "x"}, nil},
		{"pod manager", service.NodeFilter{PodManagerID: pm.UUID}, []service.Node{first, second}},
		{"index", service.NodeFilter{Index: "1"}, []service.Node{first, third}},
		{"name", service.NodeFilter{Name: "db"}, nil},
		{"project", service.NodeFilter{ProjectID: "p1"}, []service.Node{first, second, third}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { same(t, all(t, s.Nodes(ctx, tt.filter, "")), tt.want) })
	}
}
