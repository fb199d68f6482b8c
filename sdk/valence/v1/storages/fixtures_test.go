package storages_test

import (
	"strings"
	"time"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

const (
	dataUUID = "5d0f8a51-9a77-4c0c-8c1e-2b7c1f0e6a01"
	logsUUID = "c9d3a1e0-44ce-4f26-9a57-1f6f4d9a2b02"
	nodeUUID = "2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10"
	podmUUID = "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11"
)

// dataBody is an attached storage with every field.
const dataBody = `{
	"uuid": "` + dataUUID + `", "name": "data", "description": "of the web", "podm_id": "` + podmUUID + `",
	"project_id": "0f3d2c", "state": "attached", "capacity_gib": 10.5, "protocol": "NVMeOverFabrics",
	"pool": "StorageServices/1/StoragePools/1", "erase_on_detach": true, "node_id": "` + nodeUUID + `",
	"resource_uri": "StorageServices/1/Volumes/1", "health_status": "OK", "erased": false,
	"created_at": "2026-03-01 10:00:00 UTC", "updated_at": "2026-03-02T10:00:00Z"
}`

// data is dataBody decoded.
func data() storages.Storage {
	return storages.Storage{
		UUID: dataUUID, Name: "data", Description: "of the web", PodManagerID: podmUUID, ProjectID: "0f3d2c",
		State: storages.StateAttached, CapacityGiB: 10.5, Protocol: "NVMeOverFabrics", Pool: "StorageServices/1/StoragePools/1",
		EraseOnDetach: true, NodeID: nodeUUID, ResourceURI: "StorageServices/1/Volumes/1", Health: "OK", Erased: new(false),
		CreatedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
		UpdatedAt: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
	}
}

// logsBody is a storage as it stands in a list while it is being made.
const logsBody = `{
	"uuid": "` + logsUUID + `", "name": "logs", "description": "", "podm_id": "` + podmUUID + `", "state": "creating",
	"capacity_gib": 1, "protocol": null, "pool": null, "erase_on_detach": false, "node_id": null, "resource_uri": ""
}`

func logs() storages.Storage {
	return storages.Storage{UUID: logsUUID, Name: "logs", PodManagerID: podmUUID, State: storages.StateCreating, CapacityGiB: 1}
}

// logsIn is logsBody in another state.
func logsIn(state string) string { return strings.Replace(logsBody, `"creating"`, `"`+state+`"`, 1) }

const failedBody = `{
	"uuid": "` + logsUUID + `", "name": "logs", "podm_id": "` + podmUUID + `", "state": "failed",
	"failure": {"code": "no_capacity", "message": "no pool has room for 9000 GiB"}
}`

const attachmentBody = `{"id": "` + dataUUID + `", "volumeId": "` + dataUUID + `", "serverId": "` + nodeUUID + `",
	"device": "StorageServices/1/Volumes/1", "state": "attached"}`

func attachment() storages.Attachment {
	return storages.Attachment{
		ID: dataUUID, StorageID: dataUUID, NodeID: nodeUUID, Device: "StorageServices/1/Volumes/1", State: storages.StateAttached,
	}
}

const notFoundBody = `{"request_id": "req-1", "status": 404, "code": "Not Found", "title": "Resource could not be found",
	"detail": "no storage with that uuid"}`

const deletedBody = `{"request_id": "req-1", "code": "DELETED", "detail": "The storage was deleted."}`

func list(query, answer string) exchange.Exchange {
	return exchange.Exchange{Method: "GET", URI: "/v1/storages" + query, Answer: answer}
}

// call is an exchange about one storage.
func call(method, uuid, body, answer string) exchange.Exchange {
	return exchange.Exchange{Method: method, URI: "/v1/storages/" + uuid, Body: body, Answer: answer}
}

// attached is an exchange about the storages of the node.
func attached(method, tail, body, answer string) exchange.Exchange {
	return exchange.Exchange{Method: method, URI: "/v1/nodes/" + nodeUUID + "/storages" + tail, Body: body, Answer: answer}
}

// missing is an exchange that ends in 404.
func missing(e exchange.Exchange) exchange.Exchange {
	e.Status, e.Answer = 404, notFoundBody
	return e
}
