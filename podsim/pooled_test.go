package podsim_test

import (
	"slices"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// TestPooledGPUAndNIC attaches both and looks where a client would find them.
func TestPooledGPUAndNIC(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: podsim.Topology{
		PooledDrives: []podsim.Drive{}, FPGAs: []podsim.FPGA{},
		GPUs: []podsim.GPU{podsim.PooledGPU()}, NICs: []podsim.NIC{podsim.PooledNIC()},
	}})
	devices := pod.FreePooledDevices()
	if len(devices) != 2 || get(t, pod, devices[0], "ProcessorType") != "GPU" ||
		get(t, pod, devices[1], "@odata.type") != "#NetworkAdapter.v1_0_0.NetworkAdapter" {
		t.Fatalf("devices %v, want a GPU and a NIC", devices)
	}
	node := assembled(t, pod)
	for _, d := range devices {
		attach(t, pod, node, d)
	}
	if got := links(t, pod, node, "Links.Processors"); !slices.Contains(got, devices[0]) {
		t.Errorf("the node's processors %v lack the GPU", got)
	}
	const endpoint = "/redfish/v1/Fabrics/3/Endpoints/T2"
	if got := links(t, pod, node, "Links.Storage"); !slices.Contains(got, endpoint) {
		t.Errorf("the node's storage %v lacks the endpoint of the NIC", got)
	}
	if got := links(t, pod, endpoint, "Links.Ports"); !slices.Equal(got, []string{"/redfish/v1/Fabrics/3/Switches/1/Ports/T2"}) {
		t.Errorf("ports of the endpoint: %v", got)
	}
	if got := links(t, pod, "/redfish/v1/Fabrics/3/Switches/1/Ports/0", "Links.AssociatedEndpoints"); len(got) != 1 {
		t.Errorf("endpoints of the upstream port: %v, want the one of the node", got)
	}
	detach(t, pod, node, devices[1])
	if got := pod.FreePooledDevices(); !slices.Equal(got, devices[1:]) {
		t.Errorf("free devices %v, want the NIC", got)
	}
}

// TestEthernetNeighbours goes from each NIC to its port and back.
func TestEthernetNeighbours(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	const nic = "/redfish/v1/Systems/3/EthernetInterfaces/4"
	oem := func(path string) map[string]any {
		l := get(t, pod, path, "Links").(map[string]any)["Oem"].(map[string]any)
		return l["Intel_RackScale"].(map[string]any)
	}
	port := oem(nic)["NeighborPort"].(map[string]any)["@odata.id"].(string)
	if back := oem(port)["NeighborInterface"].(map[string]any)["@odata.id"]; back != nic {
		t.Errorf("%s leads to %v", port, back)
	}
	if a, b := get(t, pod, nic, "MACAddress"), get(t, pod, port, "NeighborMAC"); a != b {
		t.Errorf("the port sees %v, the NIC is %v", b, a)
	}
}
