package rsd

import (
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
	"github.com/valence-rsd/valence/service/redfishtest"
)

func wantSize(t *testing.T, s redfish.Size) {
	if s.Value != nil && *s.Value < 0 {
		t.Errorf("a size is %d", *s.Value)
	}
}

// fuzzPod is a pod that nobody talks to.
func fuzzPod(f *testing.F) *pod {
	opened, err := Open(service.PodManager{
		URL:         "https://podm.example",
		Credentials: service.Credentials{Type: "basic", Username: "operator", Password: password},
	})
	if err != nil {
		f.Fatal(err)
	}
	return opened.(*pod)
}

func wantRefs(t *testing.T, refs []string) {
	seen := map[string]bool{}
	for _, ref := range refs {
		if !strings.HasPrefix(ref, "/") || seen[ref] {
			t.Errorf("of %q, %q is no ref or there twice", refs, ref)
		}
		seen[ref] = true
	}
}

func FuzzFabric(f *testing.F) {
	f.Add([]byte(`{"Id":"1","FabricType":"PCIe","Endpoints":{"@odata.id":"/redfish/v1/Fabrics/1/Endpoints"}}`))
	fuzz(f, "*/*/fabric.json", func(*testing.T, fabricDocument) {})
}

// FuzzPool makes a pool of whatever there is, and a volume in it.
func FuzzPool(f *testing.F) {
	fuzz(f, "*/*/storage_*.json", func(t *testing.T, d poolDocument) {
		made := storageService{}.pool("/redfish/v1/StorageServices/1/StoragePools/1", d)
		if free := made.FreeBytes; free != nil && (*free < 0 || *free > *made.Bytes) {
			t.Errorf("%d bytes are free of %d", *free, *made.Bytes)
		}
		for _, capacity := range []int64{1, 4097, 1<<63 - 1} {
			if n := made.needs(capacity); n < capacity || n-capacity >= made.block {
				t.Errorf("a volume of %d bytes needs %d in blocks of %d", capacity, n, made.block)
			}
		}
	})
}

func FuzzStorageService(f *testing.F) {
	fuzz(f, "*/*/storage_service.json", func(t *testing.T, d serviceDocument) {
		if (storageService{ref: "/s/1", doc: d}).owns("/s/11/Volumes/1") {
			t.Error("a service has another's volume")
		}
	})
}

func FuzzVolume(f *testing.F) {
	c := fuzzPod(f).Client
	fuzz(f, "*/*/volume.json", func(t *testing.T, d volumeDocument) {
		wantSize(t, d.CapacityBytes)
		wantSize(t, d.Capacity.Data.AllocatedBytes)
		for _, source := range d.CapacitySources {
			wantRefs(t, c.RefsOf(source.ProvidingPools))
		}
	})
}

// FuzzResource makes a drive, a device and an end of a fabric of whatever there
// is.
func FuzzResource(f *testing.F) {
	p := fuzzPod(f)
	f.Add([]byte(`{"@odata.type":"#PhysicalDrive.1.0.0.PhysicalDrive","CapacityGiB":1e308,"Type":"SSD","Interface":"SATA"}`))
	for _, pattern := range []string{"*/*/drive.json", "*/*/logical_drive.json", "*/*/remote_target.json", "*/*/volume.json", "*/*/*rocessor.json"} {
		redfishtest.Seed(f, pattern)
	}
	fuzz(f, "*/*/[Ee]ndpoint*.json", func(t *testing.T, d redfish.ResourceDocument) {
		r := redfish.Resource{Ref: "/redfish/v1/Chassis/1/Drives/1", Kind: d.KindOf("/redfish/v1/Chassis/1/Drives/1"), Doc: d}
		wantSize(t, redfish.Size{Value: r.Drive().CapacityBytes})
		for _, e := range merge(p.endsOf(fabric{ref: "/redfish/v1/Fabrics/1"}, "/redfish/v1/Fabrics/1/Endpoints/1", d)) {
			wantRefs(t, append(e.endpoints, e.device))
			if dev := p.device(e, r, nil); dev.Type == "" || dev.State == "" || dev.Properties["device_id"] == "" {
				t.Errorf("the device is %+v", dev)
			}
		}
	})
}
