package redfish

import (
	"crypto/x509"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
)

func FuzzSystem(f *testing.F) {
	c := fuzzClient()
	fuzz(f, "*/*/*ystem.json", func(t *testing.T, d SystemDocument) {
		if gib := d.MemorySummary.TotalSystemMemoryGiB.Value; gib != nil && !(*gib >= 0) {
			t.Errorf("the memory is %g GiB", *gib)
		}
		wantRefs(t, c.RefsOf(d.Links.Chassis))
	})
}

func FuzzStorageSubsystem(f *testing.F) {
	c := fuzzClient()
	fuzz(f, "*/*/storage_subsystem.json", func(t *testing.T, d storageDocument) { wantRefs(t, c.RefsOf(d.Drives)) })
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
				Chassis: service.Chassis{Ref: ref, Contains: c.RefsOf(d.Links.Contains), Systems: c.RefsOf(d.Links.ComputerSystems)},
				within:  c.RefsOf(d.Links.ContainedBy),
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
