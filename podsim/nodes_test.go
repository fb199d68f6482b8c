package podsim_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

func TestNodeLifeCycle(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{AssembleDelay: 100 * time.Millisecond})
	node := allocate(t, pod, `{"Name":"web-1","Description":"intent 7","TotalSystemCoreCount":20}`)
	want := []podsim.NodeInfo{{ID: "1", Name: "web-1", Description: "intent 7", State: "Allocated", SystemID: "2"}}
	if diff := cmp.Diff(want, pod.Nodes()); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
	if free := pod.FreeSystems(); len(free) != 7 || slices.Contains(free, "2") {
		t.Errorf("free systems %v, want all but 2", free)
	}
	if got := members(t, pod, "/redfish/v1/Nodes"); !slices.Equal(got, []string{node}) {
		t.Errorf("collection lists %v, want %s", got, node)
	}

	reset, assemble := node+"/Actions/ComposedNode.Reset", node+"/Actions/ComposedNode.Assemble"
	send(t, pod, "POST", reset, `{"ResetType":"On"}`).want(t, http.StatusConflict)
	send(t, pod, "POST", assemble, "").want(t, http.StatusNoContent)
	if got := get(t, pod, node, "ComposedNodeState"); got != "Assembling" {
		t.Errorf("state %v right after Assemble, want Assembling", got)
	}
	send(t, pod, "POST", assemble, "").want(t, http.StatusConflict)
	send(t, pod, "POST", reset, `{"ResetType":"On"}`).want(t, http.StatusConflict)
	eventually(t, node, "ComposedNodeState", "Assembled", pod)
	send(t, pod, "POST", assemble, "").want(t, http.StatusConflict)

	for _, body := range []string{``, `{}`, `{"ResetType":"on"}`, `{"Reset":"On"}`} {
		send(t, pod, "POST", reset, body).want(t, http.StatusBadRequest)
	}
	send(t, pod, "POST", reset, `{"ResetType":"On"}`).want(t, http.StatusNoContent)
	if got := get(t, pod, "/redfish/v1/Systems/2", "PowerState"); got != "On" {
		t.Errorf("the system is %v after On", got)
	}
	send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
	if got := get(t, pod, "/redfish/v1/Systems/2", "PowerState"); got != "Off" {
		t.Errorf("the system is %v after its node was deleted, want Off", got)
	}
	if len(pod.Nodes()) != 0 || len(pod.FreeSystems()) != 8 {
		t.Errorf("after the deletion: nodes %v, free %v", pod.Nodes(), pod.FreeSystems())
	}
	for method, path := range map[string]string{"GET": node, "DELETE": node, "POST": assemble, "PATCH": node} {
		send(t, pod, method, path, `{"ClearTPMOnDelete":true}`).want(t, http.StatusNotFound)
	}
	send(t, pod, "POST", reset, `{"ResetType":"On"}`).want(t, http.StatusNotFound)
	if again := allocate(t, pod, `{}`); again == node {
		t.Errorf("the id of a deleted node was given out again")
	}
}

// TestAllocatingIsVisible looks at a node while its Allocate has not been answered yet.
func TestAllocatingIsVisible(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{AllocateDelay: 300 * time.Millisecond})
	done := make(chan error)
	go func() {
		_, err := trySend(pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", `{}`, asAdmin)
		done <- err
	}()
	eventually(t, "/redfish/v1/Nodes", "Members@odata.count", 1.0, pod)
	if got := get(t, pod, "/redfish/v1/Nodes/1", "ComposedNodeState"); got != "Allocating" {
		t.Errorf("state %v during Allocate, want Allocating", got)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := get(t, pod, "/redfish/v1/Nodes/1", "ComposedNodeState"); got != "Allocated" {
		t.Errorf("state %v after Allocate, want Allocated", got)
	}
}

func TestAssemblyLeavesTheMachineOffAndBootingFromDisk(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	send(t, pod, "POST", "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset", `{"ResetType":"On"}`).
		want(t, http.StatusNoContent)
	node := assembled(t, pod)
	body := send(t, pod, "GET", node, "").json(t)
	boot := body["Boot"].(map[string]any)
	if body["PowerState"] != "Off" || boot["BootSourceOverrideEnabled"] != "Continuous" || boot["BootSourceOverrideTarget"] != "Hdd" {
		t.Errorf("power %v, boot %v", body["PowerState"], boot)
	}
}

func TestPatchNode(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	node := assembled(t, pod)
	got := send(t, pod, "PATCH", node,
		`{"Boot":{"BootSourceOverrideEnabled":"Once","BootSourceOverrideTarget":"Pxe"},"ClearTPMOnDelete":false}`).
		want(t, http.StatusOK).json(t)
	boot := got["Boot"].(map[string]any)
	if got["ClearTPMOnDelete"] != false || boot["BootSourceOverrideTarget"] != "Pxe" || boot["BootSourceOverrideMode"] != "UEFI" {
		t.Errorf("the answer shows %v and %v", got["ClearTPMOnDelete"], boot)
	}
	send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"On"}`).want(t, http.StatusNoContent)
	boot = get(t, pod, node, "Boot").(map[string]any)
	if boot["BootSourceOverrideEnabled"] != "Disabled" || boot["BootSourceOverrideTarget"] != "None" {
		t.Errorf("a boot override for once is still there after a boot: %v", boot)
	}
	for _, body := range []string{
		``, `[]`, `null`, `{}`, `{"Boot":{}}`, `{"Boot":{"BootSourceOverrideTarget":"Moon"}}`,
		`{"Boot":{"BootSourceOverrideEnabled":"Sometimes"}}`, `{"Boot":{"BootSourceOverrideMode":"Tape"}}`,
		`{"Name":"x"}`, `{"boot":{"BootSourceOverrideTarget":"Pxe"}}`, `{"ClearTPMOnDelete":"yes"}`,
	} {
		send(t, pod, "PATCH", node, body).want(t, http.StatusBadRequest)
	}
}

func TestPatchAndResetOfASystem(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	const system = "/redfish/v1/Systems/3"
	send(t, pod, "PATCH", system, `{"Boot":{"BootSourceOverrideTarget":"Cd"}}`).want(t, http.StatusOK)
	if boot := get(t, pod, system, "Boot").(map[string]any); boot["BootSourceOverrideTarget"] != "Cd" {
		t.Errorf("boot %v", boot)
	}
	send(t, pod, "PATCH", system, `{}`).want(t, http.StatusBadRequest)
	for _, body := range []string{``, `{}`, `{"ResetType":"Explode"}`, `{"ResetType":"On","Force":true}`} {
		send(t, pod, "POST", system+"/Actions/ComputerSystem.Reset", body).want(t, http.StatusBadRequest)
	}
	send(t, pod, "GET", "/redfish/v1/Systems/99", "").want(t, http.StatusNotFound)
}

// TestPowerIsOneState: whoever resets, and whatever they reset, node and system say the same.
func TestPowerIsOneState(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	node := assembled(t, pod)
	for _, tt := range []struct{ by, reset, want string }{
		{node + "/Actions/ComposedNode.Reset", "On", "On"},
		{"/redfish/v1/Systems/1/Actions/ComputerSystem.Reset", "Nmi", "On"},
		{"/redfish/v1/Systems/1/Actions/ComputerSystem.Reset", "GracefulShutdown", "Off"},
		{node + "/Actions/ComposedNode.Reset", "PushPowerButton", "On"},
		{"/redfish/v1/Systems/1/Actions/ComputerSystem.Reset", "ForceOff", "Off"},
	} {
		send(t, pod, "POST", tt.by, `{"ResetType":"`+tt.reset+`"}`).want(t, http.StatusNoContent)
		if n, s := get(t, pod, node, "PowerState"), get(t, pod, "/redfish/v1/Systems/1", "PowerState"); n != tt.want || s != tt.want {
			t.Errorf("after %s the node is %v and the system %v, want %s", tt.reset, n, s, tt.want)
		}
	}
	send(t, pod, "PATCH", node, `{"Boot":{"BootSourceOverrideEnabled":"Disabled"}}`).want(t, http.StatusOK)
	boot := get(t, pod, "/redfish/v1/Systems/1", "Boot").(map[string]any)
	if boot["BootSourceOverrideEnabled"] != "Disabled" {
		t.Errorf("the override of the system is still %v", boot)
	}
}

func TestPodThatLacksResetTypes(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{ResetTypes: []string{"On", "ForceOff"}})
	for path, action := range map[string]string{
		assembled(t, pod):       "ComposedNode.Reset",
		"/redfish/v1/Systems/1": "ComputerSystem.Reset",
	} {
		offered := get(t, pod, path, "Actions").(map[string]any)["#"+action].(map[string]any)["ResetType@Redfish.AllowableValues"]
		if diff := cmp.Diff([]any{"On", "ForceOff"}, offered); diff != "" {
			t.Errorf("%s offers (-want +got):\n%s", path, diff)
		}
		send(t, pod, "POST", path+"/Actions/"+action, `{"ResetType":"On"}`).want(t, http.StatusNoContent)
		r := send(t, pod, "POST", path+"/Actions/"+action, `{"ResetType":"Nmi"}`).want(t, http.StatusBadRequest)
		if !strings.Contains(r.body, "expected one of On, ForceOff") {
			t.Errorf("the refusal does not say what there is: %s", r.body)
		}
	}
}

// TestUnhealthySystem: it is not given away, and a node on it can be neither reset nor patched.
func TestUnhealthySystem(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	if err := pod.SetHealth("1", "Critical"); err != nil {
		t.Fatal(err)
	}
	node := assembled(t, pod)
	if got := pod.Nodes()[0].SystemID; got != "2" {
		t.Fatalf("the node got system %s, want the first healthy one, 2", got)
	}
	if err := pod.SetHealth("2", "Warning"); err != nil {
		t.Fatal(err)
	}
	send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"On"}`).want(t, http.StatusConflict)
	send(t, pod, "PATCH", node, `{"Boot":{"BootSourceOverrideTarget":"Pxe"}}`).want(t, http.StatusConflict)
	send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
	if pod.SetHealth("99", "OK") == nil || pod.SetHealth("1", "Fine") == nil {
		t.Error("SetHealth took a system or a health that does not exist")
	}
}

// TestManyAtOnce: every system is given out exactly once, and everything comes back.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{AssembleDelay: time.Millisecond, PowerDelay: time.Millisecond})
	var wg sync.WaitGroup
	codes := make(chan int, 100)
	post := func(path, body string) {
		wg.Go(func() {
			r, err := trySend(pod, "POST", path, body, asAdmin)
			if err != nil {
				t.Error(err)
			}
			codes <- r.status
		})
	}
	for i := range 20 {
		post("/redfish/v1/Nodes/Actions/Allocate", fmt.Sprintf(`{"Name":"n%d"}`, i))
	}
	wg.Wait()
	if got := tally(codes); got[http.StatusCreated] != 8 || got[http.StatusConflict] != 12 {
		t.Fatalf("answers %v, want 8 times 201 and 12 times 409", got)
	}
	systems := map[string]bool{}
	for _, n := range pod.Nodes() {
		systems[n.SystemID] = true
		post("/redfish/v1/Nodes/"+n.ID+"/Actions/ComposedNode.Assemble", "")
		post("/redfish/v1/Nodes/"+n.ID+"/Actions/ComposedNode.Assemble", "")
	}
	wg.Wait()
	if got := tally(codes); len(systems) != 8 || got[http.StatusNoContent] != 8 || got[http.StatusConflict] != 8 {
		t.Errorf("%d systems, answers to assembling twice %v", len(systems), got)
	}
	for _, n := range pod.Nodes() {
		for range 2 {
			wg.Go(func() {
				r, err := trySend(pod, "DELETE", "/redfish/v1/Nodes/"+n.ID, "", asAdmin)
				if err != nil {
					t.Error(err)
				}
				codes <- r.status
			})
		}
	}
	wg.Wait()
	if got := tally(codes); got[http.StatusNoContent] != 8 || got[http.StatusNotFound] != 8 {
		t.Errorf("answers to deleting twice %v, want 8 times 204 and 8 times 404", got)
	}
	if len(pod.FreeSystems()) != 8 {
		t.Errorf("free systems %v at the end, want 8", pod.FreeSystems())
	}
}

func tally(codes chan int) map[int]int {
	counts := map[int]int{}
	for len(codes) > 0 {
		counts[<-codes]++
	}
	return counts
}
