package drivertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

// testVolumeLife takes one volume from nothing to nothing.
func testVolumeLife(t *testing.T, d *desk) {
	if !d.storage() {
		t.Skip("this pod has no pooled storage")
	}
	ctx := t.Context()
	before := d.pools(t)
	wantCode(t, "FindVolume before", second(d.pod.FindVolume(ctx, volumeA)), service.NotFound)
	ref := d.createVolume(t, volumeA)
	if found, err := d.pod.FindVolume(ctx, volumeA); found != ref || err != nil {
		t.Errorf("FindVolume = %q, %v; want %q", found, err, ref)
	}
	v := d.readVolume(t, ref)
	of, known := before[v.Pool]
	if v.Ref != ref || !known || v.Protocol != of.Protocol || v.Health != "OK" || amount(v.CapacityBytes) < d.Volume.CapacityBytes {
		t.Errorf("the volume is %+v, of pool %+v", v, of)
	}
	if left := amount(d.pools(t)[v.Pool].FreeBytes); left != amount(of.FreeBytes)-amount(v.CapacityBytes) {
		t.Errorf("the pool has %d bytes left of %d", left, amount(of.FreeBytes))
	}
	d.erase(t, ref)
	for _, time := range []string{"first", "second"} {
		if err := d.pod.DeleteVolume(ctx, ref); err != nil {
			t.Fatalf("the %s DeleteVolume: %v", time, err)
		}
	}
	wantCode(t, "FindVolume after", second(d.pod.FindVolume(ctx, volumeA)), service.NotFound)
	wantCode(t, "Volume after", second(d.pod.Volume(ctx, ref)), service.NotFound)
	if diff := cmp.Diff(before, d.pools(t)); diff != "" {
		t.Errorf("the pools have changed (-before +after):\n%s", diff)
	}
}

// erase erases a volume and sees that this has ended.
func (d *desk) erase(t *testing.T, ref string) {
	t.Helper()
	if err := d.pod.EraseVolume(t.Context(), ref); err != nil {
		t.Fatalf("EraseVolume: %v", err)
	}
	if erased := d.readVolume(t, ref).Erased; erased != nil && !*erased {
		t.Errorf("%s is not erased when EraseVolume comes back", ref)
	}
}

func (d *desk) readVolume(t *testing.T, ref string) service.PodVolume {
	t.Helper()
	v, err := d.pod.Volume(t.Context(), ref)
	if err != nil {
		t.Fatalf("Volume: %v", err)
	}
	return v
}

// pools are all pools, by ref.
func (d *desk) pools(t *testing.T) map[string]service.Pool {
	t.Helper()
	all, err := d.pod.Pools(t.Context())
	if err != nil || len(all) == 0 {
		t.Fatalf("Pools = %v, %v", all, err)
	}
	pools := map[string]service.Pool{}
	for _, p := range all {
		if p.Ref == "" || p.Protocol == "" || amount(p.Bytes) == 0 || amount(p.FreeBytes) == 0 {
			t.Errorf("a pool lacks something: %+v", p)
		}
		pools[p.Ref] = p
	}
	if len(pools) != len(all) {
		t.Errorf("a pool is there twice: %+v", all)
	}
	return pools
}

func amount(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// testEveryPool makes a volume in every pool, once by its ref and once by what
// it speaks.
func testEveryPool(t *testing.T, d *desk) {
	if !d.storage() {
		t.Skip("this pod has no pooled storage")
	}
	for ref, pool := range d.pools(t) {
		byRef, byProtocol := d.volume(volumeA), d.volume(volumeA)
		byRef.Pool, byRef.Protocol = ref, ""
		byProtocol.Pool, byProtocol.Protocol = "", strings.ToUpper(pool.Protocol)
		for _, a := range []service.VolumeAllocation{byRef, byProtocol} {
			made, err := d.pod.CreateVolume(t.Context(), a)
			if err != nil {
				t.Errorf("CreateVolume of pool %q, protocol %q: %v", a.Pool, a.Protocol, err)
				continue
			}
			v := d.readVolume(t, made)
			if v.Protocol != pool.Protocol || a.Pool != "" && v.Pool != ref {
				t.Errorf("of pool %q and protocol %q there came %+v", a.Pool, a.Protocol, v)
			}
			if err := d.pod.DeleteVolume(t.Context(), made); err != nil {
				t.Errorf("DeleteVolume: %v", err)
			}
		}
	}
}

func testRefusedVolumes(t *testing.T, d *desk) {
	if !d.storage() {
		t.Skip("this pod has no pooled storage")
	}
	some := ""
	for ref := range d.pools(t) {
		some = ref
	}
	tests := map[string]struct {
		change func(*service.VolumeAllocation)
		code   service.Code
		says   string
	}{
		"too large":        {func(a *service.VolumeAllocation) { a.CapacityBytes = 1 << 62 }, service.NoCapacity, ""},
		"nothing":          {func(a *service.VolumeAllocation) { a.CapacityBytes = 0 }, service.Invalid, "capacity"},
		"less":             {func(a *service.VolumeAllocation) { a.CapacityBytes = -1 }, service.Invalid, "capacity"},
		"unknown pool":     {func(a *service.VolumeAllocation) { a.Pool = some + "999" }, service.NotFound, "pool"},
		"unknown protocol": {func(a *service.VolumeAllocation) { a.Protocol = "pigeon" }, service.Invalid, "protocol"},
	}
	for name, test := range tests {
		a := d.volume(volumeA)
		test.change(&a)
		_, err := d.pod.CreateVolume(t.Context(), a)
		wantCode(t, name, err, test.code)
		wantMessage(t, d, err)
		if err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v does not say %s", name, err, test.says)
		}
	}
	wantCode(t, "FindVolume", second(d.pod.FindVolume(t.Context(), volumeA)), service.NotFound)
}

// testForeignVolumeMark copies the description of somebody else's volume, mark
// and all, as it stands on the pod.
func testForeignVolumeMark(t *testing.T, d *desk) {
	if !d.storage() {
		t.Skip("this pod has no pooled storage")
	}
	mine := d.createVolume(t, volumeA)
	for _, stolen := range []string{volumeA, "[valence:" + volumeA + "]"} {
		a := d.volume(volumeB)
		a.Description = stolen
		ref, err := d.pod.CreateVolume(t.Context(), a)
		if err != nil {
			t.Fatalf("CreateVolume: %v", err)
		}
		for uuid, want := range map[string]string{volumeA: mine, volumeB: ref} {
			if got, err := d.pod.FindVolume(t.Context(), uuid); got != want || err != nil {
				t.Errorf("FindVolume(%s) = %q, %v; want %q", uuid, got, err, want)
			}
		}
		if err := d.pod.DeleteVolume(t.Context(), ref); err != nil {
			t.Fatalf("DeleteVolume: %v", err)
		}
	}
}

// testLostVolume loses the answers to requests that worked.
func testLostVolume(t *testing.T, d *desk) {
	if !d.storage() {
		t.Skip("this pod has no pooled storage")
	}
	before := d.pools(t)
	d.tap.use(where(changing, losing))
	wantCode(t, "CreateVolume", second(d.pod.CreateVolume(t.Context(), d.volume(volumeA))), service.Unavailable)
	d.tap.use(nil)
	ref, err := d.pod.FindVolume(t.Context(), volumeA)
	if err != nil {
		t.Fatalf("FindVolume: %v", err)
	}
	d.tap.use(where(changing, losing))
	wantCode(t, "DeleteVolume", d.pod.DeleteVolume(t.Context(), ref), service.Unavailable)
	d.tap.use(nil)
	if err := d.pod.DeleteVolume(t.Context(), ref); err != nil {
		t.Errorf("DeleteVolume again: %v", err)
	}
	// A driver that repeated a request left a second volume behind.
	if diff := cmp.Diff(before, d.pools(t)); diff != "" {
		t.Errorf("the pools have changed (-before +after):\n%s", diff)
	}
}

// testNoStorage asks a pod for what it does not have.
func testNoStorage(t *testing.T, d *desk) {
	if d.storage() {
		t.Skip("this pod has pooled storage")
	}
	if pools, err := d.pod.Pools(t.Context()); len(pools) > 0 || err != nil {
		t.Errorf("Pools = %v, %v", pools, err)
	}
	d.Volume.CapacityBytes = 1 << 30
	calls := d.storageCalls(scene{volume: "/redfish/v1/x/1"})
	calls = slices.DeleteFunc(calls, func(c call) bool { return c.name == "Pools" })
	for _, c := range calls {
		err := c.do(t.Context(), d.pod)
		wantCode(t, c.name, err, service.Invalid)
		wantMessage(t, d, err)
		if err != nil && !strings.Contains(err.Error(), "storage") {
			t.Errorf("%s: %v does not say that there is no storage", c.name, err)
		}
	}
}
