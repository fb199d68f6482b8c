package rsd

import (
	"net/http"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/drivertest"
)

// TestExam examines the driver with the simulated pod, in every version of RSD.
func TestExam(t *testing.T) {
	t.Parallel()
	for version, devices := range map[string]int{"1.2": 0, "2.1": 4, "2.2": 4, "2.3": 6, "2.4": 6} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			drivertest.Run(t, func(t *testing.T) drivertest.Fixture {
				f := simulated(t, version, podsim.Topology{Racks: 1})
				f.Devices = devices
				if version == "1.2" {
					f.WrongState = http.StatusBadRequest
				}
				if version >= "2.3" {
					f.Volume = service.VolumeAllocation{CapacityBytes: 10 << 30}
				}
				return f
			})
		})
	}
}

// TestExamWithoutStorage examines it with a pod that has little to attach and
// nothing to make volumes of.
func TestExamWithoutStorage(t *testing.T) {
	t.Parallel()
	drivertest.Run(t, func(t *testing.T) drivertest.Fixture {
		f := simulated(t, "2.3", podsim.Topology{
			Racks:           1,
			StorageServices: []podsim.StorageService{},
			PooledDrives:    []podsim.Drive{podsim.PooledDrive()},
			FPGAs:           []podsim.FPGA{podsim.PooledFPGA()},
		})
		f.Devices = 2
		return f
	})
}

// simulated is a simulated pod of some version and size.
func simulated(t *testing.T, version string, size podsim.Topology) drivertest.Fixture {
	t.Helper()
	sim, err := podsim.Start(podsim.Options{
		Dialect:       version,
		Topology:      size,
		Username:      "operator",
		Password:      "c0rrect-horse-battery",
		AssembleDelay: 20 * time.Millisecond,
		PowerDelay:    20 * time.Millisecond,
		EraseDelay:    20 * time.Millisecond,
		TaskDelay:     20 * time.Millisecond,
		AttachDelay:   5 * time.Millisecond,
	})
	if err != nil {
		t.Fatalf("starting the simulated pod: %v", err)
	}
	t.Cleanup(func() { sim.Close() })
	return drivertest.Fixture{
		Driver: Open,
		PodManager: service.PodManager{
			UUID:        "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11",
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
		Boot:        service.Boot{Enabled: service.BootOnce, Target: "Pxe"},
		Essential:   []string{"ComposedNodeState"},
		WrongState:  http.StatusConflict,
	}
}
