package devices_test

import (
	"time"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/devices"
)

const (
	ssdUUID  = "9d1e6c0a-70b1-4f0e-9a44-51f7b5f0c2d8"
	fpgaUUID = "3f7a9b52-0c1d-4e7f-8a6b-9c0d1e2f3a03"
	podmUUID = "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11"
	ssdURI   = "Chassis/3-c-1/Drives/1"
)

// ssdBody is a device with every field (contract 2.11).
const ssdBody = `{
	"uuid": "` + ssdUUID + `", "podm_id": "` + podmUUID + `", "node_id": "12", "type": "SSD", "state": "allocated",
	"pooled_group_id": "4093", "resource_uri": "` + ssdURI + `", "inventory_at": "2026-03-01T10:00:30Z",
	"properties": {"model": "P4500", "capacity_gib": 931}, "extra": {"vendor_name": "Acme"},
	"created_at": "2026-03-01 10:00:00 UTC", "updated_at": "2026-03-02 10:00:00 UTC"
}`

// ssd is ssdBody decoded.
func ssd() devices.Device {
	return devices.Device{
		UUID: ssdUUID, PodManagerID: podmUUID, NodeIndex: "12", Type: "SSD", State: devices.StateAllocated,
		Group: "4093", ResourceURI: ssdURI, InventoryAt: time.Date(2026, 3, 1, 10, 0, 30, 0, time.UTC),
		Properties: map[string]any{"model": "P4500", "capacity_gib": 931.0}, Extra: map[string]any{"vendor_name": "Acme"},
		CreatedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
		UpdatedAt: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
	}
}

// fpgaBody is a device in a list whose pod says little of it.
const fpgaBody = `{
	"uuid": "` + fpgaUUID + `", "podm_id": "` + podmUUID + `", "node_id": null, "type": null, "state": "free",
	"pooled_group_id": null, "resource_uri": "Chassis/3-c-1/Processors/1", "inventory_at": null
}`

func fpga() devices.Device {
	return devices.Device{UUID: fpgaUUID, PodManagerID: podmUUID, State: devices.StateFree, ResourceURI: "Chassis/3-c-1/Processors/1"}
}

const syncBody = `[{"podm_id": "` + podmUUID + `", "status": "SUCCESS"},
	{"podm_id": "other", "status": "FAILED", "detail": "it cannot be reached"}]`

const notFoundBody = `{"request_id": "req-1", "status": 404, "code": "Not Found", "title": "Resource could not be found",
	"detail": "no device with that uuid"}`

func list(query, answer string) exchange.Exchange {
	return exchange.Exchange{Method: "GET", URI: "/v1/devices" + query, Answer: answer}
}

func getSSD() exchange.Exchange {
	return exchange.Exchange{Method: "GET", URI: "/v1/devices/" + ssdUUID, Answer: ssdBody}
}

func sync(body string) exchange.Exchange {
	return exchange.Exchange{Method: "POST", URI: "/v1/devices/sync", Body: body, Answer: syncBody}
}
