package nodes_test

import (
	"net/http"
	"time"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

const (
	webUUID  = "2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10"
	dbUUID   = "87a1c0de-3c55-4d0b-b8b1-0d5f6f1f7b21"
	podmUUID = "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11"
)

// composingBody is what an asynchronous Create answers.
const composingBody = `{
	"uuid": "` + webUUID + `", "name": "web-1", "description": "front end",
	"podm_id": "` + podmUUID + `", "index": "", "resource_uri": "", "state": "composing", "progress": "intended",
	"created_at": "2026-03-01 10:00:00 UTC", "updated_at": "2026-03-01 10:00:00 UTC"
}`

// composedBody is a node in full (contract 2.3.3).
const composedBody = `{
	"uuid": "` + webUUID + `", "name": "web-1", "description": "front end",
	"podm_id": "` + podmUUID + `", "index": "12", "resource_uri": "Nodes/12", "state": "composed",
	"node_power_state": "On", "node_state": "Assembled", "boot_source": "Hdd", "target_boot_source": "Pxe",
	"health_status": "OK", "pooled_group_id": null, "computer_system": {"@odata.id": "/redfish/v1/Systems/9"},
	"metadata": {
		"processor": [{"instruction_set": "x86-64", "model": "Xeon Gold", "speed_mhz": 3200, "total_core": 8},
		              {"instruction_set": null, "model": null, "speed_mhz": null, "total_core": null}],
		"memory": [{"data_width_bit": 64, "speed_mhz": 2666, "total_memory_mb": 16384}],
		"network": [{"mac": "52:54:00:1a:2b:3c", "speed_mbps": 10000, "status": "Enabled",
		             "ipv4": [{"address": "10.20.0.31", "subnet_mask": "255.255.255.0", "gateway": "10.20.0.1"}],
		             "vlans": [{"vlanid": 120, "status": "Enabled"}]}]
	},
	"managed_by": "ironic", "project_id": "0f3d2c",
	"created_at": "2026-03-01 10:00:00 UTC", "updated_at": "2026-03-01T10:00:07Z"
}`

// composed is composedBody decoded.
func composed() nodes.Node {
	return nodes.Node{
		UUID: webUUID, Name: "web-1", Description: "front end", PodManagerID: podmUUID,
		Index: "12", ResourceURI: "Nodes/12", State: nodes.StateComposed,
		PowerState: "On", NodeState: "Assembled", BootSource: "Hdd", TargetBootSource: "Pxe", HealthStatus: "OK",
		ComputerSystem: nodes.ComputerSystem{ID: "/redfish/v1/Systems/9"},
		Metadata: nodes.Metadata{
			Processor: []nodes.Processor{{InstructionSet: "x86-64", Model: "Xeon Gold", SpeedMHz: new(3200), TotalCore: new(8)}, {}},
			Memory:    []nodes.Memory{{DataWidthBit: new(64), SpeedMHz: new(2666), TotalMemoryMB: new(16384)}},
			Network: []nodes.Interface{{
				MAC: "52:54:00:1a:2b:3c", SpeedMbps: new(10000), Status: "Enabled",
				IPv4:  []nodes.IPv4{{Address: "10.20.0.31", SubnetMask: "255.255.255.0", Gateway: "10.20.0.1"}},
				VLANs: []nodes.VLAN{{ID: 120, Status: "Enabled"}},
			}},
		},
		ManagedBy: "ironic", ProjectID: "0f3d2c",
		CreatedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
		UpdatedAt: time.Date(2026, 3, 1, 10, 0, 7, 0, time.UTC),
	}
}

// assetsBody is what a node is made of, as far as the pod manager said.
const assetsBody = `{
	"processor": [{"instruction_set": null, "model": "Xeon Gold", "speed_mhz": null, "total_core": 8}],
	"memory": [{"data_width_bit": null, "speed_mhz": null, "total_memory_mb": 16384}],
	"network": [],
	"storage": [
		{"name": "d", "protocol": "NVMe", "media_type": "SSD", "model": "P4500", "volume_size_gb": 745.25,
		 "health_status": "OK", "pooled_resource": true, "resource_uri": "Chassis/1/Drives/1"},
		{"name": null, "protocol": null, "media_type": null, "model": null, "volume_size_gb": null,
		 "health_status": null, "pooled_resource": false, "resource_uri": "Chassis/1/Drives/2"}
	]
}`

const failedBody = `{
	"uuid": "` + webUUID + `", "name": "web-1", "podm_id": "` + podmUUID + `", "state": "failed",
	"failure": {"code": "no_capacity", "message": "no free system has 9999999 MiB of memory"},
	"created_at": null
}`

const notFoundBody = `{
	"request_id": "req-1", "status": 404, "code": "Not Found",
	"title": "Resource could not be found", "detail": "no node with that uuid: ` + webUUID + `"
}`

const deletedBody = `{"request_id": "req-1", "code": "DELETED", "detail": "This composed node has been deleted."}`

// The entries of lists are brief (contract 2.3).
const (
	webBrief = `{"uuid": "` + webUUID + `", "name": "web-1", "podm_id": "` + podmUUID + `", "index": "12", "resource_uri": "Nodes/12"}`
	dbBrief  = `{"uuid": "` + dbUUID + `", "name": "db-1", "podm_id": "` + podmUUID + `", "index": "13", "resource_uri": "Nodes/13"}`
)

// next is a Link header to another page, under an address that only the
// service itself knows.
func next(query string) http.Header {
	return http.Header{"Link": {`<http://10.0.0.7:8181/v1/nodes?` + query + `>; rel="next"`}}
}

// getWeb is one exchange of Get.
func getWeb(answer string) exchange.Exchange {
	return exchange.Exchange{Method: "GET", URI: "/v1/nodes/" + webUUID, Answer: answer}
}

// twoPages is a list of two nodes, one to a page.
func twoPages() []exchange.Exchange {
	return []exchange.Exchange{
		{Method: "GET", URI: "/v1/nodes?limit=1", Answer: "[" + webBrief + "]", Header: next("limit=1&marker=" + webUUID)},
		{Method: "GET", URI: "/v1/nodes?limit=1&marker=" + webUUID, Answer: "[" + dbBrief + "]"},
	}
}
