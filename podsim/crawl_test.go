package podsim_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// TestEveryLinkResolves walks from the root over every @odata.id: each must answer 200 with itself in it. Every action
// target must exist too: it refuses a GET as the version does.
func TestEveryLinkResolves(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{Topology: podsim.Topology{
		SystemsPerSled: 2, GPUs: []podsim.GPU{podsim.PooledGPU()}, NICs: []podsim.NIC{podsim.PooledNIC()},
	}}, crawl)
}

func crawl(t *testing.T, pod *podsim.Server) {
	node := assembled(t, pod)
	second := allocate(t, pod, remoteNode(pod))
	made := 0
	if version := pod.Dialect(); version == "2.3" || version == "2.4" {
		made = 3 // that of the second node, too
		attach(t, pod, node, createVolume(t, pod, 1, `"Name":"attached"`))
		createVolume(t, pod, 1, `"Name":"free"`)
	}
	if pod.Dialect() == "2.4" {
		send(t, pod, "POST", "/redfish/v1/SessionService/Sessions", `{"UserName":"admin","Password":"admin"}`).
			want(t, http.StatusCreated)
	}
	for _, uri := range pod.FreePooledDevices() {
		if pod.Dialect() == "2.1" || pod.Dialect() == "2.2" {
			postEndpoint(t, pod, node, "Attach", uri).want(t, http.StatusNoContent)
		} else {
			attach(t, pod, node, uri)
		}
	}

	c := &crawler{t: t, pod: pod, seen: map[string]bool{}}
	c.visit("/redfish/v1")
	expected := slices.Concat(pod.Volumes(), members(t, pod, "/redfish/v1/Systems"), members(t, pod, "/redfish/v1/Chassis"),
		members(t, pod, "/redfish/v1/Managers"), links(t, pod, node, "Links.Processors"), links(t, pod, second, "Links.Memory"))
	for _, path := range append(expected, reached(pod)...) {
		if !c.seen[path] {
			t.Errorf("no way leads from the root to %s", path)
		}
	}
	drives := 0
	for uri := range c.seen {
		if strings.HasPrefix(uri, "/redfish/v1/Chassis/") && strings.Contains(uri, "/Drives/") {
			drives++
		}
	}
	actions := len(get(t, pod, node, "Actions").(map[string]any))
	if want := actions*2 + 16 + made + drives + 1; c.targets != want {
		t.Errorf("found %d action targets, want %d: %d of each node, one of each system, volume and drive, and Allocate",
			c.targets, want, actions)
	}
}

// remoteNode asks for a node with a remote drive, and with a pooled one where there are any.
func remoteNode(pod *podsim.Server) string {
	const pooled = `,"LocalDrives":[{"FabricSwitch":true}]`
	switch pod.Dialect() {
	case "1.2":
		return logicalDriveRequest("iqn.a", "")
	case "2.1", "2.2":
		return logicalDriveRequest("iqn.a", pooled)
	}
	return `{"Name":"second","RemoteDrives":[{"CapacityGiB":10,"Protocol":"iSCSI"}]` + pooled + `}`
}

// logicalDriveRequest asks for a node with a clone of the master of the first group of volumes.
func logicalDriveRequest(address, more string) string {
	return `{"RemoteDrives":[{"CapacityGiB":10,"iSCSIAddress":"` + address + `","Master":{"Type":"Clone",
		"Resource":{"@odata.id":"/redfish/v1/Services/1/LogicalDrives/2"}}}]` + more + `}`
}

func postEndpoint(t *testing.T, pod *podsim.Server, node, verb, resource string) reply {
	t.Helper()
	return send(t, pod, "POST", node+"/Actions/ComposedNode."+verb+"Endpoint", `{"Resource":{"@odata.id":"`+resource+`"}}`)
}

// reached are places that only some versions have.
func reached(pod *podsim.Server) []string {
	return map[string][]string{
		"1.2": {
			"/redfish/v1/Systems/16/Adapters/1/Devices/2", "/redfish/v1/Systems/1/SimpleStorage/1",
			"/redfish/v1/Systems/1/MemoryChunks", "/redfish/v1/Services/1/LogicalDrives/1", "/redfish/v1/Services/1/Targets/3",
			"/redfish/v1/Services/1/Drives/4", "/redfish/v1/EthernetSwitches/4/Ports/1/VLANs",
		},
		"2.1": {
			"/redfish/v1/Services/1/LogicalDrives/1", "/redfish/v1/Services/1/Targets/3", "/redfish/v1/Services/1/Drives/4",
			"/redfish/v1/Chassis/15/Drives/2", "/redfish/v1/Fabrics/1/Endpoints/T4", "/redfish/v1/Fabrics/1/Zones/2",
		},
		"2.2": {"/redfish/v1/Services/1/Targets/3", "/redfish/v1/TelemetryService", "/redfish/v1/Fabrics/1/Endpoints/I1"},
		"2.3": {
			"/redfish/v1/Systems/16/Memory/1", "/redfish/v1/Chassis/15/Drives/2",
			"/redfish/v1/Systems/1/Storage/1/Volumes", "/redfish/v1/Systems/2/SimpleStorage/1",
			"/redfish/v1/StorageServices/1/StoragePools/1/AllocatedVolumes", "/redfish/v1/StorageServices/2/Drives",
			"/redfish/v1/Fabrics/1/Zones/1", "/redfish/v1/Fabrics/2/Zones/2", "/redfish/v1/Fabrics/2/Endpoints/I2",
			"/redfish/v1/Fabrics/3/Endpoints/T6", "/redfish/v1/Fabrics/3/Endpoints/I1", "/redfish/v1/Fabrics/3/Zones/2",
			"/redfish/v1/Chassis/18/Processors/1", "/redfish/v1/Nodes/1/Actions/AttachResourceActionInfo",
			"/redfish/v1/Nodes/2/Actions/DetachResourceActionInfo", "/redfish/v1/Chassis/18/NetworkAdapters/1",
			"/redfish/v1/EthernetSwitches/4/Ports/1/VLANs", "/redfish/v1/EthernetSwitches/1/ACLs",
			"/redfish/v1/Fabrics/3/Switches/1/Ports/0", "/redfish/v1/Fabrics/3/Switches/1/Ports/T8",
		},
		"2.4": {
			"/redfish/v1/Chassis/pod", "/redfish/v1/SessionService/Sessions", "/redfish/v1/AccountService/Roles",
			"/redfish/v1/Oem/Intel_RackScale/TelemetryService",
		},
	}[pod.Dialect()]
}

type crawler struct {
	t       *testing.T
	pod     *podsim.Server
	seen    map[string]bool
	targets int
}

func (c *crawler) visit(path string) {
	if c.seen[path] {
		return
	}
	c.seen[path] = true
	body := send(c.t, c.pod, "GET", path, "").want(c.t, http.StatusOK).json(c.t)
	if body["@odata.id"] != path {
		c.t.Errorf("GET %s answers with @odata.id %v", path, body["@odata.id"])
	}
	c.follow(path, body, body)
}

func (c *crawler) follow(at string, whole, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			text, _ := inner.(string)
			switch name {
			case "@odata.id", "@Redfish.ActionInfo":
				if text == "" {
					c.follow(at, whole, inner)
				} else {
					c.link(at, whole, text)
				}
			case "target":
				c.targets++
				send(c.t, c.pod, "GET", text, "").want(c.t, c.refusal())
			default:
				c.follow(at, whole, inner)
			}
		}
	case []any:
		for _, inner := range v {
			c.follow(at, whole, inner)
		}
	}
}

// refusal is how a GET of an action is answered.
func (c *crawler) refusal() int {
	if version := c.pod.Dialect(); version == "1.2" || version == "2.1" {
		return http.StatusNotFound
	}
	return http.StatusMethodNotAllowed
}

// link visits another resource; one with a fragment must point into the resource it stands in.
func (c *crawler) link(at string, whole any, uri string) {
	path, pointer, inside := strings.Cut(uri, "#")
	if !inside {
		c.visit(uri)
		return
	}
	if path != at {
		c.t.Errorf("%s holds a part that says it is %s", at, uri)
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch v := whole.(type) {
		case map[string]any:
			whole = v[step]
		case []any:
			i, _ := strconv.Atoi(step)
			whole = v[i]
		}
	}
	if part, ok := whole.(map[string]any); !ok || part["@odata.id"] != uri {
		c.t.Errorf("%s does not lead to a part of that name", uri)
	}
}

// TestChassisInvariants checks what Intel's conformance suite checks of a chassis tree: one root, both ways of
// building the tree agree, ids are unique among siblings, everything is reachable.
func TestChassisInvariants(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{Topology: podsim.Topology{Racks: 3, SledsPerDrawer: 3}}, checkChassis)
}

func checkChassis(t *testing.T, pod *podsim.Server) {
	pooled := map[string]int{"1.2": 1, "2.1": 2, "2.2": 2, "2.3": 3, "2.4": 3} // drawers of storage and devices
	all := map[string]chassis{}
	for _, uri := range members(t, pod, "/redfish/v1/Chassis") {
		all[uri] = readChassis(t, pod, uri)
	}
	if want := 1 + 3 + 3*2 + pooled[pod.Dialect()] + 3*2*3; len(all) != want {
		t.Fatalf("%d chassis, want %d", len(all), want)
	}
	roots, reached := 0, 0
	for uri, parent := range all {
		if parent.parentID == nil {
			roots++
			if parent.containedBy != "" || parent.kind != "Pod" {
				t.Errorf("%s has no parent and is a %s in %q", uri, parent.kind, parent.containedBy)
			}
		}
		siblings := map[string]bool{}
		for _, childURI := range parent.contains {
			reached++
			child, ok := all[childURI]
			switch {
			case !ok:
				t.Errorf("%s contains %s, which does not exist", uri, childURI)
			case child.containedBy != uri:
				t.Errorf("%s contains %s, which says it is in %s", uri, childURI, child.containedBy)
			case child.parentID != parent.locationID:
				t.Errorf("%s: Location.ParentId %v, want %v", childURI, child.parentID, parent.locationID)
			case siblings[child.locationID.(string)]:
				t.Errorf("%s: Location.Id %v is taken by a sibling", childURI, child.locationID)
			case child.kind != below(parent.kind):
				t.Errorf("%s: a %s in a %s", childURI, child.kind, parent.kind)
			}
			siblings[child.locationID.(string)] = true
		}
	}
	if roots != 1 || reached != len(all)-1 {
		t.Errorf("%d roots and %d contained chassis of %d, want 1 and all others", roots, reached, len(all))
	}
}

func below(kind string) string {
	return map[string]string{"Pod": "Rack", "Rack": "Drawer", "Drawer": "Sled"}[kind]
}

type chassis struct {
	kind                 string
	containedBy          string
	contains             []string
	locationID, parentID any
}

func readChassis(t *testing.T, pod *podsim.Server, uri string) chassis {
	t.Helper()
	body := send(t, pod, "GET", uri, "").want(t, http.StatusOK).json(t)
	links := body["Links"].(map[string]any)
	location := body["Oem"].(map[string]any)["Intel_RackScale"].(map[string]any)["Location"].(map[string]any)
	c := chassis{kind: body["ChassisType"].(string), locationID: location["Id"], parentID: location["ParentId"]}
	if by, ok := links["ContainedBy"].(map[string]any); ok {
		c.containedBy = by["@odata.id"].(string)
	}
	for _, child := range links["Contains"].([]any) {
		c.contains = append(c.contains, child.(map[string]any)["@odata.id"].(string))
	}
	return c
}

func members(t *testing.T, pod *podsim.Server, uri string) []string {
	t.Helper()
	body := send(t, pod, "GET", uri, "").want(t, http.StatusOK).json(t)
	var uris []string
	for _, m := range body["Members"].([]any) {
		uris = append(uris, m.(map[string]any)["@odata.id"].(string))
	}
	if float64(len(uris)) != body["Members@odata.count"] {
		t.Errorf("%s counts %v members and lists %d", uri, body["Members@odata.count"], len(uris))
	}
	return uris
}
