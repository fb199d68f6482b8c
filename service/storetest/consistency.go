package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

func testAfter(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	var want []service.Flavor
	for i := range 7 {
		want = append(want, flavor(fmt.Sprint(i)))
		ok(t, s.CreateFlavor(ctx, want[i]))
	}
	for i, f := range want {
		same(t, all(t, s.Flavors(ctx, f.UUID)), append([]service.Flavor(nil), want[i+1:]...))
	}
	ok(t, s.DeleteFlavor(ctx, want[3].UUID))
	for _, id := range []string{want[3].UUID, uuid.NewString(), "x"} {
		for _, err := range s.Flavors(ctx, id) {
			code(t, err, service.NotFound)
		}
	}
	same(t, all(t, s.Flavors(ctx, want[2].UUID)), want[4:])

	pm, other := registered(t, s, "a"), registered(t, s, "b")
	first := composed(t, s, pm, "/redfish/v1/Nodes/1")
	second := composed(t, s, other, "/redfish/v1/Nodes/1")
	third := composed(t, s, pm, "/redfish/v1/Nodes/2")
	onPM := service.NodeFilter{PodManagerID: pm.UUID}
	same(t, all(t, s.Nodes(ctx, onPM, first.UUID)), []service.Node{third})
	same(t, all(t, s.Nodes(ctx, onPM, second.UUID)), []service.Node{third}) // need not match itself
	same(t, all(t, s.PodManagers(ctx, pm.UUID)), []service.PodManager{other})
}

// testListsAreApart is about whoever changes what a list gave.
func testListsAreApart(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	f := flavor("a")
	ok(t, s.CreateFlavor(ctx, f))
	d := device(registered(t, s, "a"), "/redfish/v1/Devices/1")
	ok(t, s.CreateDevice(ctx, d))
	for range 2 {
		for got, err := range s.Flavors(ctx, "") {
			ok(t, err)
			same(t, got, f)
			got.Properties.PCIDevices[0] = "spoilt"
		}
		for got, err := range s.Devices(ctx, service.DeviceFilter{}, "") {
			ok(t, err)
			same(t, got, d)
			got.Properties["model"] = "spoilt"
			got.Extra["oem"].(map[string]any)["ids"].([]any)[0] = "spoilt"
		}
	}
}

// testOwnWrites is about a list that is asked for right after a write.
func testOwnWrites(t *testing.T, open Open) { readBehindWrites(t, open, false) }

// testOthersWrites is the same with a write of another process.
func testOthersWrites(t *testing.T, open Open) { readBehindWrites(t, open, true) }

func readBehindWrites(t *testing.T, open Open, others bool) {
	writer := only(t, open)
	reader := writer
	if others {
		reader = only(t, open)
	}
	ctx := t.Context()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 25 {
				f := flavor("f")
				before := lists(t, reader, f)
				if err := writer.CreateFlavor(ctx, f); err != nil {
					t.Error(err)
				}
				created := lists(t, reader, f)
				if err := writer.DeleteFlavor(ctx, f.UUID); err != nil {
					t.Error(err)
				}
				if deleted := lists(t, reader, f); before || !created || deleted {
					t.Errorf("listed before, after creation, after deletion: %v, %v, %v", before, created, deleted)
				}
			}
		})
	}
	all.Wait()
}

// lists says whether a list has f.
func lists(t *testing.T, s service.Store, f service.Flavor) bool {
	for got, err := range s.Flavors(t.Context(), "") {
		if err != nil {
			t.Error(err)
		}
		if got.UUID == f.UUID {
			return true
		}
	}
	return false
}

func testVersion(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	ctx := t.Context()
	kinds := []service.Kind{
		service.KindNode, service.KindFlavor, service.KindPodManager, service.KindVolume, service.KindDevice, service.KindSnapshot,
	}
	last := map[service.Kind]int64{}
	// moved asks both stores, and wants the kinds, and no others, to have grown.
	moved := func(what string, changed ...service.Kind) {
		t.Helper()
		for _, k := range kinds {
			got, err := a.Version(ctx, k)
			ok(t, err)
			other, err := b.Version(ctx, k)
			ok(t, err)
			want := false
			for _, c := range changed {
				want = want || c == k
			}
			if other != got || got < last[k] || (got > last[k]) != want {
				t.Errorf("%s: the version of %s went from %d to %d and %d", what, k, last[k], got, other)
			}
			last[k] = got
		}
	}
	moved("at the beginning", kinds...)
	moved("nothing")
	pm := registered(t, a, "a")
	moved("a pod manager", service.KindPodManager)
	f := flavor("a")
	ok(t, b.CreateFlavor(ctx, f))
	moved("a flavor", service.KindFlavor)
	_, err := a.UpdateFlavor(ctx, f.UUID, func(f *service.Flavor) error { f.Name = "b"; return nil })
	ok(t, err)
	moved("a changed flavor", service.KindFlavor)
	ok(t, b.DeleteFlavor(ctx, f.UUID))
	moved("a deleted flavor", service.KindFlavor)
	_, n := begun(t, a, pm)
	moved("a node", service.KindNode)
	ok(t, a.Forget(ctx, n.UUID))
	moved("a forgotten node", service.KindNode)
	ok(t, a.CreateDevice(ctx, device(pm, "/d")))
	moved("a device", service.KindDevice)
	v := volume(pm)
	_, _, err = a.CreateVolume(ctx, v)
	ok(t, err)
	moved("a volume", service.KindVolume)
	ok(t, a.DeleteVolume(ctx, v.UUID))
	moved("a deleted volume", service.KindVolume)
	kept(t, b, service.Snapshot{PodManagerID: pm.UUID, Head: []byte(`{}`)})
	moved("a snapshot", service.KindSnapshot)
	ok(t, a.DeletePodManager(ctx, pm.UUID))
	moved("a pod manager with its device and snapshot", service.KindPodManager, service.KindDevice, service.KindSnapshot)

	c := only(t, open) // one that has seen none of that
	for _, k := range kinds {
		got, err := c.Version(ctx, k)
		ok(t, err)
		same(t, got, last[k])
	}
	if _, err := a.Version(ctx, "chairs"); err == nil {
		t.Error("there is a version of chairs")
	}
}

func testReady(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	ok(t, s.Ready(ctx))
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := s.Ready(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
