package inventory

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// many are systems as a pod may have them, with documents of about 2.5 KB.
func many(n int) []service.System {
	all := make([]service.System, n)
	for i := range all {
		id := fmt.Sprint(i + 1)
		cores, memory, storage := 48, 384.5, int64(1)<<40
		doc := map[string]any{"Id": id, "UUID": uuid.NewString(), "PowerState": "Off"}
		for k := range 40 {
			doc[fmt.Sprint("Property", k)] = map[string]any{"@odata.id": fmt.Sprintf("/redfish/v1/Systems/%s/Part%d", id, k)}
		}
		all[i] = service.System{
			Ref: "/redfish/v1/Systems/" + id, ID: id, UUID: uuid.NewString(), Name: "Rack1-Drawer2-Sled" + id, Description: "large",
			Health: "OK", PowerState: "Off", Cores: &cores, Architecture: "x86-64", Model: "Intel(R) Xeon(R) Platinum 8160",
			MemoryGiB: &memory, StorageBytes: &storage, Chassis: "/redfish/v1/Chassis/" + id,
			Location: []string{"Sled:" + id, "Drawer:6", "Rack:2", "Pod:1"}, Document: doc,
		}
	}
	return all
}

func pack(t *testing.T, systems []service.System, chassis ...service.Chassis) []service.Piece {
	t.Helper()
	some, err := systemItems(systems)
	if err != nil {
		t.Fatal(err)
	}
	others, err := items(chassis, func(c service.Chassis) map[string]any { return c.Document })
	if err != nil {
		t.Fatal(err)
	}
	pieces, err := packAll(some, others)
	if err != nil {
		t.Fatal(err)
	}
	return pieces
}

// TestManySystems packs and unpacks what is the largest pod that is promised to
// do well.
func TestManySystems(t *testing.T) {
	t.Parallel()
	const n = 10_000
	want := many(n)
	begin := time.Now()
	pieces := pack(t, want, service.Chassis{Ref: "/redfish/v1/Chassis/1", ID: "1", Contains: []string{"/a"}, Document: map[string]any{"Id": "1"}})
	packing, size, largest := time.Since(begin), 0, 0
	for _, p := range pieces {
		size, largest = size+len(p.Data), max(largest, len(p.Data))
	}
	begin = time.Now()
	v, err := unpackView(service.Snapshot{Head: []byte(`{"read_at":"2026-01-02T03:04:05Z"}`), Pieces: pieces}, nil)
	if err != nil {
		t.Fatal(err)
	}
	unpacking := time.Since(begin)
	t.Logf("%d systems: %d pieces, %d bytes, the largest %d; packed in %v, unpacked in %v", n, len(pieces), size, largest, packing, unpacking)
	if size > 500*n || largest > service.MaxPiece/2 || len(pieces) > 4*n/groupSize {
		t.Errorf("%d pieces with %d bytes, the largest %d", len(pieces), size, largest)
	}
	got, err := v.systems("podm", true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != n {
		t.Fatalf("%d systems", len(got))
	}
	for i := 0; i < n; i += 97 { // to compare all takes longer than all the rest
		want[i].PodManagerID, want[i].SeenAt = "podm", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		if diff := cmp.Diff(want[i], got[i]); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	}
	chassis, err := v.chassis("podm", true, nil)
	if err != nil || len(chassis) != 1 || chassis[0].Contains[0] != "/a" || chassis[0].Document["Id"] != "1" {
		t.Errorf("chassis %+v, %v", chassis, err)
	}
}

// TestFewPiecesChange is about what a change among many systems costs.
func TestFewPiecesChange(t *testing.T) {
	t.Parallel()
	all := many(1000)
	before := map[string]bool{}
	for _, p := range pack(t, all) {
		before[p.ID] = true
	}
	changed := all[500]
	changed.PowerState = "On"
	for name, systems := range map[string][]service.System{
		"nothing changed": all,
		"one changed":     append(append(append([]service.System{}, all[:500]...), changed), all[501:]...),
		"one more":        append(append(append([]service.System{}, all[:500]...), many(1001)[1000]), all[500:]...),
		"one less":        append(append([]service.System{}, all[:500]...), all[501:]...),
		"the first gone":  all[1:],
	} {
		written := 0
		for _, p := range pack(t, systems) {
			if !before[p.ID] {
				written++
			}
		}
		if most := 2; written > most || written == 0 && name != "nothing changed" {
			t.Errorf("%s: %d of %d pieces are written", name, written, len(before))
		}
	}
}

// TestHugeDocuments is about a pod that says too much of something.
func TestHugeDocuments(t *testing.T) {
	t.Parallel()
	all := many(3)
	noise := make([]byte, 4*documentMost)
	for i := range noise {
		noise[i] = "0123456789abcdef"[i*i*7%13]
	}
	all[1].Document["noise"] = string(noise)
	v, err := unpackView(service.Snapshot{Head: []byte(`{}`), Pieces: pack(t, all)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := v.systems("podm", true, nil)
	if err != nil || len(got) != 3 || got[1].Document != nil || got[2].Document["Id"] != "3" {
		t.Errorf("got %.300v, %v", got, err)
	}
}

// FuzzPiece unpacks whatever may stand in the store.
func FuzzPiece(f *testing.F) {
	some, _ := systemItems(many(2))
	pieces, _ := packAll(some, nil)
	for _, p := range pieces {
		f.Add(p.Data)
		f.Add(p.Data[:len(p.Data)/2])
	}
	f.Add([]byte{})
	f.Fuzz(func(_ *testing.T, data []byte) {
		p := service.NewPiece(data)
		_, _ = unpackFacts(p)
		_, _ = unpackDocuments[map[string]any](p)
	})
}
