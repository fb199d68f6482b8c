package rsd

import (
	"crypto/x509"
	"net/url"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
)

func wantSize(t *testing.T, s size) {
	if s.value != nil && *s.value < 0 {
		t.Errorf("a size is %d", *s.value)
	}
}

func fuzzClient() *client {
	return &client{base: &url.URL{Scheme: "https", Host: "podm.example", Path: "/"}}
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

func FuzzSystem(f *testing.F) {
	c := fuzzClient()
	fuzz(f, "*/*/*ystem.json", func(t *testing.T, d systemDocument) {
		if gib := d.MemorySummary.TotalSystemMemoryGiB.value; gib != nil && !(*gib >= 0) {
			t.Errorf("the memory is %g GiB", *gib)
		}
		wantRefs(t, c.refsOf(d.Links.Chassis))
	})
}

func FuzzStorageSubsystem(f *testing.F) {
	c := fuzzClient()
	fuzz(f, "*/*/storage_subsystem.json", func(t *testing.T, d storageDocument) { wantRefs(t, c.refsOf(d.Drives)) })
}

func FuzzSimpleStorage(f *testing.F) {
	f.Add([]byte(`{"Devices":[{"Name":"Drive 1","CapacityBytes":257698037760}]}`))
	fuzz(f, "*/*/SimpleStorage.json", func(t *testing.T, d simpleStorageDocument) {
		for _, device := range d.Devices {
			wantSize(t, device.CapacityBytes)
		}
	})
}

// FuzzChassis builds a tree of chassis that all say the same.
func FuzzChassis(f *testing.F) {
	c := fuzzClient()
	fuzz(f, "*/*/*hassis.json", func(t *testing.T, d chassisDocument) {
		var all []placed
		for _, ref := range []string{"/redfish/v1/Chassis/Chassis1", "/redfish/v1/Chassis/Rack1", "/a"} {
			all = append(all, placed{
				Chassis: service.Chassis{Ref: ref, Contains: c.refsOf(d.Links.Contains), Systems: c.refsOf(d.Links.ComputerSystems)},
				within:  c.refsOf(d.Links.ContainedBy),
			})
		}
		rack := newTree(settle(all))
		for ref := range rack.chassis {
			if way := rack.location(ref); len(way) == 0 || len(way) > len(all) {
				t.Errorf("%s is at %q", ref, way)
			}
		}
	})
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
	c := fuzzClient()
	fuzz(f, "*/*/volume.json", func(t *testing.T, d volumeDocument) {
		wantSize(t, d.CapacityBytes)
		wantSize(t, d.Capacity.Data.AllocatedBytes)
		for _, source := range d.CapacitySources {
			wantRefs(t, c.refsOf(source.ProvidingPools))
		}
	})
}

// FuzzResource makes a drive, a device and an end of a fabric of whatever there
// is.
func FuzzResource(f *testing.F) {
	p := &pod{client: fuzzClient()}
	for _, pattern := range []string{"*/*/drive.json", "*/*/volume.json", "*/*/*rocessor.json"} {
		seed(f, pattern)
	}
	fuzz(f, "*/*/[Ee]ndpoint*.json", func(t *testing.T, d resourceDocument) {
		r := resource{"/redfish/v1/Chassis/1/Drives/1", d.kind("/redfish/v1/Chassis/1/Drives/1"), d}
		wantSize(t, size{r.drive().CapacityBytes})
		for _, e := range merge(p.endsOf(fabric{ref: "/redfish/v1/Fabrics/1"}, "/redfish/v1/Fabrics/1/Endpoints/1", d)) {
			wantRefs(t, append(e.endpoints, e.device))
			if dev := p.device(e, r, nil); dev.Type == "" || dev.State == "" || dev.Properties["device_id"] == "" {
				t.Errorf("the device is %+v", dev)
			}
		}
	})
}

// FuzzAuthorities holds what is not certificates to be Invalid, and unquoted.
func FuzzAuthorities(f *testing.F) {
	for _, text := range []string{"", " \n", "x", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
		"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----"} {
		f.Add(text)
	}
	usual := x509.NewCertPool()
	f.Fuzz(func(t *testing.T, text string) {
		pool, err := authorities(text, usual)
		switch {
		case err != nil && (service.CodeOf(err) != service.Invalid || pool != nil || !strings.HasPrefix(err.Error(), "ca_certificate: ")):
			t.Errorf("%q: %v, %v", text, pool, err)
		case err == nil && pool == usual && strings.TrimSpace(text) != "":
			t.Errorf("%q was passed over", text)
		}
	})
}
