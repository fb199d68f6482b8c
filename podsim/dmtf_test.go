package podsim_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

const blocksURI = "/redfish/v1/CompositionService/ResourceBlocks/"

// compose composes a system on a DMTF pod and returns its path.
func compose(t *testing.T, pod *podsim.Server, blocks ...string) string {
	t.Helper()
	list := ""
	for _, b := range blocks {
		list += `,{"@odata.id":"` + blocksURI + b + `"}`
	}
	r := send(t, pod, "POST", "/redfish/v1/Systems", `{"Name":"web-1","Links":{"ResourceBlocks":[`+list[1:]+`]}}`).
		want(t, http.StatusCreated)
	return r.header.Get("Location")
}

// TestEveryLinkOfACompositionServiceResolves does with a generated DMTF pod what TestEveryLinkResolves does with RSD.
func TestEveryLinkOfACompositionServiceResolves(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "dmtf"})
	system := compose(t, pod, "Compute1", "PooledDrive1", "Pool1-1", "Network1", "FPGA1")
	send(t, pod, "POST", "/redfish/v1/SessionService/Sessions", `{"UserName":"admin","Password":"admin"}`).
		want(t, http.StatusCreated)
	c := &crawler{t: t, pod: pod, seen: map[string]bool{}}
	c.visit("/redfish/v1")
	for _, path := range []string{
		system, system + "/Processors", system + "/Storage/Pooled", blocksURI + "FPGA1/Processors/1",
		"/redfish/v1/Systems/Capabilities", "/redfish/v1/Systems/2/Storage/1/Drives/1", "/redfish/v1/Chassis/18",
		"/redfish/v1/CompositionService/ResourceZones/2", "/redfish/v1/TaskService/Tasks", "/redfish/v1/Managers/1",
	} {
		if !c.seen[path] {
			t.Errorf("no way leads from the root to %s", path)
		}
	}
	if want := 5*3 + 1; c.targets != want {
		t.Errorf("found %d action targets, want %d: three of each system, and Compose", c.targets, want)
	}
}

// TestDMTFNeedsCredentials: what the simulator does for RSD it does for this personality.
func TestDMTFNeedsCredentials(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "dmtf"})
	for path, status := range map[string]int{
		"/redfish/v1": http.StatusOK, "/redfish/v1/Systems": http.StatusUnauthorized, "/elsewhere": http.StatusUnauthorized,
	} {
		sendWith(t, pod, "GET", path, "", func(*http.Request) {}).want(t, status)
	}
	send(t, pod, "GET", "/redfish/v1/Nodes", "").want(t, http.StatusNotFound)
	if len(pod.Nodes()) != 0 || pod.Composition() == nil {
		t.Errorf("nodes %v, composition %v", pod.Nodes(), pod.Composition())
	}
}

// TestVanishedBlock: what links to hardware that has vanished is read anew, and not thought to be unchanged.
func TestVanishedBlock(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "dmtf"})
	const zone = "/redfish/v1/CompositionService/ResourceZones/1"
	tag := send(t, pod, "GET", zone, "").want(t, http.StatusOK).header.Get("ETag")
	read := func() reply {
		return sendWith(t, pod, "GET", zone, "", func(r *http.Request) {
			asAdmin(r)
			r.Header.Set("If-None-Match", tag)
		})
	}
	read().want(t, http.StatusNotModified)
	if err := pod.SetPresent(blocksURI+"Compute1", false); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(read().want(t, http.StatusOK).body, "Compute1") {
		t.Error("the zone has a block that has vanished")
	}
	if err := pod.SetPresent(blocksURI+"Compute1", true); err != nil {
		t.Fatal(err)
	}
	read().want(t, http.StatusNotModified)
}

// TestDMTFStateOutlivesTheRun: a pod that starts again has its systems still.
func TestDMTFStateOutlivesTheRun(t *testing.T) {
	t.Parallel()
	opts := podsim.Options{Dialect: "dmtf", StateFile: filepath.Join(t.TempDir(), "state")}
	pod, end := life(t, opts)
	system := compose(t, pod, "Compute1", "PooledDrive1")
	if err := pod.SetPresent(blocksURI+"Compute3", false); err != nil {
		t.Fatal(err)
	}
	before := send(t, pod, "GET", system, "").want(t, http.StatusOK).body
	end()
	again, _ := life(t, opts)
	if after := send(t, again, "GET", system, "").want(t, http.StatusOK).body; after != before {
		t.Errorf("the system is %s, was %s", after, before)
	}
	send(t, again, "GET", blocksURI+"Compute3", "").want(t, http.StatusNotFound)
	send(t, again, "DELETE", system, "").want(t, http.StatusNoContent)
}

// TestDMTFHealth: a block that is sick is not composed.
func TestDMTFHealth(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "dmtf"})
	if err := pod.SetHealthAt(blocksURI+"Compute1", "Fine"); err == nil {
		t.Error("there is no such health")
	}
	if err := pod.SetHealthAt(blocksURI+"Compute1", "Critical"); err != nil {
		t.Fatal(err)
	}
	send(t, pod, "POST", "/redfish/v1/Systems",
		`{"Name":"a","Links":{"ResourceBlocks":[{"@odata.id":"`+blocksURI+`Compute1"}]}}`).want(t, http.StatusBadRequest)
}
