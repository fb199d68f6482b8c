package rsd

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/podsim/faults"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// podOf is a simulated pod of a version and the driver on it.
func podOf(t *testing.T, o podsim.Options) (*podsim.Server, service.Pod) {
	t.Helper()
	sim, err := podsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	pod, err := Open(service.PodManager{
		UUID: "podm", Name: "pod-1", URL: sim.URL,
		Credentials: service.Credentials{Type: "basic", Username: "admin", Password: "admin"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pod.Close() })
	return sim, pod
}

func versions() []string { return []string{"1.2", "2.1", "2.2", "2.3", "2.4"} }

// ready composes a machine.
func ready(t *testing.T, pod service.Pod, r service.Requirements) string {
	t.Helper()
	ref, err := pod.Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Requirements: r})
	if err == nil {
		err = pod.Assemble(t.Context(), ref)
	}
	if err != nil {
		t.Fatal(err)
	}
	for state := service.MachineState(""); state != service.MachineAssembled; {
		if state, err = pod.State(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	return ref
}

// TestSumOfCores: a machine with two processors has the cores of both, whether
// the version knows sums or not.
func TestSumOfCores(t *testing.T) {
	t.Parallel()
	for _, version := range versions() {
		small := podsim.Topology{Racks: 1, DrawersPerRack: 1, SledsPerDrawer: 2} // one of 8 cores, one of 2 x 12
		_, pod := podOf(t, podsim.Options{Dialect: version, Topology: small})
		ref := ready(t, pod, service.Requirements{
			Memory:    service.MemoryRequirement{CapacityMiB: 100 << 10, Type: "DDR4"},
			Processor: service.ProcessorRequirement{TotalCores: 24},
		})
		m, err := pod.Machine(t.Context(), ref)
		if err != nil || len(m.Processors) != 2 || *m.Processors[0].TotalCores != 12 {
			t.Errorf("%s: the processors are %+v, %v", version, m.Processors, err)
		}
		if len(m.Drives) != 2 || m.Drives[0].CapacityBytes == nil || m.Drives[0].MediaType != "SSD" || m.Drives[0].Protocol != "NVMe" ||
			len(m.Attached) != 0 {
			t.Errorf("%s: the drives are %+v, attached is %v", version, m.Drives, m.Attached)
		}
		if len(m.Drives) > 0 && *m.Drives[0].CapacityBytes != 480<<30 {
			t.Errorf("%s: a drive of 480 GiB has %d bytes", version, *m.Drives[0].CapacityBytes)
		}
	}
}

// TestDeletedMachineIsOff: what runs on a machine must not outlive it.
func TestDeletedMachineIsOff(t *testing.T) {
	t.Parallel()
	for _, version := range versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			_, pod := podOf(t, podsim.Options{Dialect: version, PowerDelay: 30 * time.Millisecond})
			ref := ready(t, pod, service.Requirements{})
			m, err := pod.Machine(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			if err := pod.Reset(t.Context(), ref, service.ResetOn); err != nil {
				t.Fatal(err)
			}
			id := m.SystemRef[strings.LastIndex(m.SystemRef, "/")+1:]
			power := func() string {
				sys, err := pod.System(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				return sys.PowerState
			}
			for power() != "On" {
				time.Sleep(5 * time.Millisecond)
			}
			if err := pod.Delete(t.Context(), ref); err != nil {
				t.Fatal(err)
			}
			if got := power(); got != "Off" {
				t.Errorf("the machine is gone, its system is %s", got)
			}
		})
	}
}

// TestSickMachineRefuses: that is a conflict whatever status says so, and it can
// be deleted all the same.
func TestSickMachineRefuses(t *testing.T) {
	t.Parallel()
	for _, version := range versions() {
		sim, pod := podOf(t, podsim.Options{Dialect: version})
		ref := ready(t, pod, service.Requirements{})
		if err := pod.Reset(t.Context(), ref, service.ResetOn); err != nil {
			t.Fatal(err)
		}
		if err := sim.SetHealth(sim.Nodes()[0].SystemID, "Critical"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, version+": Reset", pod.Reset(t.Context(), ref, service.ResetForceOff), service.Conflict)
		boot := service.Boot{Enabled: service.BootOnce, Target: "Pxe"}
		wantCode(t, version+": SetBoot", pod.SetBoot(t.Context(), ref, boot), service.Conflict)
		if err := pod.Delete(t.Context(), ref); err != nil {
			t.Errorf("%s: Delete: %v", version, err)
		}
	}
}

// TestPartOfABoot: what is left empty stays as it is, also where the pod
// manager wants to be told all of it.
func TestPartOfABoot(t *testing.T) {
	t.Parallel()
	for _, version := range versions() {
		_, pod := podOf(t, podsim.Options{Dialect: version})
		ref := ready(t, pod, service.Requirements{})
		for _, boot := range []service.Boot{{Enabled: service.BootContinuous, Target: "Cd"}, {Target: "Usb"}, {Enabled: service.BootOnce}} {
			if err := pod.SetBoot(t.Context(), ref, boot); err != nil {
				t.Errorf("%s: SetBoot %+v: %v", version, boot, err)
			}
		}
		if m, err := pod.Machine(t.Context(), ref); err != nil || m.BootSource != "Usb" {
			t.Errorf("%s: it boots from %s, %v", version, m.BootSource, err)
		}
	}
}

// TestNothingToAttach: RSD 1.2 has no action for it.
func TestNothingToAttach(t *testing.T) {
	t.Parallel()
	_, pod := podOf(t, podsim.Options{Dialect: "1.2"})
	ref := ready(t, pod, service.Requirements{})
	const drive = "/redfish/v1/Services/1/LogicalDrives/2"
	err := pod.Attach(t.Context(), ref, drive)
	wantCode(t, "Attach", err, service.Invalid)
	if err != nil && !strings.Contains(err.Error(), "1.2") {
		t.Errorf("the error does not say why: %v", err)
	}
	if err := pod.Detach(t.Context(), ref, drive); err != nil {
		t.Errorf("Detach of what is not attached: %v", err)
	}
}

// TestStuckTask: one that never ends does not let a volume be taken for gone.
func TestStuckTask(t *testing.T) {
	t.Parallel()
	rule := faults.Rule{Method: "POST", Path: "/redfish/v1/StorageServices/*/Volumes", Effect: faults.Stick}
	sim, _ := podOf(t, podsim.Options{Dialect: "2.4", Faults: []faults.Rule{rule}})
	pod, err := New(redfish.Options{SlowTimeout: 200 * time.Millisecond})(service.PodManager{
		Name: "pod-1", URL: sim.URL, Credentials: service.Credentials{Type: "basic", Username: "admin", Password: "admin"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer pod.Close()
	_, err = pod.CreateVolume(t.Context(), service.VolumeAllocation{VolumeUUID: volumeUUID, CapacityBytes: 1 << 30})
	wantCode(t, "CreateVolume", err, service.Timeout)
	_, err = pod.FindVolume(t.Context(), volumeUUID)
	wantCode(t, "FindVolume", err, service.Timeout)
}

// TestFailedTask: the final answer of a task counts like any other.
func TestFailedTask(t *testing.T) {
	t.Parallel()
	rule := faults.Rule{Method: "POST", Path: "/redfish/v1/StorageServices/*/Volumes", Effect: faults.Fail}
	_, pod := podOf(t, podsim.Options{Dialect: "2.4", Faults: []faults.Rule{rule}, TaskDelay: 50 * time.Millisecond})
	_, err := pod.CreateVolume(t.Context(), service.VolumeAllocation{VolumeUUID: volumeUUID, CapacityBytes: 1 << 30})
	wantCode(t, "CreateVolume", err, service.PodFailed)
	_, err = pod.FindVolume(t.Context(), volumeUUID)
	wantCode(t, "FindVolume", err, service.NotFound)
}

// TestRemoteDrives: what a machine was given while it was allocated is attached
// to it, in the form of its version.
func TestRemoteDrives(t *testing.T) {
	t.Parallel()
	logical := `{"RemoteDrives":[{"CapacityGiB":10,"iSCSIAddress":"iqn.a","Master":{"Type":"Clone",
		"Resource":{"@odata.id":"/redfish/v1/Services/1/LogicalDrives/2"}}}]}`
	volume := `{"RemoteDrives":[{"CapacityGiB":10,"Protocol":"iSCSI"}]}`
	for version, request := range map[string]string{"1.2": logical, "2.1": logical, "2.2": logical, "2.3": volume, "2.4": volume} {
		sim, pod := podOf(t, podsim.Options{Dialect: version})
		r, err := http.NewRequestWithContext(t.Context(), "POST", sim.URL+"/redfish/v1/Nodes/Actions/Allocate", strings.NewReader(request))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("admin", "admin")
		made, err := http.DefaultClient.Do(r)
		if err != nil || made.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %v, %v", version, made, err)
		}
		made.Body.Close()
		const ref = "/redfish/v1/Nodes/1"
		want := "/redfish/v1/Services/1/Targets/3"
		if request == volume {
			want = sim.Volumes()[0]
		}
		m, err := pod.Machine(t.Context(), ref)
		if err != nil || len(m.Attached) != 1 || m.Attached[0] != want {
			t.Errorf("%s: attached is %v, %v; want %s", version, m.Attached, err, want)
		}
		if err := pod.Delete(t.Context(), ref); err != nil {
			t.Errorf("%s: Delete: %v", version, err)
		}
	}
}

// TestSessionsEndByThemselves: a session of RSD 2.4 that was idle for too long
// is opened again, and nobody notices.
func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	_, pod := podOf(t, podsim.Options{Dialect: "2.4", SessionTimeout: 30 * time.Millisecond})
	ref := ready(t, pod, service.Requirements{})
	for range 3 {
		time.Sleep(60 * time.Millisecond)
		if err := pod.Reset(t.Context(), ref, service.ResetOn); err != nil {
			t.Error(err)
		}
	}
}
