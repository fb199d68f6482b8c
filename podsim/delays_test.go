package podsim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// TestDelaysDoNotBlockOthers: a slow deletion and a slow allocation do not hold up a reader.
func TestDelaysDoNotBlockOthers(t *testing.T) {
	t.Parallel()
	const slow = 400 * time.Millisecond
	pod := start(t, podsim.Options{DeleteDelay: slow})
	node := allocate(t, pod, `{}`)
	done := make(chan error)
	begin := time.Now()
	go func() {
		_, err := trySend(pod, "DELETE", node, "", asAdmin)
		done <- err
	}()
	for range 5 {
		send(t, pod, "GET", node, "").want(t, http.StatusOK)
	}
	if took := time.Since(begin); took > slow/2 {
		t.Errorf("five reads during a deletion took %s", took)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took < slow {
		t.Errorf("the deletion took %s, want at least %s", took, slow)
	}
	send(t, pod, "GET", node, "").want(t, http.StatusNotFound)
}

func TestLatency(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Latency: 50 * time.Millisecond})
	begin := time.Now()
	send(t, pod, "GET", "/redfish", "").want(t, http.StatusOK)
	if took := time.Since(begin); took < 50*time.Millisecond {
		t.Errorf("a request took %s, want at least the latency", took)
	}
}

// TestPowerDelay: the answer comes first, the power changes later, and a deletion is not overtaken by an earlier reset.
func TestPowerDelay(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{PowerDelay: 100 * time.Millisecond})
	node := assembled(t, pod)
	send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"On"}`).want(t, http.StatusNoContent)
	if got := get(t, pod, node, "PowerState"); got != "Off" {
		t.Errorf("power %v right after the answer, want Off still", got)
	}
	eventually(t, node, "PowerState", "On", pod)

	send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"ForceRestart"}`).want(t, http.StatusNoContent)
	send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
	time.Sleep(150 * time.Millisecond)
	if got := get(t, pod, "/redfish/v1/Systems/1", "PowerState"); got != "Off" {
		t.Errorf("a freed system is %v: a reset from before the deletion reached it", got)
	}
}

// TestDeletedWhileAssembling: the end of the assembly finds nothing to do.
func TestDeletedWhileAssembling(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{AssembleDelay: 50 * time.Millisecond})
	node := allocate(t, pod, `{}`)
	send(t, pod, "POST", node+"/Actions/ComposedNode.Assemble", "").want(t, http.StatusNoContent)
	send(t, pod, "DELETE", node, "").want(t, http.StatusNoContent)
	second := allocate(t, pod, `{}`)
	send(t, pod, "PATCH", second, `{"Boot":{"BootSourceOverrideTarget":"Usb"}}`).want(t, http.StatusOK)
	time.Sleep(100 * time.Millisecond)
	if boot := get(t, pod, second, "Boot").(map[string]any); boot["BootSourceOverrideTarget"] != "Usb" {
		t.Errorf("the assembly of a deleted node touched the next owner's machine: %v", boot)
	}
}

// TestCloseStopsTimers: closing does not wait for an assembly that would take an hour, nor let it finish.
func TestCloseStopsTimers(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{AssembleDelay: time.Hour})
	node := allocate(t, pod, `{}`)
	send(t, pod, "POST", node+"/Actions/ComposedNode.Assemble", "").want(t, http.StatusNoContent)
	begin := time.Now()
	if err := pod.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("closing took %s", took)
	}
	if got := pod.Nodes()[0].State; got != "Assembling" {
		t.Errorf("state %s after closing, want Assembling", got)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: podsim.Topology{Racks: 20}, Fault: func(r *http.Request) podsim.Fault {
		switch r.Header.Get("X-Test-Fault") {
		case "busy":
			return podsim.Fault{Status: http.StatusServiceUnavailable}
		case "teapot":
			return podsim.Fault{Status: http.StatusTeapot}
		case "drop":
			return podsim.Fault{Drop: true}
		case "fail":
			return podsim.Fault{FailAssembly: true}
		}
		return podsim.Fault{}
	}})
	with := func(fault string) func(*http.Request) {
		return func(r *http.Request) {
			asAdmin(r)
			r.Header.Set("X-Test-Fault", fault)
		}
	}
	const allocateURI = "/redfish/v1/Nodes/Actions/Allocate"

	for fault, status := range map[string]int{"busy": 503, "teapot": 418} {
		got := sendWith(t, pod, "POST", allocateURI, `{}`, with(fault)).want(t, status)
		if code := got.json(t)["error"].(map[string]any)["code"]; !strings.HasPrefix(code.(string), "Base.1.0.") {
			t.Errorf("fault %s answers code %v", fault, code)
		}
	}
	if len(pod.Nodes()) != 0 {
		t.Errorf("a refused Allocate made %v", pod.Nodes())
	}

	if r, err := trySend(pod, "POST", allocateURI, `{"Name":"lost"}`, with("drop")); err == nil {
		t.Errorf("a dropped request was answered: %v", r)
	}
	if nodes := pod.Nodes(); len(nodes) != 1 || nodes[0].Name != "lost" {
		t.Fatalf("nodes %v after a lost answer, want the node all the same", nodes)
	}

	// An answer too long for the server's buffer must be held back too.
	if r, err := trySend(pod, "GET", "/redfish/v1/Chassis", "", with("drop")); err == nil || r.status != 0 {
		t.Errorf("a long dropped answer began to arrive: status %d, error %v", r.status, err)
	}

	sendWith(t, pod, "POST", "/redfish/v1/Nodes/1/Actions/ComposedNode.Assemble", "", with("fail")).
		want(t, http.StatusNoContent)
	eventually(t, "/redfish/v1/Nodes/1", "ComposedNodeState", "Failed", pod)
	send(t, pod, "POST", "/redfish/v1/Nodes/1/Actions/ComposedNode.Reset", `{"ResetType":"On"}`).
		want(t, http.StatusNoContent)
	send(t, pod, "DELETE", "/redfish/v1/Nodes/1", "").want(t, http.StatusNoContent)
}
