package storetest

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

func volume(pm service.PodManager) service.Volume {
	return service.Volume{
		UUID: uuid.NewString(), Name: "data", PodManagerID: pm.UUID, ProjectID: "p1", State: service.VolumeCreating,
		CapacityBytes: 1 << 30, Protocol: "iSCSI", Pool: "/redfish/v1/Pools/1", CreatedAt: at(1), UpdatedAt: at(1),
	}
}

func device(pm service.PodManager, ref string) service.Device {
	return service.Device{
		UUID: uuid.NewString(), PodManagerID: pm.UUID, Ref: ref, Type: service.DeviceSSD, State: service.DeviceFree,
		Properties: map[string]any{"model": "m"}, Extra: map[string]any{"oem": map[string]any{"ids": []any{"1", 2.0}}},
		CreatedAt: at(1), UpdatedAt: at(1),
	}
}

// made creates a volume.
func made(t *testing.T, s service.Store, v service.Volume) service.Volume {
	t.Helper()
	got, isNew, err := s.CreateVolume(t.Context(), v)
	ok(t, err)
	if !isNew {
		t.Fatal("a new volume counts as made before")
	}
	same(t, got, v)
	return v
}

func testVolumes(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	v := made(t, s, volume(pm))
	got, err := s.Volume(ctx, v.UUID)
	ok(t, err)
	same(t, got, v)
	_, _, err = s.CreateVolume(ctx, v)
	code(t, err, service.Conflict)
	for _, id := range []string{uuid.NewString(), "", "a"} {
		_, _, err = s.CreateVolume(ctx, volume(service.PodManager{UUID: id}))
		code(t, err, service.NotFound)
	}
	attach := func(v *service.Volume) error {
		v.State, v.NodeID, v.Failure = service.VolumeFailed, "n", &service.Failure{Code: service.PodFailed, Message: "no"}
		return nil
	}
	got, err = s.UpdateVolume(ctx, v.UUID, attach)
	ok(t, err)
	ok(t, attach(&v))
	same(t, got, v)
	same(t, all(t, s.Volumes(ctx, service.VolumeFilter{}, "")), []service.Volume{v})
	_, err = s.UpdateVolume(ctx, uuid.NewString(), attach)
	code(t, err, service.NotFound)
	ok(t, s.DeleteVolume(ctx, v.UUID))
	code(t, s.DeleteVolume(ctx, v.UUID), service.NotFound)
	_, err = s.Volume(ctx, v.UUID)
	code(t, err, service.NotFound)
	same(t, all(t, s.Volumes(ctx, service.VolumeFilter{}, "")), nil)
}

func testVolumeIdempotency(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	ctx := t.Context()
	pm := registered(t, a, "a")
	first := volume(pm)
	first.IdempotencyKey = "k"
	made(t, a, first)
	again := volume(pm)
	again.IdempotencyKey = "k"
	got, isNew, err := b.CreateVolume(ctx, again)
	ok(t, err)
	if isNew {
		t.Fatal("a key was used twice")
	}
	same(t, got, first)
	again.ProjectID = "p2"
	made(t, b, again)
	_, n := work(pm) // the keys of nodes are others
	n.IdempotencyKey = "k"
	_, isNew, err = a.Begin(ctx, service.Intent{NodeUUID: n.UUID, Kind: service.IntentCompose}, n)
	ok(t, err)
	if !isNew {
		t.Error("the key of a volume counts as used for a node")
	}
	ok(t, b.DeleteVolume(ctx, first.UUID))
	third := volume(pm)
	third.IdempotencyKey = "k"
	made(t, a, third)
}

func testVolumeFilter(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm, other := registered(t, s, "a"), registered(t, s, "b")
	var v [3]service.Volume
	for i := range v {
		v[i] = volume(pm)
	}
	v[1].NodeID, v[1].ProjectID, v[2].PodManagerID, v[2].Name = "n", "p2", other.UUID, "swap"
	for i := range v {
		made(t, s, v[i])
	}
	tests := []struct {
		name   string
		filter service.VolumeFilter
		after  string
		want   []service.Volume
	}{
		{"all", service.VolumeFilter{}, "", v[:]},
		{"after", service.VolumeFilter{}, v[0].UUID, v[1:]},
		{"name", service.VolumeFilter{Name: "swap"}, "", v[2:]},
		{"pod manager", service.VolumeFilter{PodManagerID: pm.UUID}, v[0].UUID, v[1:2]},
		{"project", service.VolumeFilter{ProjectID: "p2"}, "", v[1:2]},
		{"node", service.VolumeFilter{NodeID: "n"}, v[1].UUID, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { same(t, all(t, s.Volumes(ctx, tt.filter, tt.after)), tt.want) })
	}
}

func testHoldVolume(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	ctx := t.Context()
	v := volume(registered(t, a, "a"))
	release, err := a.HoldVolume(ctx, v.UUID) // before it exists
	ok(t, err)
	for _, s := range []service.Store{a, b} {
		_, err = s.HoldVolume(ctx, v.UUID)
		code(t, err, service.Conflict)
	}
	made(t, a, v)
	_, err = a.UpdateVolume(ctx, v.UUID, func(v *service.Volume) error { v.State = service.VolumeAvailable; return nil })
	ok(t, err)
	// A rename by another process is nothing that a hold keeps away.
	_, err = b.UpdateVolume(ctx, v.UUID, func(v *service.Volume) error { v.Name = "b"; return nil })
	ok(t, err)
	release()
	release()
	release, err = b.HoldVolume(ctx, v.UUID)
	ok(t, err)
	_, err = a.HoldVolume(ctx, v.UUID)
	code(t, err, service.Conflict)
	ok(t, b.DeleteVolume(ctx, v.UUID))
	release()
	for _, id := range []string{"", "x", "../" + v.UUID} {
		_, err = a.HoldVolume(ctx, id)
		code(t, err, service.Invalid)
	}
}

func testLostVolumeHold(t *testing.T, open Open) {
	ctx := t.Context()
	a, lose := open(t)
	b := only(t, open)
	pm := registered(t, a, "a")
	v := made(t, a, volume(pm))
	release, err := a.HoldVolume(ctx, v.UUID)
	ok(t, err)
	lose()
	releaseB, err := b.HoldVolume(ctx, v.UUID)
	ok(t, err)
	change := func(v *service.Volume) error { v.Ref = "/x"; return nil }
	for range 2 {
		_, err = a.UpdateVolume(ctx, v.UUID, change)
		code(t, err, service.Conflict)
		code(t, a.DeleteVolume(ctx, v.UUID), service.Conflict)
	}
	_, err = b.UpdateVolume(ctx, v.UUID, change)
	ok(t, err)
	release() // of a hold that is somebody else's by now
	_, err = a.HoldVolume(ctx, v.UUID)
	code(t, err, service.Conflict)
	releaseB()
	release, err = a.HoldVolume(ctx, v.UUID)
	ok(t, err)
	_, err = a.UpdateVolume(ctx, v.UUID, change)
	ok(t, err)
	release()
}

func testDevices(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm, other := registered(t, s, "a"), registered(t, s, "b")
	d := device(pm, "/redfish/v1/Devices/1")
	ok(t, s.CreateDevice(ctx, d))
	got, err := s.Device(ctx, d.UUID)
	ok(t, err)
	same(t, got, d)
	code(t, s.CreateDevice(ctx, device(pm, d.Ref)), service.Conflict)
	elsewhere := device(other, d.Ref)
	ok(t, s.CreateDevice(ctx, elsewhere))
	code(t, s.CreateDevice(ctx, device(service.PodManager{UUID: uuid.NewString()}, "/x")), service.NotFound)
	same(t, all(t, s.Devices(ctx, service.DeviceFilter{}, "")), []service.Device{d, elsewhere})
	same(t, all(t, s.Devices(ctx, service.DeviceFilter{PodManagerID: other.UUID}, "")), []service.Device{elsewhere})
	same(t, all(t, s.Devices(ctx, service.DeviceFilter{}, d.UUID)), []service.Device{elsewhere})
	got, err = s.UpdateDevice(ctx, d.UUID, func(d *service.Device) error { d.State = service.DeviceAllocated; return nil })
	ok(t, err)
	d.State = service.DeviceAllocated
	same(t, got, d)
	ok(t, s.DeleteDevice(ctx, d.UUID))
	code(t, s.DeleteDevice(ctx, d.UUID), service.NotFound)
	ok(t, s.CreateDevice(ctx, device(pm, d.Ref))) // the ref is free again
}

func testPodManagerWithDevices(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm, other := registered(t, s, "a"), registered(t, s, "b")
	for i := range 101 {
		ok(t, s.CreateDevice(ctx, device(pm, fmt.Sprint("/redfish/v1/Devices/", i))))
	}
	kept := device(other, "/redfish/v1/Devices/1")
	ok(t, s.CreateDevice(ctx, kept))
	n := composed(t, s, pm, "/redfish/v1/Nodes/1")
	code(t, s.DeletePodManager(ctx, pm.UUID), service.Conflict)
	if got := len(all(t, s.Devices(ctx, service.DeviceFilter{PodManagerID: pm.UUID}, ""))); got != 101 {
		t.Errorf("a refused delete has left %d devices of 101", got)
	}
	in, gone := removal(n)
	_, _, err := s.Begin(ctx, in, gone)
	ok(t, err)
	ok(t, s.Forget(ctx, n.UUID))
	ok(t, s.DeletePodManager(ctx, pm.UUID))
	same(t, all(t, s.Devices(ctx, service.DeviceFilter{}, "")), []service.Device{kept})
	code(t, s.CreateDevice(ctx, device(pm, "/x")), service.NotFound)
}

func testPodManagerWithVolumes(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	v := made(t, s, volume(pm))
	code(t, s.DeletePodManager(ctx, pm.UUID), service.Conflict)
	ok(t, s.DeleteVolume(ctx, v.UUID))
	ok(t, s.DeletePodManager(ctx, pm.UUID))
}
