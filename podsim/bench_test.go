package podsim_test

import (
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// BenchmarkNew builds a pod of 1,000 systems.
func BenchmarkNew(b *testing.B) {
	topology := podsim.Topology{Racks: 10, DrawersPerRack: 10, SledsPerDrawer: 10}
	for b.Loop() {
		sim, err := podsim.New(podsim.Options{Topology: topology})
		if err != nil {
			b.Fatal(err)
		}
		sim.Close()
	}
}
