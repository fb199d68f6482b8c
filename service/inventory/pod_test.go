package inventory_test

import (
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/fleet"
	"github.com/valence-rsd/valence/service/inventory"
	"github.com/valence-rsd/valence/service/rsd"
)

// simulated registers two simulated pods, one and two.
func simulated(t *testing.T, f *fleet.Fleet) ([]*podsim.Server, []service.PodManager) {
	t.Helper()
	var pods []*podsim.Server
	var pms []service.PodManager
	for seed, name := range []string{"one", "two"} {
		pod, err := podsim.Start(podsim.Options{Seed: uint64(seed)})
		ok(t, err)
		t.Cleanup(func() { pod.Close() })
		pm, err := f.Register(t.Context(), service.PodManager{
			Name: name, URL: pod.URL, Driver: "redfishv1",
			Credentials: service.Credentials{Type: "basic", Username: "admin", Password: "admin"},
		})
		ok(t, err)
		pods, pms = append(pods, pod), append(pms, pm)
	}
	return pods, pms
}

// TestRealPods reads two simulated pods, one of which goes away.
func TestRealPods(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	f := fleet.New(fleet.Options{Store: store, Drivers: map[string]service.Driver{"redfishv1": rsd.Open}})
	t.Cleanup(func() { f.Close() })
	i := inventory.New(inventory.Options{Store: store, Pods: f})
	t.Cleanup(func() { i.Close() })
	pods, pms := simulated(t, f)
	seen, err := i.Systems(t.Context(), service.Look{})
	ok(t, err)
	systems := seen.Items
	if len(systems) != 16 || systems[0].PodManagerID != pms[0].UUID || systems[15].PodManagerID != pms[1].UUID {
		t.Fatalf("%d systems: %+v", len(systems), systems)
	}
	last := systems[15]
	found, _, err := i.System(t.Context(), service.Look{}, last.UUID)
	ok(t, err)
	if found.Ref != last.Ref || found.PodManagerID != pms[1].UUID {
		t.Errorf("found %+v", found)
	}
	_, _, err = i.System(t.Context(), service.Look{}, last.ID)
	code(t, err, service.Conflict)
	parts, err := i.Parts(t.Context(), found)
	ok(t, err)
	if len(parts.Processors) == 0 || len(parts.Memory) == 0 || len(parts.Interfaces) == 0 {
		t.Errorf("parts %+v", parts)
	}
	chassis, err := i.Chassis(t.Context(), service.Look{PodManagerID: "one"})
	ok(t, err)
	racks := 0
	for _, c := range chassis.Items {
		if c.Type == "Rack" {
			racks++
		}
	}
	if racks != 2 {
		t.Errorf("%d racks in %+v", racks, chassis.Items)
	}
	pools, err := i.Pools(t.Context(), "two")
	ok(t, err)
	if len(pools) != 2 {
		t.Errorf("pools %+v", pools)
	}

	for range 2 {
		results, err := i.SyncDevices(t.Context(), "")
		ok(t, err)
		for _, r := range results {
			ok(t, r.Err)
		}
		checkDevices(t, store, pms[0])
	}

	ok(t, pods[0].Close())
	seen, err = i.Systems(t.Context(), service.Look{Refresh: true})
	ok(t, err)
	code(t, seen.Parts[0].Err, service.Unavailable)
	if len(seen.Items) != 16 || seen.Parts[0].ReadAt.IsZero() || !seen.Parts[1].ReadAt.After(seen.Parts[0].ReadAt) {
		t.Errorf("%d systems beside a dead pod, %+v", len(seen.Items), seen.Parts)
	}
	results, err := i.SyncDevices(t.Context(), "")
	ok(t, err)
	code(t, results[0].Err, service.Unavailable)
	ok(t, results[1].Err)
}

// checkDevices checks that the four drives and two FPGAs of a new simulated pod
// are stored.
func checkDevices(t *testing.T, store *etcd.Store, pm service.PodManager) {
	t.Helper()
	stored := 0
	for d, err := range store.Devices(t.Context(), service.DeviceFilter{PodManagerID: pm.UUID}, "") {
		ok(t, err)
		if d.State != service.DeviceFree || d.Type == "" || d.Ref == "" {
			t.Errorf("device %+v", d)
		}
		stored++
	}
	if stored != 6 {
		t.Errorf("%d devices", stored)
	}
}
