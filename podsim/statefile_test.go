package podsim_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

// life serves a pod until the returned function ends it.
func life(t *testing.T, opts podsim.Options) (*podsim.Server, func()) {
	t.Helper()
	pod, err := podsim.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	end := func() {
		if err := pod.Close(); err != nil {
			t.Errorf("closing the pod: %v", err)
		}
	}
	t.Cleanup(end)
	return pod, end
}

// TestStateOutlivesTheRun compares all that a client can read before and after.
func TestStateOutlivesTheRun(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	opts := podsim.Options{StateFile: file, Seed: 7}
	pod, end := life(t, opts)
	node := assembled(t, pod)
	volume := createVolume(t, pod, 1, `"Name":"kept","Oem":{"Intel_RackScale":{"Bootable":true}}`)
	attach(t, pod, node, volume)
	attach(t, pod, node, "/redfish/v1/Chassis/18/Drives/2")
	createVolume(t, pod, 2, "")
	send(t, pod, "DELETE", createVolume(t, pod, 2, ""), "").want(t, 204)
	send(t, pod, "POST", node+"/Actions/ComposedNode.Reset", `{"ResetType":"On"}`).want(t, 204)
	send(t, pod, "PATCH", "/redfish/v1/Systems/5", `{"Boot":{"BootSourceOverrideTarget":"Pxe"}}`).want(t, 200)
	if err := pod.SetHealth("6", "Warning"); err != nil {
		t.Fatal(err)
	}
	setPresent(t, pod, "/redfish/v1/Systems/7", false)
	paths := []string{
		"/redfish/v1/Nodes", node, volume, "/redfish/v1/Systems", "/redfish/v1/Systems/1", "/redfish/v1/Systems/5",
		"/redfish/v1/Systems/6", "/redfish/v1/StorageServices/2/Volumes", "/redfish/v1/StorageServices/1/StoragePools/1",
		"/redfish/v1/Chassis/18/Drives/2", "/redfish/v1/Fabrics/1/Zones",
	}
	read := func(pod *podsim.Server) map[string]string {
		all := map[string]string{}
		for _, path := range paths {
			all[path] = send(t, pod, "GET", path, "").want(t, 200).body
		}
		return all
	}
	before := read(pod)
	end()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, mode %v; want 0600", err, info.Mode())
	}

	pod, _ = life(t, opts)
	if diff := cmp.Diff(before, read(pod)); diff != "" {
		t.Errorf("after a restart (-before +after):\n%s", diff)
	}
	if next := allocate(t, pod, `{}`); next != "/redfish/v1/Nodes/2" {
		t.Errorf("the next node is %s", next)
	}
	if next := createVolume(t, pod, 2, ""); !strings.HasSuffix(next, "/4") {
		t.Errorf("the next volume is %s, want a number that was never given out", next)
	}
	send(t, pod, "DELETE", node, "").want(t, 204)
}

// TestRestartRule is section 6.1 of the facts: what was being made is lost.
func TestRestartRule(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[string][]string{
		"2.3": {"Assembled", "Failed", "Failed"}, "2.4": {"Assembled", "Failed", "Allocated"},
		"1.2": {"PoweredOff", "Failed", "Failed"},
	} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "state")
			pod, end := life(t, podsim.Options{StateFile: file, Dialect: dialect})
			for _, more := range []string{"", "stick"} {
				if more != "" {
					send(t, pod, "POST", faultsURI, `{"path":"/**/ComposedNode.Assemble","effect":"stick"}`).want(t, 201)
				}
				node := allocateIn(t, pod, `{}`)
				send(t, pod, "POST", node+"/Actions/ComposedNode.Assemble", "").want(t, 204)
			}
			allocateIn(t, pod, `{}`)
			end()
			pod, _ = life(t, podsim.Options{StateFile: file, Dialect: dialect})
			var states []string
			for _, n := range pod.Nodes() {
				states = append(states, n.State)
			}
			if !slices.Equal(states, want) {
				t.Errorf("states %v, want %v", states, want)
			}
		})
	}
}

// allocateIn composes a node in any dialect and returns its path.
func allocateIn(t *testing.T, pod *podsim.Server, body string) string {
	t.Helper()
	r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", body).want(t, 201)
	return strings.TrimPrefix(r.header.Get("Location"), pod.URL)
}

// TestStateIsWrittenSoon looks at the file while the pod runs.
func TestStateIsWrittenSoon(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	pod, _ := life(t, podsim.Options{StateFile: file, AssembleDelay: 50 * time.Millisecond})
	assembled(t, pod)
	for range 500 {
		if data, err := os.ReadFile(file); err == nil && strings.Contains(string(data), `"state":"Assembled"`) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the end of an assembly is not in the file after five seconds")
}

func TestStateOfAnotherPod(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	pod, end := life(t, podsim.Options{StateFile: file})
	allocate(t, pod, `{}`)
	end()
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for want, opts := range map[string]podsim.Options{
		"of seed 0, this one has 1":           {Seed: 1},
		"of topology ":                        {Topology: podsim.Topology{Racks: 3}},
		"of dialect 2.3, this one speaks 2.4": {Dialect: "2.4"},
		"dialect 2.3, this one speaks dmtf":   {Dialect: "dmtf"},
	} {
		opts.StateFile = file
		if _, err := podsim.New(opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(kept) {
		t.Error("a refused state file was changed")
	}
	for _, text := range []string{"", "{}", "[]", `{"format":"x"}`, strings.Replace(string(kept), "/Systems/1", "/Systems/99", 1)} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := podsim.New(podsim.Options{StateFile: file}); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%.20s: error %v, want one that names the file", text, err)
		}
	}
	if _, err := podsim.New(podsim.Options{StateFile: filepath.Join(file, "below")}); err == nil {
		t.Error("a state file that cannot be written was taken")
	}
}
