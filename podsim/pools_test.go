package podsim_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// TestDeletingANodeFreesAll: what was attached is free, and erased where it shall be.
func TestDeletingANodeFreesAll(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	node := assembled(t, pod)
	kept := createVolume(t, pod, 1, "")
	erased := createVolume(t, pod, 1, `"Oem":{"Intel_RackScale":{"EraseOnDetach":true}}`)
	keptDrive := "/redfish/v1/Chassis/18/Drives/4"
	send(t, pod, "PATCH", keptDrive, `{"Oem":{"Intel_RackScale":{"EraseOnDetach":false}}}`).want(t, http.StatusOK)
	for _, resource := range []string{kept, erased, pooledDrive, keptDrive, pooledFPGA} {
		attach(t, pod, node, resource)
	}
	send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
	for path, want := range map[string]bool{kept: false, erased: true} {
		if got := intel(t, pod, path, "Erased"); got != want {
			t.Errorf("%s: Erased is %v, want %v", path, got, want)
		}
	}
	for path, want := range map[string]bool{keptDrive: false, pooledDrive: true} {
		if got := intel(t, pod, path, "DriveErased"); got != want {
			t.Errorf("%s: DriveErased is %v, want %v", path, got, want)
		}
	}
	if len(pod.FreePooledDevices()) != 6 || len(pod.FreeSystems()) != 8 || len(pod.Volumes()) != 2 {
		t.Errorf("free %v and %v, volumes %v", pod.FreePooledDevices(), pod.FreeSystems(), pod.Volumes())
	}
	for _, volume := range pod.Volumes() {
		send(t, pod, "DELETE", volume, "").want(t, http.StatusNoContent)
	}
}

func TestPatchDrive(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	for _, body := range []string{``, `{}`, `{"Oem":{"Intel_RackScale":{}}}`, `{"Oem":{"Intel_RackScale":{"UsedBy":[]}}}`} {
		send(t, pod, "PATCH", pooledDrive, body).want(t, http.StatusBadRequest)
	}
	const erase = `{"Oem":{"Intel_RackScale":{"EraseOnDetach":true}}}`
	send(t, pod, "PATCH", "/redfish/v1/Chassis/4/Drives/1", erase).want(t, http.StatusConflict)
	send(t, pod, "PATCH", "/redfish/v1/Chassis/18/Drives/9", erase).want(t, http.StatusNotFound)
	send(t, pod, "GET", "/redfish/v1/Chassis/18/Processors/9", "").want(t, http.StatusNotFound)
}

// TestAttachAtOnce: each thing has one owner, whatever happens at the same time, and nothing is lost.
func TestAttachAtOnce(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{AttachDelay: time.Millisecond, EraseDelay: time.Millisecond})
	nodes := []string{assembled(t, pod), assembled(t, pod), assembled(t, pod), assembled(t, pod)}
	volume := createVolume(t, pod, 1, `"Oem":{"Intel_RackScale":{"EraseOnDetach":true}}`)
	for _, resource := range []string{volume, pooledDrive, pooledFPGA} {
		codes := atOnce(12, func(i int) int { return postResource(t, pod, nodes[i%4], "Attach", resource, "").status })
		if codes[http.StatusNoContent] != 1 || codes[http.StatusConflict] != 11 {
			t.Errorf("%s: answers %v, want 204 once and 409 otherwise", resource, codes)
		}
	}
	// Allocating with pooled drives, attaching, detaching, deleting and reading, all at once.
	atOnce(60, func(i int) int {
		node := nodes[i%4]
		switch i % 6 {
		case 0:
			return send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate",
				`{"LocalDrives":[{"FabricSwitch":true}],"RemoteDrives":[{"CapacityGiB":1,"Protocol":"iSCSI"}]}`).status
		case 1:
			return postResource(t, pod, node, "Attach", "/redfish/v1/Chassis/18/Drives/1", "").status
		case 2:
			return postResource(t, pod, node, "Detach", pooledDrive, "").status
		case 3:
			return send(t, pod, "DELETE", nodes[3], "").status
		case 4:
			return send(t, pod, "GET", pooledDrive, "").status + send(t, pod, "GET", volume, "").status
		}
		return send(t, pod, "GET", pcieFabric+"/Endpoints/T3", "").status + send(t, pod, "GET", node, "").status
	})
	owners := map[string]string{}
	for _, n := range pod.Nodes() {
		for _, uri := range n.Attached {
			if owners[uri] != "" {
				t.Errorf("%s is attached to %s and %s", uri, owners[uri], n.ID)
			}
			owners[uri] = n.ID
		}
		send(t, pod, "DELETE", "/redfish/v1/Nodes/"+n.ID, "").want(t, http.StatusNoContent)
	}
	for _, uri := range pod.FreePooledDevices() {
		if strings.Contains(uri, "/Drives/") {
			waitErasing(t, pod, uri)
		}
	}
	if len(pod.FreePooledDevices()) != 6 || len(pod.FreeSystems()) != 8 || len(zones(t, pod)) != 0 {
		t.Errorf("left over: free %v and %v, zones %v", pod.FreePooledDevices(), pod.FreeSystems(), zones(t, pod))
	}
}

// TestReadersOfAChangingNode is for the race detector: a drive says whose it is while the node gets and loses others.
func TestReadersOfAChangingNode(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	node := assembled(t, pod)
	volume := createVolume(t, pod, 1, "")
	attach(t, pod, node, pooledDrive)
	codes := atOnce(40, func(i int) int {
		switch i % 4 {
		case 0:
			return postResource(t, pod, node, "Attach", volume, "").status/100 + postResource(t, pod, node, "Detach", volume, "").status/100
		case 1:
			return send(t, pod, "GET", pooledDrive, "").status
		case 2:
			return send(t, pod, "GET", pcieFabric+"/Endpoints/T3", "").status
		}
		return send(t, pod, "GET", node, "").status
	})
	if codes[http.StatusOK] != 30 {
		t.Errorf("answers %v, want 200 to every reader", codes)
	}
}

// waitErasing waits until a drive can be attached again.
func waitErasing(t *testing.T, pod *podsim.Server, uri string) {
	t.Helper()
	node := assembled(t, pod)
	for range 500 {
		if postResource(t, pod, node, "Attach", uri, "").status == http.StatusNoContent {
			send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s cannot be attached any more", uri)
}

// TestAttachDelay: the answers take time, and nobody else waits.
func TestAttachDelay(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{AttachDelay: 100 * time.Millisecond})
	node := assembled(t, pod)
	for _, verb := range []string{"Attach", "Detach"} {
		begin := time.Now()
		postResource(t, pod, node, verb, pooledDrive, "").want(t, http.StatusNoContent)
		if took := time.Since(begin); took < 100*time.Millisecond {
			t.Errorf("%s took %s, want the delay", verb, took)
		}
	}
}

// TestAllocateTakesPools: pooled drives and volumes that come with a node leave no trace when it is refused.
func TestAllocateTakesPools(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{EraseDelay: time.Hour})
	volume, erasing := createVolume(t, pod, 1, ""), createVolume(t, pod, 1, "")
	send(t, pod, "POST", erasing+"/Actions/Volume.Initialize", "").want(t, http.StatusNoContent)
	iscsi := createVolume(t, pod, 2, `"Oem":{"Intel_RackScale":{"Bootable":true}}`)
	remote := func(properties string) string { return `{"RemoteDrives":[{` + properties + `}]}` }
	resource := func(uri string) string { return `"Resource":{"@odata.id":"` + uri + `"}` }
	master := func(kind, uri string) string { return `"Master":{"Type":"` + kind + `",` + resource(uri) + `}` }
	for _, tt := range []struct {
		name, body string
		want       int
		attached   []string
	}{
		{"three drives", `{"LocalDrives":[{"FabricSwitch":true},{"FabricSwitch":true},{"FabricSwitch":true}]}`, 201,
			[]string{"/redfish/v1/Chassis/18/Drives/1", "/redfish/v1/Chassis/18/Drives/2", pooledDrive}},
		{"two more of four", `{"LocalDrives":[{"FabricSwitch":true},{"FabricSwitch":true}]}`, 409, nil},
		{"the one that is taken", `{"LocalDrives":[{` + resource(pooledDrive) + `}]}`, 409, nil},
		{"no pooled drive", `{"LocalDrives":[{"FabricSwitch":true,` + resource("/redfish/v1/Chassis/4/Drives/1") + `}]}`, 400, nil},
		{"no chassis", `{"LocalDrives":[{"FabricSwitch":true,"Chassis":{"@odata.id":"/nowhere"}}]}`, 400, nil},
		{"an existing volume", remote(resource(volume)), 201, []string{volume}},
		{"that is taken now", remote(resource(volume)), 409, nil},
		{"one that is being erased", remote(resource(erasing)), 409, nil},
		{"another protocol", remote(`"Protocol":"NVMeOverFabrics",` + resource(iscsi)), 400, nil},
		{"no volume", remote(resource("/nowhere")), 400, nil},
		{"an iSCSI volume", remote(`"Protocol":"iSCSI",` + resource(iscsi)), 201, []string{iscsi}},
		{"a new volume", remote(`"CapacityGiB":7.5,"Protocol":"NVMeOverFabrics"`), 201,
			[]string{"/redfish/v1/StorageServices/1/Volumes/4"}},
		{"a clone", remote(master("Clone", iscsi)), 201, []string{"/redfish/v1/StorageServices/2/Volumes/5"}},
		{"a clone that is too small", remote(`"CapacityGiB":0.5,` + master("Clone", iscsi)), 400, nil},
		{"a clone over NVMe", remote(`"Protocol":"NVMeOverFabrics",` + master("Clone", iscsi)), 400, nil},
		{"no master", remote(master("Clone", volume)), 400, nil},
		{"an empty master", remote(`"Master":{}`), 400, nil},
		{"no capacity", remote(`"CapacityGiB":0,"Protocol":"iSCSI"`), 400, nil},
		{"far too much", remote(`"CapacityGiB":1e300,"Protocol":"iSCSI"`), 400, nil},
		{"too much", remote(`"CapacityGiB":9000,"Protocol":"NVMeOverFabrics"`), 409, nil},
	} {
		before := len(pod.Nodes())
		send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", tt.body).want(t, tt.want)
		if nodes := pod.Nodes()[before:]; tt.attached == nil && len(nodes) > 0 {
			t.Errorf("%s: made %v", tt.name, nodes)
		} else if tt.attached != nil && !slices.Equal(nodes[0].Attached, tt.attached) {
			t.Errorf("%s: attached %v, want %v", tt.name, nodes[0].Attached, tt.attached)
		}
	}
	if got := pod.Volumes(); len(got) != 5 || len(pod.FreePooledDevices()) != 3 {
		t.Errorf("volumes %v, free devices %v", got, pod.FreePooledDevices())
	}
	clone := get(t, pod, "/redfish/v1/StorageServices/2/Volumes/5", "ReplicaInfos").([]any)
	if len(clone) != 1 || intel(t, pod, "/redfish/v1/StorageServices/2/Volumes/5", "Bootable") != true {
		t.Errorf("the clone has replicas %v", clone)
	}
}

// TestISCSIVolumeStaysWithItsNode: it came with Allocate and goes with the node only.
func TestISCSIVolumeStaysWithItsNode(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	node := allocate(t, pod, `{"RemoteDrives":[{"CapacityGiB":1,"Protocol":"iSCSI"}]}`)
	send(t, pod, "POST", node+"/Actions/ComposedNode.Assemble", "").want(t, http.StatusNoContent)
	volume := pod.Volumes()[0]
	if got := allowed(t, pod, node, "Detach", "Resource"); len(got) != 0 {
		t.Errorf("ActionInfo offers to detach %v", got)
	}
	postResource(t, pod, node, "Detach", volume, "").want(t, http.StatusBadRequest)
	send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
	send(t, pod, "DELETE", volume, "").want(t, http.StatusNoContent)
}
