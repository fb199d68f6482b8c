// Package storetest is the exam that every service.Store has to pass.
//
// It knows the interfaces of package service only, and nothing of how a store
// is made.
package storetest

import (
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// Open opens one more store on the same records, as a further process would.
// Die takes from the store what its process holds, as if that process had died;
// the store itself goes on answering.
type Open func(t *testing.T) (s service.Store, die func())

// Run runs the exam. NewRecords makes an empty place for records.
func Run(t *testing.T, newRecords func(t *testing.T) Open) {
	parts := []struct {
		name string
		test func(t *testing.T, open Open)
	}{
		{"Flavors", testFlavors},
		{"PodManagers", testPodManagers},
		{"NotFound", testNotFound},
		{"ConcurrentUpdates", testConcurrentUpdates},
		{"Order", testOrder},
		{"ListSeesOneMoment", testListSeesOneMoment},
		{"EndedContext", testEndedContext},
		{"Compose", testCompose},
		{"ComposeOnMissingPodManager", testComposeOnMissingPodManager},
		{"PodManagerWithNodes", testPodManagerWithNodes},
		{"Idempotency", testIdempotency},
		{"ConcurrentIdempotency", testConcurrentIdempotency},
		{"MachineOfTwoNodes", testMachineOfTwoNodes},
		{"Delete", testDelete},
		{"Hold", testHold},
		{"OthersMayNotWrite", testOthersMayNotWrite},
		{"ClaimAfterDeath", testClaimAfterDeath},
		{"LostHold", testLostHold},
		{"OneClaimWins", testOneClaimWins},
		{"CreateNode", testCreateNode},
		{"UpdateNode", testUpdateNode},
		{"Orders", testOrders},
		{"ForgetIntent", testForgetIntent},
		{"NodeFilter", testNodeFilter},
		{"After", testAfter},
		{"ListsAreApart", testListsAreApart},
		{"OwnWrites", testOwnWrites},
		{"OthersWrites", testOthersWrites},
		{"Version", testVersion},
		{"Ready", testReady},
		{"Volumes", testVolumes},
		{"VolumeIdempotency", testVolumeIdempotency},
		{"VolumeFilter", testVolumeFilter},
		{"HoldVolume", testHoldVolume},
		{"LostVolumeHold", testLostVolumeHold},
		{"Devices", testDevices},
		{"PodManagerWithDevices", testPodManagerWithDevices},
		{"PodManagerWithVolumes", testPodManagerWithVolumes},
		{"Snapshots", testSnapshots},
		{"SnapshotRefusals", testSnapshotRefusals},
		{"ConcurrentSnapshots", testConcurrentSnapshots},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.test(t, newRecords(t))
		})
	}
}

func at(second int) time.Time { return time.Date(2026, 1, 2, 3, 4, second, 567000, time.UTC) }

func flavor(name string) service.Flavor {
	return service.Flavor{
		UUID: uuid.NewString(), Name: name, CreatedAt: at(1), UpdatedAt: at(1),
		Properties: service.Requirements{
			Memory:     service.MemoryRequirement{CapacityMiB: 1024, Type: "DDR4"},
			Processor:  service.ProcessorRequirement{TotalCores: 2},
			PCIDevices: []string{"SSD"},
		},
	}
}

func podManager(name string) service.PodManager {
	return service.PodManager{
		UUID: uuid.NewString(), Name: name, URL: "https://" + name + ".example", Driver: "redfishv1",
		Credentials: service.Credentials{Type: "basic", Username: "u", Password: "p"},
		Status:      service.PodManagerOnline, CreatedAt: at(1), UpdatedAt: at(1),
	}
}

// work is a node with the intent to compose it.
func work(pm service.PodManager) (service.Intent, service.Node) {
	n := service.Node{
		UUID: uuid.NewString(), Name: "web", PodManagerID: pm.UUID, ProjectID: "p1",
		State: service.NodeComposing, CreatedAt: at(2), UpdatedAt: at(2),
	}
	return service.Intent{
		NodeUUID: n.UUID, Kind: service.IntentCompose, Step: service.StepIntended, StartedAt: at(2), UpdatedAt: at(2),
	}, n
}

// removal is the intent to delete a node, and the node meanwhile.
func removal(n service.Node) (service.Intent, service.Node) {
	n.State = service.NodeDeleting
	return service.Intent{NodeUUID: n.UUID, Kind: service.IntentDelete, Step: service.StepIntended, StartedAt: at(9), UpdatedAt: at(9)}, n
}

func only(t *testing.T, open Open) service.Store {
	t.Helper()
	s, _ := open(t)
	return s
}

func registered(t *testing.T, s service.Store, name string) service.PodManager {
	t.Helper()
	pm := podManager(name)
	ok(t, s.CreatePodManager(t.Context(), pm))
	return pm
}

// begun begins to compose a node.
func begun(t *testing.T, s service.Store, pm service.PodManager) (service.Intent, service.Node) {
	t.Helper()
	in, n := work(pm)
	_, isNew, err := s.Begin(t.Context(), in, n)
	ok(t, err)
	if !isNew {
		t.Fatal("Begin of a new node says that it was not begun")
	}
	return in, n
}

// composed makes a settled node.
func composed(t *testing.T, s service.Store, pm service.PodManager, ref string) service.Node {
	t.Helper()
	_, n := begun(t, s, pm)
	n.Ref, n.State = ref, service.NodeComposed
	ok(t, s.Finish(t.Context(), n))
	return n
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func code(t *testing.T, err error, want service.Code) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	if got := service.CodeOf(err); got != want {
		t.Fatalf("%s (%v), want %s", got, err, want)
	}
}

func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
}

func all[T any](t *testing.T, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var list []T
	for v, err := range seq {
		ok(t, err)
		list = append(list, v)
	}
	return list
}
