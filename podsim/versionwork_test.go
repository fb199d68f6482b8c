package podsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

// TestLogicalDrives: up to 2.2 a node's remote drive is made from a master, and stays behind its target.
func TestLogicalDrives(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"1.2", "2.1", "2.2"}, podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		const allocateURI = "/redfish/v1/Nodes/Actions/Allocate"
		node := allocate(t, pod, logicalDriveRequest("iqn.a", ""))
		targets := links(t, pod, node, "Links.RemoteDrives")
		if diff := cmp.Diff([]string{"/redfish/v1/Services/1/Targets/3"}, targets); diff != "" {
			t.Fatalf("remote drives (-want +got):\n%s", diff)
		}
		assemble(t, pod, node)
		wantBoot := "RemoteDrive"
		if pod.Dialect() == "1.2" {
			wantBoot = "Pxe"
		}
		if got := get(t, pod, node, "Boot").(map[string]any)["BootSourceOverrideTarget"]; got != wantBoot {
			t.Errorf("boots from %v, want %s", got, wantBoot)
		}
		for body, want := range map[string]int{
			logicalDriveRequest("iqn.a", ""):                                         http.StatusBadRequest, // exists
			`{"RemoteDrives":[{"iSCSIAddress":"iqn.a"}]}`:                            http.StatusConflict,   // in use
			`{"RemoteDrives":[{"iSCSIAddress":"iqn.b"}]}`:                            http.StatusBadRequest, // does not exist
			`{"RemoteDrives":[{"CapacityGiB":10}]}`:                                  http.StatusBadRequest, // no address
			strings.Replace(logicalDriveRequest("iqn.c", ""), ":10", ":1", 1):        http.StatusBadRequest, // smaller than the master
			strings.Replace(logicalDriveRequest("iqn.c", ""), ":10", ":99999", 1):    http.StatusConflict,   // no room
			strings.Replace(logicalDriveRequest("iqn.c", ""), "Drives/2", "x/2", 1):  http.StatusBadRequest, // no such master
			strings.Replace(logicalDriveRequest("iqn.c", ""), "Clone", "Snapper", 1): http.StatusBadRequest,
		} {
			send(t, pod, "POST", allocateURI, body).want(t, want)
		}
		send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
		second := allocate(t, pod, `{"RemoteDrives":[{"iSCSIAddress":"iqn.a"}]}`)
		if diff := cmp.Diff(targets, links(t, pod, second, "Links.RemoteDrives")); diff != "" {
			t.Errorf("remote drives of the second node (-want +got):\n%s", diff)
		}
		send(t, pod, "POST", "/redfish/v1/Services/1/LogicalDrives", "{}").want(t, http.StatusMethodNotAllowed)
		send(t, pod, "GET", "/redfish/v1/StorageServices", "").want(t, http.StatusNotFound)
	})
}

// TestAttachEndpoint takes a drive that is named, or one of a size.
func TestAttachEndpoint(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"2.1", "2.2"}, podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		node := assembled(t, pod)
		free := pod.FreePooledDevices()
		actions := func(name string) []any {
			return get(t, pod, node, "Actions").(map[string]any)["#ComposedNode."+name].(map[string]any)["Resource@Redfish.AllowableValues"].([]any)
		}
		if got := len(actions("AttachEndpoint")); got != len(free) || got != 4 {
			t.Errorf("%d drives are offered, want the four free ones %v", got, free)
		}
		postEndpoint(t, pod, node, "Attach", free[1]).want(t, http.StatusNoContent)
		attachURI := node + "/Actions/ComposedNode.AttachEndpoint"
		send(t, pod, "POST", attachURI, `{"CapacityGiB":1600}`).want(t, http.StatusNoContent)
		send(t, pod, "POST", attachURI, `{"CapacityGiB":1601}`).want(t, http.StatusConflict)
		send(t, pod, "POST", attachURI, `{}`).want(t, http.StatusBadRequest)
		send(t, pod, "POST", attachURI, `{"CapacityGiB":1,"Resource":{"@odata.id":"`+free[2]+`"}}`).want(t, http.StatusBadRequest)
		postEndpoint(t, pod, node, "Attach", free[1]).want(t, http.StatusConflict)
		if diff := cmp.Diff([]string{free[1], free[0]}, pod.Nodes()[0].Attached); diff != "" {
			t.Errorf("attached (-want +got):\n%s", diff)
		}
		if got := len(actions("DetachEndpoint")); got != 2 {
			t.Errorf("%d drives can be detached, want 2", got)
		}
		postEndpoint(t, pod, node, "Detach", free[1]).want(t, http.StatusNoContent)
		send(t, pod, "POST", node+"/Actions/ComposedNode.AttachResource", "{}").want(t, http.StatusNotFound)
	})
}

// TestActionInfo is an object in 2.3 and a text in 2.4.
func TestActionInfo(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"2.3", "2.4"}, podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		node := assembled(t, pod)
		var want any = node + "/Actions/AttachResourceActionInfo"
		if pod.Dialect() == "2.3" {
			want = map[string]any{"@odata.id": want}
		}
		got := get(t, pod, node, "Actions").(map[string]any)["#ComposedNode.AttachResource"].(map[string]any)["@Redfish.ActionInfo"]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ActionInfo (-want +got):\n%s", diff)
		}
	})
}

// TestNodeOf24 has tags, and can be deleted by force.
func TestNodeOf24(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4"})
	node := assembled(t, pod)
	send(t, pod, "PATCH", node, `{"ClearOptaneDCPersistentMemoryOnDelete":false}`).want(t, http.StatusBadRequest)
	body := send(t, pod, "PATCH", node, `{"ClearTPMOnDelete":false,"ClearOptaneDCPersistentMemoryOnDelete":false,
		"Oem":{"Intel_RackScale":{"TaggedValues":{"owner":"me"}}}}`).want(t, http.StatusOK).json(t)
	tags := body["Oem"].(map[string]any)["Intel_RackScale"].(map[string]any)["TaggedValues"].(map[string]any)
	if tags["owner"] != "me" || body["ClearTPMOnDelete"] != false || body["ClearOptaneDCPersistentMemoryOnDelete"] != false {
		t.Errorf("the node is %v", body)
	}
	send(t, pod, "POST", node+"/Actions/ComposedNode.ForceDelete", "").want(t, http.StatusNoContent)
	send(t, pod, "POST", node+"/Actions/ComposedNode.ForceDelete", "").want(t, http.StatusNotFound)
	if len(pod.FreeSystems()) != 8 {
		t.Errorf("free systems: %v", pod.FreeSystems())
	}
}

// TestTasks: what a 2.4 pod manager only forwards is answered with a task.
func TestTasks(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4", TaskDelay: 300 * time.Millisecond})
	accepted := postVolume(t, pod, 1, gib, "").want(t, http.StatusAccepted)
	monitor := accepted.header.Get("Location")
	task := accepted.json(t)["@odata.id"].(string)
	if monitor != task+"/Monitor" || accepted.json(t)["TaskState"] != "Running" || len(pod.Volumes()) != 0 {
		t.Fatalf("Location %s, body %s, volumes %v", monitor, accepted.body, pod.Volumes())
	}
	send(t, pod, "GET", monitor, "").want(t, http.StatusAccepted)
	refused := send(t, pod, "DELETE", task, "").want(t, http.StatusBadRequest)
	if !strings.Contains(refused.body, "Base.1.0.ResourceInUse") {
		t.Errorf("refused with %s", refused.body)
	}
	volume := finished(t, pod, accepted).want(t, http.StatusCreated).location(t, pod)
	send(t, pod, "GET", volume, "").want(t, http.StatusOK)
	send(t, pod, "GET", monitor, "").want(t, http.StatusGone)
	if got := get(t, pod, task, "TaskState"); got != "Completed" {
		t.Errorf("TaskState is %v", got)
	}
	send(t, pod, "DELETE", task, "").want(t, http.StatusNoContent)
	send(t, pod, "GET", monitor, "").want(t, http.StatusNotFound)

	attach(t, pod, assembled(t, pod), volume)
	refusedTask := send(t, pod, "DELETE", volume, "")
	finished(t, pod, refusedTask).want(t, http.StatusConflict)
	if got := get(t, pod, refusedTask.json(t)["@odata.id"].(string), "TaskState"); got != "Exception" {
		t.Errorf("TaskState is %v, want Exception", got)
	}
	send(t, pod, "DELETE", volume+"1", "").want(t, http.StatusNotFound)

	system := members(t, pod, "/redfish/v1/Systems")[1]
	send(t, pod, "POST", system+"/Actions/ComputerSystem.Reset", `{"ResetType":"Jump"}`).want(t, http.StatusBadRequest)
	reset := send(t, pod, "POST", system+"/Actions/ComputerSystem.Reset", `{"ResetType":"On"}`)
	finished(t, pod, reset).want(t, http.StatusNoContent)
	if got := get(t, pod, system, "PowerState"); got != "On" {
		t.Errorf("PowerState is %v", got)
	}
}

// TestRestart: nodes that were being made are lost when the pod manager is started again; 2.4 keeps the allocated ones.
func TestRestart(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{AssembleDelay: 300 * time.Millisecond}, func(t *testing.T, pod *podsim.Server) {
		done, assembling := assembled(t, pod), allocate(t, pod, `{}`)
		allocated := allocate(t, pod, `{}`)
		send(t, pod, "POST", assembling+"/Actions/ComposedNode.Assemble", "").want(t, http.StatusNoContent)
		before := get(t, pod, done, "ComposedNodeState")
		pod.Restart()
		time.Sleep(400 * time.Millisecond)
		want := map[string]any{done: before, assembling: "Failed", allocated: "Failed"}
		if pod.Dialect() == "2.4" {
			want[allocated] = "Allocated"
		}
		for node, state := range want {
			if got := get(t, pod, node, "ComposedNodeState"); got != state {
				t.Errorf("%s is %v, want %v", node, got, state)
			}
		}
	})
}

// TestIdentifiersOf24 are those of the hardware; a blank in one is a plus sign in the URI.
func TestIdentifiersOf24(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4"})
	system := members(t, pod, "/redfish/v1/Systems")[0]
	nic := members(t, pod, system+"/EthernetInterfaces")[0]
	service := members(t, pod, "/redfish/v1/StorageServices")[0]
	for path, id := range map[string]any{
		system:                       get(t, pod, system, "UUID"),
		nic:                          get(t, pod, nic, "MACAddress"),
		system + "/Memory/DIMM+1":    "DIMM 1",
		system + "/Processors/CPU+1": "CPU 1",
		"/redfish/v1/Chassis/pod":    "pod",
	} {
		if got := get(t, pod, path, "Id"); got != id || got == nil {
			t.Errorf("Id of %s is %v, want %v", path, got, id)
		}
	}
	if !strings.HasSuffix(service, "_1") || len(service) != len("/redfish/v1/StorageServices/")+36+2 {
		t.Errorf("a storage service is %s, want {UUID}_1", service)
	}
	allocate(t, pod, fmt.Sprintf(`{"Processors":[{"Resource":{"@odata.id":"%s/Processors/CPU+1"}}],
		"EthernetInterfaces":[{"MACAddress":"%s"}]}`, system, get(t, pod, nic, "MACAddress")))
}

// TestLostSystem: nothing can be attached to a node without a machine; 2.4 says that it may help to wait.
func TestLostSystem(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"2.3", "2.4"}, podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		node := assembled(t, pod)
		if err := pod.SetPresent("/redfish/v1/Systems/"+pod.Nodes()[0].SystemID, false); err != nil {
			t.Fatal(err)
		}
		r := postResource(t, pod, node, "Attach", pod.FreePooledDevices()[0], "")
		if pod.Dialect() == "2.3" {
			r.want(t, http.StatusConflict)
			return
		}
		if r.want(t, http.StatusServiceUnavailable).header.Get("Retry-After") != "30" {
			t.Errorf("headers %v", r.header)
		}
	})
}

// TestSecureErase keeps a pooled drive from everybody until it is erased; others are in use where they sit.
func TestSecureErase(t *testing.T) {
	t.Parallel()
	opts := podsim.Options{EraseDelay: 200 * time.Millisecond}
	onEach(t, []string{"2.1", "2.2", "2.3", "2.4"}, opts, func(t *testing.T, pod *podsim.Server) {
		const action = "/Actions/Drive.SecureErase"
		pooled := pod.FreePooledDevices()[0]
		finished(t, pod, send(t, pod, "POST", pooled+action, "")).want(t, http.StatusNoContent)
		finished(t, pod, send(t, pod, "POST", pooled+action, "{}")).want(t, http.StatusConflict)
		erased := func() any {
			return get(t, pod, pooled, "Oem").(map[string]any)["Intel_RackScale"].(map[string]any)["DriveErased"]
		}
		if erased() != false {
			t.Error("the drive is erased at once")
		}
		for deadline := time.Now().Add(5 * time.Second); erased() != true; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the drive is never erased")
			}
		}
		sled := members(t, pod, "/redfish/v1/Chassis")[3]
		finished(t, pod, send(t, pod, "POST", sled+"/Drives/1"+action, "")).want(t, http.StatusConflict)
		send(t, pod, "POST", sled+"/Drives/99"+action, "").want(t, http.StatusNotFound)
	})
}
