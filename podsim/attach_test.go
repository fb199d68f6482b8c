package podsim_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

const (
	pooledDrive = "/redfish/v1/Chassis/18/Drives/3"
	pooledFPGA  = "/redfish/v1/Chassis/18/Processors/1"
	nvmeFabric  = "/redfish/v1/Fabrics/1"
	pcieFabric  = "/redfish/v1/Fabrics/3"
)

// allowed reads what a node's ActionInfo offers for a parameter.
func allowed(t *testing.T, pod *podsim.Server, node, verb, parameter string) []string {
	t.Helper()
	values := []string{}
	for _, p := range get(t, pod, node+"/Actions/"+verb+"ResourceActionInfo", "Parameters").([]any) {
		if p.(map[string]any)["Name"] != parameter {
			continue
		}
		for _, v := range p.(map[string]any)["AllowableValues"].([]any) {
			if l, ok := v.(map[string]any); ok {
				v = l["@odata.id"]
			}
			values = append(values, v.(string))
		}
	}
	return values
}

func TestAttachAndDetach(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{EraseDelay: 20 * time.Millisecond})
	node := assembled(t, pod)
	system := "/redfish/v1/Systems/" + pod.Nodes()[0].SystemID
	volume := createVolume(t, pod, 1, `"Oem":{"Intel_RackScale":{"EraseOnDetach":true}}`)
	iscsi := createVolume(t, pod, 2, "")
	own := links(t, pod, node, "Links.Storage")
	processors := links(t, pod, node, "Links.Processors")

	offered := allowed(t, pod, node, "Attach", "Resource")
	if !slices.Contains(offered, volume) || slices.Contains(offered, iscsi) || len(offered) != 7 {
		t.Errorf("ActionInfo offers %v, want six devices and the NVMe volume", offered)
	}
	if got := allowed(t, pod, node, "Attach", "Protocol"); !slices.Equal(got, []string{"PCIe", "NVMeOverFabrics"}) {
		t.Errorf("ActionInfo offers protocols %v", got)
	}
	postResource(t, pod, node, "Attach", volume, `,"Protocol":"NVMeOverFabrics"`).want(t, http.StatusNoContent)
	postResource(t, pod, node, "Attach", pooledDrive, `,"Protocol":"PCIe"`).want(t, http.StatusNoContent)
	attach(t, pod, node, pooledFPGA)

	attached := []string{volume, pooledDrive, pooledFPGA}
	if got := pod.Nodes()[0].Attached; !slices.Equal(got, attached) {
		t.Errorf("attached %v, want %v", got, attached)
	}
	if got := allowed(t, pod, node, "Detach", "Resource"); !slices.Equal(got, attached) {
		t.Errorf("ActionInfo offers to detach %v, want %v", got, attached)
	}
	if got, want := links(t, pod, node, "Links.Storage"), append(own, volume, pooledDrive); !slices.Equal(got, want) {
		t.Errorf("storage %v, want %v", got, want)
	}
	if got, want := links(t, pod, node, "Links.Processors"), append(processors, pooledFPGA); !slices.Equal(got, want) {
		t.Errorf("processors %v, want %v", got, want)
	}
	if got := allowed(t, pod, node, "Attach", "Resource"); len(got) != 4 || slices.Contains(got, pooledDrive) {
		t.Errorf("ActionInfo still offers %v", got)
	}
	if got := links(t, pod, pooledDrive, "Oem.Intel_RackScale.UsedBy"); !slices.Equal(got, []string{node}) {
		t.Errorf("the drive is used by %v, want %s", got, node)
	}
	if got := links(t, pod, system, "Links.Endpoints"); len(got) != 2 {
		t.Errorf("the system has endpoints %v, want one in each of two fabrics", got)
	}
	if free := pod.FreePooledDevices(); len(free) != 4 {
		t.Errorf("free devices %v, want four", free)
	}

	for _, resource := range attached {
		detach(t, pod, node, resource)
		postResource(t, pod, node, "Detach", resource, "").want(t, http.StatusConflict)
	}
	waitErased(t, pod, volume, "Erased")
	waitErased(t, pod, pooledDrive, "DriveErased")
	if got := links(t, pod, node, "Links.Storage"); !slices.Equal(got, own) {
		t.Errorf("storage %v after detaching, want %v", got, own)
	}
	if got := links(t, pod, pooledDrive, "Oem.Intel_RackScale.UsedBy"); len(got) != 0 {
		t.Errorf("the drive is used by %v", got)
	}
	if len(pod.FreePooledDevices()) != 6 || pod.Nodes()[0].Attached != nil {
		t.Errorf("free devices %v, attached %v", pod.FreePooledDevices(), pod.Nodes()[0].Attached)
	}
}

// TestZonesFollowWhatIsAttached reads the fabrics as a client would that wants to know which drive is whose.
func TestZonesFollowWhatIsAttached(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	first, second := assembled(t, pod), assembled(t, pod)
	volume := createVolume(t, pod, 1, "")
	if got := links(t, pod, volume, "Links.Oem.Intel_RackScale.Endpoints"); len(got) != 0 {
		t.Errorf("a volume that nobody has has endpoints %v", got)
	}
	attach(t, pod, first, volume)
	attach(t, pod, first, pooledDrive)
	attach(t, pod, second, pooledFPGA)

	want := map[string][]string{
		nvmeFabric + "/Zones/1": {"Initiator /redfish/v1/Systems/1", "Target " + volume},
		pcieFabric + "/Zones/1": {"Initiator /redfish/v1/Systems/1", "Target " + pooledDrive},
		pcieFabric + "/Zones/2": {"Initiator /redfish/v1/Systems/2", "Target " + pooledFPGA},
	}
	if diff := cmp.Diff(want, zones(t, pod)); diff != "" {
		t.Errorf("zones (-want +got):\n%s", diff)
	}
	endpoint := links(t, pod, volume, "Links.Oem.Intel_RackScale.Endpoints")[0]
	if got := links(t, pod, endpoint, "Links.Oem.Intel_RackScale.Zones"); !slices.Equal(got, []string{nvmeFabric + "/Zones/1"}) {
		t.Errorf("the endpoint of the volume is in zones %v", got)
	}
	detach(t, pod, first, volume)
	send(t, pod, "GET", endpoint, "").want(t, http.StatusNotFound)
	send(t, pod, "DELETE", second, "").want(t, http.StatusNoContent)
	want = map[string][]string{pcieFabric + "/Zones/1": want[pcieFabric+"/Zones/1"]}
	if diff := cmp.Diff(want, zones(t, pod)); diff != "" {
		t.Errorf("zones after detaching (-want +got):\n%s", diff)
	}
}

// zones lists what each zone of all fabrics connects.
func zones(t *testing.T, pod *podsim.Server) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, fabric := range members(t, pod, "/redfish/v1/Fabrics") {
		for _, zone := range members(t, pod, fabric+"/Zones") {
			for _, endpoint := range links(t, pod, zone, "Links.Endpoints") {
				entity := get(t, pod, endpoint, "ConnectedEntities").([]any)[0].(map[string]any)
				uri := entity["EntityLink"].(map[string]any)["@odata.id"].(string)
				all[zone] = append(all[zone], entity["EntityRole"].(string)+" "+uri)
			}
		}
	}
	return all
}

func TestAttachRefuses(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{EraseDelay: time.Hour})
	node, other := assembled(t, pod), assembled(t, pod)
	allocated := allocate(t, pod, `{}`)
	volume, taken, iscsi := createVolume(t, pod, 1, ""), createVolume(t, pod, 1, ""), createVolume(t, pod, 2, "")
	attach(t, pod, other, taken)
	sick := "/redfish/v1/Chassis/18/Drives/1"
	if err := pod.SetResourceHealth(sick, "Critical"); err != nil {
		t.Fatal(err)
	}
	erasing := createVolume(t, pod, 1, "")
	send(t, pod, "POST", erasing+"/Actions/Volume.Initialize", "").want(t, http.StatusNoContent)

	deleted := createVolume(t, pod, 1, "")
	send(t, pod, "DELETE", deleted, "").want(t, http.StatusNoContent)
	offered := allowed(t, pod, node, "Attach", "Resource")
	if slices.Contains(offered, sick) || slices.Contains(offered, erasing) || slices.Contains(offered, taken) {
		t.Errorf("ActionInfo offers what cannot be attached: %v", offered)
	}

	for _, tt := range []struct {
		name, verb, node, resource, more string
		want                             int
	}{
		{"in use", "Attach", node, taken, "", 409},
		{"attached already", "Attach", other, taken, "", 409},
		{"unknown", "Attach", node, "/redfish/v1/StorageServices/1/Volumes/99", "", 409},
		{"a local drive", "Attach", node, "/redfish/v1/Chassis/4/Drives/1", "", 409},
		{"a drive of a pool", "Attach", node, "/redfish/v1/Chassis/16/Drives/1", "", 409},
		{"sick", "Attach", node, sick, "", 409},
		{"deleted", "Attach", node, deleted, "", 409},
		{"being erased", "Attach", node, erasing, "", 409},
		{"not assembled", "Attach", allocated, volume, "", 409},
		{"another protocol", "Attach", node, volume, `,"Protocol":"PCIe"`, 400},
		{"no protocol", "Attach", node, volume, `,"Protocol":"FTP"`, 400},
		{"iSCSI", "Attach", node, iscsi, "", 400},
		{"unknown property", "Attach", node, volume, `,"Speed":1`, 400},
		{"no node", "Attach", "/redfish/v1/Nodes/99", volume, "", 404},
		{"another node's", "Detach", node, taken, "", 409},
		{"nobody's", "Detach", node, volume, "", 409},
		{"unknown to detach", "Detach", node, "/nowhere", "", 409},
		{"protocol to detach", "Detach", other, taken, `,"Protocol":"NVMeOverFabrics"`, 400},
		{"detach from an allocated node", "Detach", allocated, volume, "", 409},
		{"detach from no node", "Detach", "/redfish/v1/Nodes/99", volume, "", 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			postResource(t, pod, tt.node, tt.verb, tt.resource, tt.more).want(t, tt.want)
		})
	}
	for _, body := range []string{``, `{}`, `{"Resource":null}`, `{"Resource":"` + volume + `"}`} {
		for _, verb := range []string{"Attach", "Detach"} {
			send(t, pod, "POST", node+"/Actions/ComposedNode."+verb+"Resource", body).want(t, http.StatusBadRequest)
		}
	}
	for _, verb := range []string{"Attach", "Detach"} {
		send(t, pod, "GET", "/redfish/v1/Nodes/99/Actions/"+verb+"ResourceActionInfo", "").want(t, http.StatusNotFound)
	}
	send(t, pod, "DELETE", taken, "").want(t, http.StatusConflict)
	for _, volume := range []string{taken, erasing} {
		send(t, pod, "POST", volume+"/Actions/Volume.Initialize", "").want(t, http.StatusConflict)
	}
	t.Cleanup(func() {
		if len(pod.FreePooledDevices()) != 6 || pod.Nodes()[0].Attached != nil {
			t.Errorf("a refused request attached something: %v", pod.Nodes())
		}
	})
}
