package composition

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfishtest"
)

// bundle opens one of DMTF's mockups, brought to life by the simulator.
func bundle(t *testing.T, name string) service.Pod {
	t.Helper()
	sim, err := podsim.Start(podsim.Options{
		Dialect: "dmtf", Bundle: redfishtest.Shared(t, "dmtf/"+name+".bundle.json"), Username: "operator", Password: password,
	})
	if err != nil {
		t.Fatalf("starting the simulated pod: %v", err)
	}
	t.Cleanup(func() { sim.Close() })
	return openAt(t, sim.URL, Options{})
}

func openAt(t *testing.T, url string, o Options) service.Pod {
	t.Helper()
	pod, err := New(o)(managerAt(url))
	if err != nil {
		t.Fatalf("opening the pod manager: %v", err)
	}
	t.Cleanup(func() { pod.Close() })
	return pod
}

// TestBundles composes on each of DMTF's mockups, in which nothing is free that
// a machine could be made of, or only physical systems are.
func TestBundles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		deletes string // to make room
		ref     string // what the ref of the machine starts with
		named   bool
	}{
		"public-composability":           {"/redfish/v1/Systems/ComposedSystem2", "/redfish/v1/Systems/", true},
		"public-constrained-composition": {"/redfish/v1/Systems/ComposedSystem2", "/redfish/v1/Systems/", true},
		"public-compose-action":          {"", "/redfish/v1/Systems/RackServer-", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pod := bundle(t, name)
			if test.deletes != "" {
				if err := pod.Delete(t.Context(), test.deletes); err != nil {
					t.Fatalf("Delete of %s: %v", test.deletes, err)
				}
			}
			live(t, pod, test.ref, test.named)
		})
	}
}

// TestBent composes on the two services that bend the standard the most, until
// they are full.
func TestBent(t *testing.T) {
	t.Parallel()
	for dialect, named := range map[string]bool{"dmtf-hpe": true, "dmtf-odim": false} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			pod := openAt(t, simulated(t, podsim.Options{Dialect: dialect}).PodManager.URL, Options{})
			live(t, pod, "/redfish/v1/Systems/", named)
			var refs []string
			for i := 0; ; i++ {
				ref, err := pod.Allocate(t.Context(), service.Allocation{NodeUUID: fmt.Sprintf("6f1d9a52-0a3c-4c0e-9f52-%012d", i), Name: "web"})
				if err != nil {
					wantCode(t, "Allocate in the end", err, service.NoCapacity)
					break
				}
				refs = append(refs, ref)
			}
			if len(refs) != 4 || len(machines(t, pod)) != 4 {
				t.Errorf("composed %v of 4 systems", refs)
			}
			for i, ref := range refs {
				if found, err := pod.Find(t.Context(), fmt.Sprintf("6f1d9a52-0a3c-4c0e-9f52-%012d", i)); found != ref || err != nil {
					t.Errorf("Find = %q, %v; want %q", found, err, ref)
				}
				if err := pod.Delete(t.Context(), ref); err != nil {
					t.Errorf("Delete: %v", err)
				}
			}
			live(t, pod, "/redfish/v1/Systems/", named)
		})
	}
}

// live takes one machine from nothing to nothing. Its ref starts with prefix,
// and it has the node's name where it is named.
func live(t *testing.T, pod service.Pod, prefix string, named bool) {
	t.Helper()
	ctx := t.Context()
	if err := pod.Probe(ctx); err != nil {
		t.Fatalf("Probe: %v", err)
	}
	before := machines(t, pod)
	ref := composeOne(t, pod)
	if !strings.HasPrefix(ref, prefix) || slices.Contains(before, ref) {
		t.Errorf("composed %s, want %s; machines before: %v", ref, prefix, before)
	}
	m, err := pod.Machine(ctx, ref)
	if err != nil || len(m.Processors) == 0 || len(m.Memory) == 0 || m.State != service.MachineAssembled {
		t.Errorf("the machine is %+v, %v", m, err)
	}
	if (m.Name == "web-1") != named {
		t.Errorf("its name is %q", m.Name)
	}
	sys, err := pod.System(ctx, path.Base(ref))
	if err != nil || sys.Name != m.Name || strings.Contains(sys.AssetTag, "valence") {
		t.Errorf("the system is called %q, tagged %q, %v", sys.Name, sys.AssetTag, err)
	}
	attachAll(ctx, t, pod, ref)
	if err := pod.Delete(ctx, ref); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	if after := machines(t, pod); !slices.Equal(after, before) {
		t.Errorf("afterwards the machines are %v, before %v", after, before)
	}
	_, err = pod.Find(ctx, nodeUUID)
	wantCode(t, "Find afterwards", err, service.NotFound)
}

// composeOne composes what every mockup has and finds it by its mark.
func composeOne(t *testing.T, pod service.Pod) string {
	t.Helper()
	ref, err := pod.Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Name: "web-1", Requirements: service.Requirements{
		Processor: service.ProcessorRequirement{TotalCores: 4}, Memory: service.MemoryRequirement{CapacityMiB: 8192, Type: "DDR4"},
	}})
	if err != nil {
		t.Fatalf("Allocate: %v", err)
	}
	if found, err := pod.Find(t.Context(), nodeUUID); found != ref || err != nil {
		t.Errorf("Find = %q, %v; want %q", found, err, ref)
	}
	return ref
}

func machines(t *testing.T, pod service.Pod) []string {
	t.Helper()
	refs, err := pod.Machines(t.Context())
	if err != nil {
		t.Fatalf("Machines: %v", err)
	}
	slices.Sort(refs)
	return refs
}

// attachAll attaches whatever the zone of the machine allows, and detaches it.
func attachAll(ctx context.Context, t *testing.T, pod service.Pod, ref string) {
	t.Helper()
	devices, err := pod.Devices(ctx)
	if err != nil {
		t.Fatalf("Devices: %v", err)
	}
	attached := 0
	for _, d := range devices {
		if d.State != service.DeviceFree || pod.Attach(ctx, ref, d.Ref) != nil {
			continue
		}
		attached++
		m, err := pod.Machine(ctx, ref)
		if err != nil || !slices.Contains(m.Attached, d.Ref) {
			t.Errorf("attached are %v, %v; want %s among them", m.Attached, err, d.Ref)
		}
		if err := pod.Detach(ctx, ref, d.Ref); err != nil {
			t.Errorf("Detach of %s: %v", d.Ref, err)
		}
	}
	if attached == 0 {
		t.Errorf("of the devices %+v none could be attached", devices)
	}
}

// TestBundleFull asks for what is not there, and is told what was missing: the
// one system that is free is in a zone in which nothing is composed.
func TestBundleFull(t *testing.T) {
	t.Parallel()
	pod := bundle(t, "public-composability")
	_, err := pod.Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Requirements: service.Requirements{
		Processor: service.ProcessorRequirement{TotalCores: 4},
	}})
	wantCode(t, "Allocate", err, service.NoCapacity)
	const want = "[all: 12 -> free: 5 -> compute: 1 -> cores: 1 -> processor model: 1 -> memory: 1 -> memory type: 1 -> zone, devices and limits: 0]"
	if err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %s", err, want)
	}
}

func wantCode(t *testing.T, what string, err error, want service.Code) {
	t.Helper()
	if err == nil || service.CodeOf(err) != want {
		t.Errorf("%s: got the error %v, want one with code %s", what, err, want)
	}
}
