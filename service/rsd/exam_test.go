package rsd

import (
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/drivertest"
)

// TestExam examines the driver with the simulated pod.
func TestExam(t *testing.T) {
	t.Parallel()
	drivertest.Run(t, func(t *testing.T) drivertest.Fixture {
		sim, err := podsim.Start(podsim.Options{
			Username:      "operator",
			Password:      "c0rrect-horse-battery",
			AssembleDelay: 20 * time.Millisecond,
			PowerDelay:    20 * time.Millisecond,
		})
		if err != nil {
			t.Fatalf("starting the simulated pod: %v", err)
		}
		t.Cleanup(func() { sim.Close() })
		return drivertest.Fixture{
			Driver: Open,
			PodManager: service.PodManager{
				Name:        "pod-1",
				URL:         sim.URL,
				Credentials: service.Credentials{Type: "basic", Username: "operator", Password: "c0rrect-horse-battery"},
			},
			Fits: service.Requirements{
				Memory:    service.MemoryRequirement{CapacityMiB: 1024, Type: "DDR4"},
				Processor: service.ProcessorRequirement{TotalCores: 2},
			},
			Excessive:   service.Requirements{Memory: service.MemoryRequirement{CapacityMiB: 1 << 30}},
			Unsupported: map[string]service.Requirements{"pci_devices": {PCIDevices: []string{"SSD"}}},
			Essential:   []string{"ComposedNodeState"},
		}
	})
}
