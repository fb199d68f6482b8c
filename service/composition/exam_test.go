package composition

import (
	"cmp"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/drivertest"
)

// TestExam examines the driver with the simulated pod.
func TestExam(t *testing.T) {
	t.Parallel()
	drivertest.Run(t, func(t *testing.T) drivertest.Fixture { return simulated(t, podsim.Options{}) })
}

// TestExamWithTasks examines it with a pod that answers a composition with a
// task.
func TestExamWithTasks(t *testing.T) {
	t.Parallel()
	drivertest.Run(t, func(t *testing.T) drivertest.Fixture { return simulated(t, podsim.Options{Async: true}) })
}

// simulated is a simulated pod of one rack.
func simulated(t *testing.T, o podsim.Options) drivertest.Fixture {
	t.Helper()
	o.Dialect = cmp.Or(o.Dialect, "dmtf")
	o.Topology = podsim.Topology{Racks: 1}
	o.Username, o.Password = "operator", password
	o.AssembleDelay, o.PowerDelay, o.AttachDelay = 5*time.Millisecond, 20*time.Millisecond, 5*time.Millisecond
	sim, err := podsim.Start(o)
	if err != nil {
		t.Fatalf("starting the simulated pod: %v", err)
	}
	t.Cleanup(func() { sim.Close() })
	return drivertest.Fixture{
		Driver:     Open,
		PodManager: managerAt(sim.URL),
		Fits: service.Requirements{
			Memory:    service.MemoryRequirement{CapacityMiB: 1024, Type: "DDR4"},
			Processor: service.ProcessorRequirement{TotalCores: 2},
		},
		Excessive:   service.Requirements{Memory: service.MemoryRequirement{CapacityMiB: 1 << 30}},
		Unsupported: map[string]service.Requirements{"pci_devices": {PCIDevices: []string{"Floppy"}}},
		Boot:        service.Boot{Enabled: service.BootOnce, Target: "Pxe"},
		Devices:     6,
		Ready:       true,
		Essential:   []string{"CompositionState"},
	}
}

func managerAt(url string) service.PodManager {
	return service.PodManager{
		UUID:        "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11",
		Name:        "pod-1",
		URL:         url,
		Credentials: service.Credentials{Type: "basic", Username: "operator", Password: password},
	}
}

const (
	password = "c0rrect-horse-battery"
	nodeUUID = "6f1d9a52-0a3c-4c0e-9f52-7b0f3c1f8a01"
)
