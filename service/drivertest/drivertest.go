// Package drivertest is the exam that every driver of pod managers must pass.
//
// It puts a proxy between the driver and a running pod, watches and disturbs
// what passes, and holds the driver to the promises of service.Pod. It knows
// HTTP and JSON, but no dialect of Redfish and no driver.
package drivertest

import (
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

// Fixture is a driver and a running pod of its own to be examined with.
type Fixture struct {
	Driver service.Driver
	// PodManager is how to reach the pod over plain HTTP. Its password is
	// long enough not to turn up anywhere by chance.
	PodManager service.PodManager
	// Fits is what the pod has free at least twice, with a number of cores
	// and an amount of memory; Excessive is what it does not have.
	Fits, Excessive service.Requirements
	// Unsupported are requirements that the driver cannot honour, by the name
	// of the field that its error must mention.
	Unsupported map[string]service.Requirements
	// Boot is a setting that every machine takes, for one boot, and that none
	// has from the start.
	Boot service.Boot
	// WrongState is the status by which the pod refuses to assemble a machine
	// twice, and to do a power action before that. Zero: it does both.
	WrongState int
	// Volume is what the pools have room for at least five times, of a kind
	// that can be attached to a machine that Fits. Without a capacity, the pod
	// has no pooled storage.
	Volume service.VolumeAllocation
	// Devices is how many pooled devices are free and can be attached to a
	// machine that Fits.
	Devices int
	// Ready says that a machine is assembled when it has been allocated, so that
	// Assemble asks the pod for nothing.
	Ready bool
	// Essential are the properties that a driver may insist on. It must do
	// without any other that is neither a link nor an annotation.
	Essential []string
}

// patience is how long the exam waits for what a pod does in the background.
const patience = 10 * time.Second

// Run examines a driver. open starts a fresh pod for each part of the exam,
// and stops it with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) Fixture) {
	parts := []struct {
		name string
		run  func(*testing.T, *desk)
	}{
		{"Life", testLife},
		{"MachineDetails", testMachine},
		{"TwoMachines", testTwoMachines},
		{"NoCapacity", testNoCapacity},
		{"Unsupported", testUnsupported},
		{"Unknown", testUnknown},
		{"UnofferedReset", testUnofferedReset},
		{"OfferedResets", testOfferedResets},
		{"WrongState", testWrongState},
		{"ForeignMark", testForeignMark},
		{"Machines", testMachines},
		{"Boot", testBoot},
		{"AttachVolume", testAttachVolume},
		{"EraseOnDetach", testEraseOnDetach},
		{"AttachDevice", testAttachDevice},
		{"DeleteAttached", testDeleteAttached},
		{"LostAttach", testLostAttach},
		{"VolumeLife", testVolumeLife},
		{"EveryPool", testEveryPool},
		{"RefusedVolumes", testRefusedVolumes},
		{"ForeignVolumeMark", testForeignVolumeMark},
		{"LostVolume", testLostVolume},
		{"NoStorage", testNoStorage},
		{"Systems", testSystems},
		{"Parts", testParts},
		{"Chassis", testChassis},
		{"UnreadableSystem", testUnreadableSystem},
		{"UnreadableParts", testUnreadableParts},
		{"MissingHardwareProperties", testMissingHardwareProperties},
		{"ManyAtOnce", testManyAtOnce},
		{"LostAllocate", testLostAllocate},
		{"Status", testStatus},
		{"NotUp", testNotUp},
		{"BrokenAnswers", testBrokenAnswers},
		{"Unreachable", testUnreachable},
		{"Cancelled", testCancelled},
		{"Deadline", testDeadline},
		{"MissingProperties", testMissingProperties},
		{"WrongPassword", testWrongPassword},
		{"Secrets", testSecrets},
		{"ExpiredSession", testExpiredSession},
		{"SessionsEnd", testSessionsEnd},
		{"OtherHosts", testOtherHosts},
		{"Open", testOpen},
		{"Certificates", testCertificates},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.run(t, newDesk(t, open(t)))
		})
	}
}

// desk is one candidate at work: a pod opened by the driver, through the proxy.
type desk struct {
	Fixture
	tap *tap
	pod service.Pod
}

func newDesk(t *testing.T, f Fixture) *desk {
	t.Helper()
	d := &desk{Fixture: f, tap: newTap(t, f.PodManager.URL)}
	d.PodManager.URL = d.tap.url()
	d.pod = d.open(t, d.PodManager)
	return d
}

// open opens a pod manager with the driver, until the end of the test.
func (d *desk) open(t *testing.T, pm service.PodManager) service.Pod {
	t.Helper()
	pod, err := d.Driver(pm)
	if err != nil {
		t.Fatalf("opening the pod manager: %v", err)
	}
	t.Cleanup(func() {
		d.tap.use(nil)  // signing out must not wait for one that hangs
		_ = pod.Close() // SessionsEnd looks at what it says
	})
	return pod
}

const (
	uuidA = "6f1d9a52-0a3c-4c0e-9f52-7b0f3c1f8a01"
	uuidB = "6f1d9a52-0a3c-4c0e-9f52-7b0f3c1f8a02"
)

// allocate sets a machine aside for a node.
func (d *desk) allocate(t *testing.T, uuid string) (ref string) {
	t.Helper()
	ref, err := d.pod.Allocate(t.Context(), d.allocation(uuid))
	if err != nil {
		t.Fatalf("Allocate: %v", err)
	}
	return ref
}

func (d *desk) allocation(uuid string) service.Allocation {
	return service.Allocation{NodeUUID: uuid, Name: "web-1", Description: "front end", Requirements: d.Fits}
}

// assemble makes a new machine ready for use, for the node uuidA.
func (d *desk) assemble(t *testing.T) (ref string) {
	t.Helper()
	ref = d.allocate(t, uuidA)
	d.makeReady(t, ref)
	return ref
}

func (d *desk) makeReady(t *testing.T, ref string) {
	t.Helper()
	if err := d.pod.Assemble(t.Context(), ref); err != nil {
		t.Fatalf("Assemble: %v", err)
	}
	eventually(t, "the machine is assembled", func() bool {
		state, err := d.pod.State(t.Context(), ref)
		if err != nil {
			t.Fatalf("State: %v", err)
		}
		return state == service.MachineAssembled
	})
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %s it is still not so that %s", patience, what)
		}
	}
}
