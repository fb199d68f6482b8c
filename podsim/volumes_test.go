package podsim_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

const firstPool = "/redfish/v1/StorageServices/1/StoragePools/1"

// data reads Capacity.Data of a pool.
func data(t *testing.T, pod *podsim.Server, pool, property string) float64 {
	t.Helper()
	capacity := get(t, pod, pool, "Capacity").(map[string]any)
	return capacity["Data"].(map[string]any)[property].(float64)
}

// intel reads a property of Intel's extension of a resource.
func intel(t *testing.T, pod *podsim.Server, path, property string) any {
	t.Helper()
	return get(t, pod, path, "Oem").(map[string]any)["Intel_RackScale"].(map[string]any)[property]
}

func TestVolumeLifeCycle(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{EraseDelay: 50 * time.Millisecond})
	if got := data(t, pod, firstPool, "AllocatedBytes"); got != 8<<40 {
		t.Errorf("the pool has %g bytes, want 8 TiB", got)
	}
	volume := createVolume(t, pod, 1, `"Name":"data","Description":"mark 7","AccessCapabilities":["Read"],`+
		`"Oem":{"Intel_RackScale":{"Bootable":true,"EraseOnDetach":true}}`)
	body := send(t, pod, "GET", volume, "").want(t, http.StatusOK).json(t)
	if body["Name"] != "data" || body["Description"] != "mark 7" || body["CapacityBytes"] != 1.0*gib {
		t.Errorf("volume %v", body)
	}
	want := map[string]any{"@odata.type": "#Intel.Oem.Volume", "Bootable": true, "Erased": nil, "EraseOnDetach": true}
	if diff := cmp.Diff(map[string]any{"Intel_RackScale": want}, body["Oem"]); diff != "" {
		t.Errorf("Oem (-want +got):\n%s", diff)
	}
	if got := pod.Volumes(); !slices.Equal(got, []string{volume}) {
		t.Errorf("volumes %v, want %s", got, volume)
	}
	for _, list := range []string{"/redfish/v1/StorageServices/1/Volumes", firstPool + "/AllocatedVolumes"} {
		if got := members(t, pod, list); !slices.Equal(got, []string{volume}) {
			t.Errorf("%s lists %v, want %s", list, got, volume)
		}
	}
	if got := data(t, pod, firstPool, "ConsumedBytes"); got != gib {
		t.Errorf("the pool has %g bytes used, want 1 GiB", got)
	}

	send(t, pod, "PATCH", volume, `{"Oem":{"Intel_RackScale":{"EraseOnDetach":false}}}`).want(t, http.StatusOK)
	if intel(t, pod, volume, "EraseOnDetach") != false || intel(t, pod, volume, "Bootable") != true {
		t.Errorf("after the patch: %v", get(t, pod, volume, "Oem"))
	}
	send(t, pod, "POST", volume+"/Actions/Volume.Initialize", "").want(t, http.StatusNoContent)
	if got := intel(t, pod, volume, "Erased"); got != false {
		t.Errorf("Erased is %v right after Initialize, want false", got)
	}
	waitErased(t, pod, volume, "Erased")

	send(t, pod, "DELETE", volume, "").want(t, http.StatusNoContent)
	for _, method := range []string{"GET", "DELETE"} {
		send(t, pod, method, volume, "").want(t, http.StatusNotFound)
	}
	send(t, pod, "PATCH", volume, `{"Oem":{"Intel_RackScale":{"Bootable":false}}}`).want(t, http.StatusNotFound)
	send(t, pod, "POST", volume+"/Actions/Volume.Initialize", `{"InitializeType":"Fast"}`).want(t, http.StatusNotFound)
	if got := data(t, pod, firstPool, "ConsumedBytes"); got != 0 || len(pod.Volumes()) != 0 {
		t.Errorf("%g bytes used and volumes %v after the deletion", got, pod.Volumes())
	}
	if again := createVolume(t, pod, 1, ""); again == volume {
		t.Error("the id of a deleted volume was given out again")
	}
}

// waitErased waits until a volume or drive says that it was erased.
func waitErased(t *testing.T, pod *podsim.Server, path, property string) {
	t.Helper()
	for range 500 {
		if intel(t, pod, path, property) == true {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s was never erased", path)
}

func TestPoolCapacity(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: podsim.Topology{
		StorageServices: []podsim.StorageService{{Protocol: "iSCSI", PoolGiB: []int{3, 1}}},
	}})
	postVolume(t, pod, 1, 2*gib, "").want(t, http.StatusCreated)
	postVolume(t, pod, 1, gib+1, "").want(t, http.StatusConflict)
	postVolume(t, pod, 1, 1<<62, "").want(t, http.StatusConflict)
	postVolume(t, pod, 1, gib, "").want(t, http.StatusCreated)
	postVolume(t, pod, 1, 1, "").want(t, http.StatusConflict)
	send(t, pod, "DELETE", "/redfish/v1/StorageServices/1/Volumes/1", "").want(t, http.StatusNoContent)
	postVolume(t, pod, 1, 2*gib, "").want(t, http.StatusCreated)
	if used := data(t, pod, "/redfish/v1/StorageServices/1/StoragePools/2", "ConsumedBytes"); used != 0 {
		t.Errorf("the other pool has %g bytes used", used)
	}
}

// TestVolumesAtOnce: a pool is never overbooked.
func TestVolumesAtOnce(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: podsim.Topology{
		StorageServices: []podsim.StorageService{{Protocol: "NVMeOverFabrics", PoolGiB: []int{5}}},
	}})
	codes := atOnce(20, func(int) int { return postVolume(t, pod, 1, gib, "").status })
	if codes[http.StatusCreated] != 5 || codes[http.StatusConflict] != 15 {
		t.Errorf("answers %v, want 5 times 201 and 15 times 409", codes)
	}
	if got := data(t, pod, firstPool, "ConsumedBytes"); got != 5*gib || len(pod.Volumes()) != 5 {
		t.Errorf("%g bytes used by %v", got, pod.Volumes())
	}
}

func TestVolumeRefuses(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	const volumes = "/redfish/v1/StorageServices/1/Volumes"
	pool := func(uri string) string { return `"CapacitySources":[{"ProvidingPools":[{"@odata.id":"` + uri + `"}]}]` }
	for _, body := range []string{
		``, `[]`, `{}`,
		`{"CapacityBytes":1}`,
		`{` + pool(firstPool) + `}`,
		`{"CapacityBytes":0,` + pool(firstPool) + `}`,
		`{"CapacityBytes":-1,` + pool(firstPool) + `}`,
		`{"CapacityBytes":1.5,` + pool(firstPool) + `}`,
		`{"CapacityBytes":"1",` + pool(firstPool) + `}`,
		`{"CapacityBytes":1,"CapacitySources":[]}`,
		`{"CapacityBytes":1,"CapacitySources":[{"ProvidingPools":[]}]}`,
		`{"CapacityBytes":1,"CapacitySources":[{"ProvidingVolumes":[]}]}`,
		`{"CapacityBytes":1,` + pool("/redfish/v1/StorageServices/2/StoragePools/1") + `}`,
		`{"CapacityBytes":1,` + pool(firstPool) + `,"capacityBytes":1}`,
		`{"CapacityBytes":1,` + pool(firstPool) + `,"Protocol":"iSCSI"}`,
		`{"CapacityBytes":1,` + pool(firstPool) + `,"AccessCapabilities":["Fly"]}`,
		`{"CapacityBytes":1,` + pool(firstPool) + `,"Oem":{"Intel_RackScale":{"Erased":true}}}`,
		`{"CapacityBytes":1,` + pool(firstPool) + `,"ReplicaInfos":[{"ReplicaType":"Clone"}]}`,
		`{"CapacityBytes":1,` + pool(firstPool) + `,"ReplicaInfos":[{"ReplicaType":"Clone","Replica":{"@odata.id":"/nowhere"}}]}`,
		`{"CapacityBytes":1,` + pool(firstPool) + `,"ReplicaInfos":[{"ReplicaType":"Twin","Replica":{"@odata.id":"/nowhere"}}]}`,
	} {
		r := send(t, pod, "POST", volumes, body)
		if r.status != http.StatusBadRequest || !strings.Contains(r.body, "Base.1.0.InvalidPayload") {
			t.Errorf("%s: status %d, %s", body, r.status, r.body)
		}
	}
	if got := pod.Volumes(); len(got) != 0 {
		t.Errorf("refused requests made %v", got)
	}
	volume := createVolume(t, pod, 1, "")
	for _, body := range []string{
		``, `{}`, `{"Oem":{}}`, `{"Name":"x"}`, `{"Oem":{"Intel_RackScale":{"Erased":true}}}`,
		`{"Oem":{"Intel_RackScale":{"Bootable":"yes"}}}`,
	} {
		send(t, pod, "PATCH", volume, body).want(t, http.StatusBadRequest)
	}
	send(t, pod, "POST", volume+"/Actions/Volume.Initialize", `{"InitializeType":"Thorough"}`).want(t, http.StatusBadRequest)
	send(t, pod, "POST", "/redfish/v1/StorageServices/3/Volumes", `{}`).want(t, http.StatusNotFound)
	send(t, pod, "GET", "/redfish/v1/StorageServices/2/Volumes/1", "").want(t, http.StatusNotFound)
	send(t, pod, "GET", "/redfish/v1/StorageServices/1/StoragePools/2", "").want(t, http.StatusNotFound)
}

// TestProtocolOfAService: a client finds the protocol of volumes by the endpoints that service and fabric share.
func TestProtocolOfAService(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	protocols := map[string]any{}
	for _, fabric := range members(t, pod, "/redfish/v1/Fabrics") {
		endpoints := get(t, pod, fabric, "Endpoints").(map[string]any)["@odata.id"].(string)
		protocols[endpoints] = get(t, pod, fabric, "FabricType")
	}
	got := map[string]any{}
	for _, service := range members(t, pod, "/redfish/v1/StorageServices") {
		got[service] = protocols[get(t, pod, service, "Endpoints").(map[string]any)["@odata.id"].(string)]
	}
	want := map[string]any{
		"/redfish/v1/StorageServices/1": "NVMeOverFabrics", "/redfish/v1/StorageServices/2": "iSCSI",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("protocols (-want +got):\n%s", diff)
	}
}

// TestPodWithoutPools: an empty list is not the default.
func TestPodWithoutPools(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: podsim.Topology{
		StorageServices: []podsim.StorageService{}, PooledDrives: []podsim.Drive{}, FPGAs: []podsim.FPGA{},
	}})
	for _, uri := range []string{"/redfish/v1/StorageServices", "/redfish/v1/Fabrics"} {
		if got := members(t, pod, uri); len(got) != 0 {
			t.Errorf("%s lists %v", uri, got)
		}
	}
	if got := pod.FreePooledDevices(); len(got) != 0 {
		t.Errorf("pooled devices %v", got)
	}
	(&crawler{t: t, pod: pod, seen: map[string]bool{}}).visit("/redfish/v1")
}

func TestSetResourceHealth(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	for _, uri := range append(pod.FreePooledDevices(), createVolume(t, pod, 1, "")) {
		if err := pod.SetResourceHealth(uri, "Critical"); err != nil {
			t.Fatal(err)
		}
		if got := get(t, pod, uri, "Status").(map[string]any)["Health"]; got != "Critical" {
			t.Errorf("the health of %s is %v, want Critical", uri, got)
		}
	}
	for uri, health := range map[string]string{"/nowhere": "OK", pod.Volumes()[0]: "Fine"} {
		if pod.SetResourceHealth(uri, health) == nil {
			t.Errorf("SetResourceHealth took %s of %s", health, uri)
		}
	}
}

// atOnce calls do with 0 to n-1 at the same time and counts what it returns.
func atOnce(n int, do func(int) int) map[int]int {
	codes := make(chan int, n)
	for i := range n {
		go func() {
			code := 0
			defer func() { codes <- code }() // even when do ends the test
			code = do(i)
		}()
	}
	counts := map[int]int{}
	for range n {
		counts[<-codes]++
	}
	return counts
}

// TestLargePod: the time to build a pod and to compose in it does not explode with its size. It takes a tenth of a
// second, and BenchmarkNew says how long exactly; the rest is for the race detector on a busy machine.
func TestLargePod(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	pod := start(t, podsim.Options{Topology: podsim.Topology{Racks: 20, DrawersPerRack: 10, SledsPerDrawer: 10}})
	for i := range 20 {
		allocate(t, pod, fmt.Sprintf(`{"Name":"n%d","RemoteDrives":[{"CapacityGiB":1,"Protocol":"NVMeOverFabrics"}]}`, i))
	}
	if took := time.Since(begin); len(pod.FreeSystems()) != 1980 || took > 10*time.Second {
		t.Errorf("%d free systems after %s, want 1980 within ten seconds", len(pod.FreeSystems()), took)
	}
}
