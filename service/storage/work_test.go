package storage_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

func TestLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	n, v := p.node("p"), p.volume("p")
	if v.State != service.VolumeAvailable || v.Ref == "" || v.CapacityBytes != 5120 || v.ProjectID != "p" ||
		v.Protocol != "NVMeOverFabrics" || v.Pool != "/pools/1" {
		t.Errorf("made %+v", v)
	}
	shown, on, err := p.storage.ShowVolume(by("p"), v.UUID)
	ok(t, err)
	if diff := cmp.Diff(v, shown); diff != "" || on == nil || on.Health != "OK" {
		t.Errorf("on the pod %+v, -made +shown:\n%s", on, diff)
	}

	attached, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
	ok(t, err)
	if attached.State != service.VolumeAttached || attached.NodeID != n.UUID {
		t.Errorf("attached %+v", attached)
	}
	p.volumes(1)
	before := w.pod.called("Attach")
	again, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
	ok(t, err)
	if again.State != service.VolumeAttached || w.pod.called("Attach") != before {
		t.Errorf("attached again: %+v", again)
	}
	_, err = p.storage.Attach(by("p"), p.node("p").UUID, v.UUID)
	code(t, err, service.Conflict)
	code(t, p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose), service.Conflict)
	code(t, p.storage.DeleteVolume(by("p"), v.UUID, service.ForgetHardware), service.Conflict)
	code(t, p.storage.EraseVolume(by("p"), v.UUID), service.Conflict)
	p.volumes(1)

	code(t, p.storage.Detach(by("p"), p.node("p").UUID, v.UUID), service.NotFound)
	ok(t, p.storage.Detach(by("p"), n.UUID, v.UUID))
	p.volumes(1)
	code(t, p.storage.Detach(by("p"), n.UUID, v.UUID), service.NotFound)
	if erased := w.pod.peek(t, v.Ref).erased; erased != 0 {
		t.Errorf("erased %d times though nobody asked for it", erased)
	}
	ok(t, p.storage.EraseVolume(by("p"), v.UUID))
	if erased := w.pod.peek(t, v.Ref).erased; erased != 1 {
		t.Errorf("erased %d times", erased)
	}
	ok(t, p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose))
	p.volumes(0)
	code(t, p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose), service.NotFound)
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	v := p.volume("p")
	changed, err := p.storage.UpdateVolume(by("p"), v.UUID, func(v *service.Volume) error {
		v.Name, v.Description, v.EraseOnDetach = "other", "changed", true
		v.State, v.ProjectID, v.Ref, v.NodeID, v.CapacityBytes = service.VolumeFailed, "q", "/volumes/9", "n", 1
		return nil
	})
	ok(t, err)
	want := v
	want.Name, want.Description, want.EraseOnDetach, want.UpdatedAt = "other", "changed", true, changed.UpdatedAt
	if diff := cmp.Diff(want, changed); diff != "" || !changed.UpdatedAt.After(v.UpdatedAt) {
		t.Errorf("changed at %s, -want +got:\n%s", changed.UpdatedAt, diff)
	}
	_, err = p.storage.UpdateVolume(by("p"), v.UUID, func(v *service.Volume) error { v.Name = ""; return nil })
	code(t, err, service.Invalid)
	refusal := errors.New("no")
	_, err = p.storage.UpdateVolume(by("p"), v.UUID, func(*service.Volume) error { return refusal })
	if !errors.Is(err, refusal) {
		t.Errorf("the error of change came back as %v", err)
	}

	// It is erased at the next detach, as it says now.
	n := p.node("p")
	_, err = p.storage.Attach(by("p"), n.UUID, v.UUID)
	ok(t, err)
	ok(t, p.storage.Detach(by("p"), n.UUID, v.UUID))
	p.settle()
	p.volumes(1)
	if erased := w.pod.peek(t, v.Ref).erased; erased != 1 {
		t.Errorf("erased %d times", erased)
	}
}

func TestCreateChecks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	tests := []struct {
		name   string
		ctx    context.Context
		change func(*service.VolumeRequest)
		want   service.Code
		says   string
	}{
		{"no project", by(""), func(*service.VolumeRequest) {}, service.Forbidden, "a volume belongs to a project"},
		{"no name", by("p"), func(r *service.VolumeRequest) { r.Name = "" }, service.Invalid, "name: "},
		{"no size", by("p"), func(r *service.VolumeRequest) { r.CapacityBytes = 0 }, service.Invalid, "capacity: 0 bytes"},
		{"less than nothing", by("p"), func(r *service.VolumeRequest) { r.CapacityBytes = -5 }, service.Invalid, "capacity: -5 bytes"},
		{"pod manager", by("p"), func(r *service.VolumeRequest) { r.PodManagerID = "nowhere" }, service.NotFound, `pod manager "nowhere"`},
		{"pool", by("p"), func(r *service.VolumeRequest) { r.Pool = "slow" }, service.Invalid, `pool: there is no pool "slow", expected one of: fast, twin, twin`},
		{"name of two pools", by("p"), func(r *service.VolumeRequest) { r.Pool = "twin" }, service.Invalid, "pool: several are named \"twin\", use one of their paths: /pools/2, /pools/3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request()
			tt.change(&r)
			_, err := p.storage.CreateVolume(tt.ctx, r)
			code(t, err, tt.want)
			if !strings.HasPrefix(err.Error(), tt.says) {
				t.Errorf("it says %q, want %q first", err, tt.says)
			}
		})
	}
	p.volumes(0)

	for pool, want := range map[string]string{"fast": "/pools/1", "/pools/3": "/pools/3"} {
		r := request()
		r.Pool, r.PodManagerID = pool, "pod"
		v, err := p.storage.CreateVolume(by("p"), r)
		ok(t, err)
		if v.Pool != want {
			t.Errorf("asked for pool %s, it is in %s", pool, v.Pool)
		}
	}
	ok(t, p.store.CreatePodManager(t.Context(), service.PodManager{UUID: uuid.NewString(), Name: "second", URL: "https://second.example"}))
	_, err := p.storage.CreateVolume(by("p"), request())
	code(t, err, service.Invalid)
	if !strings.HasSuffix(err.Error(), "name one of them: pod, second") {
		t.Errorf("it says %q", err)
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	r := request()
	r.IdempotencyKey = "k"
	uuids := make([]string, 8)
	var all sync.WaitGroup
	for i := range uuids {
		all.Go(func() {
			v, err := p.storage.CreateVolume(by("p"), r)
			if err != nil || v.State != service.VolumeAvailable {
				t.Errorf("%+v, %v", v, err)
			}
			uuids[i] = v.UUID
		})
	}
	all.Wait()
	v := p.volumes(1)[0]
	for _, got := range uuids {
		if got != v.UUID {
			t.Errorf("a request got volume %s, and there is %s", got, v.UUID)
		}
	}
	other := r
	other.CapacityBytes = 10000
	_, err := p.storage.CreateVolume(by("p"), other)
	code(t, err, service.Conflict)
	_, err = p.storage.CreateVolume(by("q"), r)
	ok(t, err)
	p.volumes(2)

	ok(t, p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose))
	again, err := p.storage.CreateVolume(by("p"), r)
	ok(t, err)
	if again.UUID == v.UUID {
		t.Error("the key of a deleted volume gave it back")
	}
	p.volumes(2)
}
