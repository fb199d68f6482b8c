package podsim

import (
	"bytes"
	"testing"
)

// FuzzRestore gives the pod a state that somebody has edited.
func FuzzRestore(f *testing.F) {
	sim, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	data, err := sim.snapshot()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(bytes.Replace(data, []byte(`"nodes":[]`),
		[]byte(`"nodes":[{"number":1,"state":"Assembling","system":"/redfish/v1/Systems/1","assets":["/redfish/v1/Chassis/18/Drives/1"]}]`), 1))
	f.Add(bytes.Replace(data, []byte(`"volumes":[]`),
		[]byte(`"volumes":[{"number":3,"pool":"/redfish/v1/StorageServices/1/StoragePools/1","capacity":5}]`), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		sim, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		if sim.restoreFrom(data) != nil {
			return
		}
		again, err := sim.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		other, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		if err := other.restoreFrom(again); err != nil {
			t.Errorf("the pod refuses what it wrote: %v\n%s", err, again)
		}
	})
}
