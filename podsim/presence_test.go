package podsim_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

const hardwareURI = "/podsim/v1/hardware"

func setPresent(t *testing.T, pod *podsim.Server, uri string, present bool) {
	t.Helper()
	send(t, pod, "POST", hardwareURI, `{"resource":"`+uri+`","present":`+strconv.FormatBool(present)+`}`).want(t, 204)
}

// TestVanishingHardware lets each kind of thing that a node has vanish and come back.
func TestVanishingHardware(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	node := assembled(t, pod)
	volume := createVolume(t, pod, 1, "")
	const pooled = "/redfish/v1/Chassis/18/Drives/1"
	attach(t, pod, node, volume)
	attach(t, pod, node, pooled)
	local1 := links(t, pod, "/redfish/v1/Systems/1/Storage/1", "Drives")[0]
	for _, tt := range []struct{ uri, list, property string }{
		{"/redfish/v1/Systems/1", "/redfish/v1/Systems", "Members"},
		{volume, "/redfish/v1/StorageServices/1/Volumes", "Members"},
		{pooled, node, "Links.Storage"},
		{local1, "/redfish/v1/Systems/1/Storage/1", "Drives"},
	} {
		before := links(t, pod, tt.list, tt.property)
		setPresent(t, pod, tt.uri, false)
		setPresent(t, pod, tt.uri, false)
		send(t, pod, "GET", tt.uri, "").want(t, 404)
		after := send(t, pod, "GET", tt.list, "").want(t, 200).json(t)
		if count, ok := after["Members@odata.count"]; ok && count != float64(len(before)-1) {
			t.Errorf("%s has a count of %v, want %d", tt.list, count, len(before)-1)
		}
		if slices.Contains(links(t, pod, tt.list, tt.property), tt.uri) {
			t.Errorf("%s still links %s", tt.list, tt.uri)
		}
		lost := send(t, pod, "GET", node, "").want(t, 200).json(t)
		if state := lost["Status"].(map[string]any)["State"]; lost["ComposedNodeState"] != "Failed" || state != "UnavailableOffline" {
			t.Errorf("without %s the node is %v, %v", tt.uri, lost["ComposedNodeState"], state)
		}
		if list := send(t, pod, "GET", hardwareURI, "").want(t, 200).body; list != `{"absent":["`+tt.uri+`"]}`+"\n" {
			t.Errorf("absent: %s", list)
		}
		setPresent(t, pod, tt.uri, true)
		if state := get(t, pod, node, "ComposedNodeState"); state != "Assembled" {
			t.Errorf("with %s back the node is %v", tt.uri, state)
		}
		if !slices.Equal(links(t, pod, tt.list, tt.property), before) {
			t.Errorf("%s does not link %s again", tt.list, tt.uri)
		}
	}
}

// TestNobodyGetsWhatHasVanished asks for more than is left.
func TestNobodyGetsWhatHasVanished(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Topology: podsim.Topology{Racks: 1, DrawersPerRack: 1, SledsPerDrawer: 2}})
	setPresent(t, pod, "/redfish/v1/Systems/1", false)
	node := allocate(t, pod, `{}`)
	if system := get(t, pod, node, "UUID"); system != get(t, pod, "/redfish/v1/Systems/2", "UUID") {
		t.Errorf("the node has the system %v", system)
	}
	send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", `{}`).want(t, 409)
	send(t, pod, "DELETE", hardwareURI, "").want(t, 204)
	allocate(t, pod, `{}`)
}

// TestFailedStaysFailed is about a node that was not assembled when it lost something.
func TestFailedStaysFailed(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	node := allocate(t, pod, `{}`)
	setPresent(t, pod, "/redfish/v1/Systems/1", false)
	setPresent(t, pod, "/redfish/v1/Systems/1", true)
	if state := get(t, pod, node, "ComposedNodeState"); state != "Failed" {
		t.Errorf("the node is %v, want Failed", state)
	}
}

func TestHardwareControl(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	send(t, pod, "POST", hardwareURI, `{"resource":"/redfish/v1/Systems/1","health":"Critical"}`).want(t, 204)
	if h := get(t, pod, "/redfish/v1/Systems/1", "Status").(map[string]any)["Health"]; h != "Critical" {
		t.Errorf("health %v", h)
	}
	for _, body := range []string{
		``, `[]`, `{}`, `{"resource":"/redfish/v1/Systems/1"}`, `{"present":true}`,
		`{"resource":"/redfish/v1/Systems/99","present":false}`, `{"resource":"/redfish/v1/Systems/1","health":"Fine"}`,
		`{"resource":"/redfish/v1/Systems/1","present":false,"colour":"red"}`,
	} {
		send(t, pod, "POST", hardwareURI, body).want(t, 400)
	}
}

func TestVanishingBlock(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "dmtf"})
	const blocks = "/redfish/v1/CompositionService/ResourceBlocks"
	before := links(t, pod, blocks, "Members")
	setPresent(t, pod, before[0], false)
	send(t, pod, "GET", before[0], "").want(t, 404)
	if after := links(t, pod, blocks, "Members"); !slices.Equal(after, before[1:]) {
		t.Errorf("blocks %v, want all but the first", after)
	}
	setPresent(t, pod, before[0], true)
	send(t, pod, "GET", before[0], "").want(t, 200)
}
