package systems_test

import (
	"net/http"
	"time"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

const (
	nineUUID = "0f4b6c1e-1d2c-11e8-b467-0ed5f89f718b"
	podmUUID = "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11"
)

// nineBody is a system with every field (contract 2.8): quantities are strings.
const nineBody = `{
	"id": "9", "uuid": "` + nineUUID + `", "Name": "node-9", "Description": "sled 3",
	"podm_id": "` + podmUUID + `", "resource_uri": "Systems/9", "assettag": "A-9", "chassis_id": "Sled3",
	"health": "OK", "power_state": "On", "cpu": {"cores": "16", "arch": "x86-64", "model": "Xeon Gold"},
	"ram": "64.5", "storage": "558", "network": "2",
	"location": "Systems:9_Sled:Sled3_Rack:Rack1_Pod:Pod1_", "inventory_at": "2026-03-01T10:00:00Z"
}`

// nine is nineBody decoded.
func nine() systems.System {
	return systems.System{
		ID: "9", UUID: nineUUID, Name: "node-9", Description: "sled 3",
		PodManagerID: podmUUID, ResourceURI: "Systems/9", AssetTag: "A-9", ChassisID: "Sled3",
		Health: "OK", PowerState: "On", CPU: systems.CPU{Cores: new(16), Arch: "x86-64", Model: "Xeon Gold"},
		RAM: new(64.5), Storage: new(558), Network: new(2),
		Location:    "Systems:9_Sled:Sled3_Rack:Rack1_Pod:Pod1_",
		InventoryAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
	}
}

// bareBody is a system that its pod says nothing of.
const bareBody = `{
	"id": "10", "uuid": null, "Name": null, "Description": null, "podm_id": "` + podmUUID + `", "resource_uri": "Systems/10",
	"assettag": null, "chassis_id": null, "health": null, "power_state": null,
	"cpu": {"cores": null, "arch": null, "model": null}, "ram": null, "storage": null, "network": null,
	"location": "Systems:10_", "inventory_at": null
}`

// bare is bareBody decoded.
func bare() systems.System {
	return systems.System{ID: "10", PodManagerID: podmUUID, ResourceURI: "Systems/10", Location: "Systems:10_"}
}

const inventoryBody = `{
	"processor": [{"instruction_set": "x86-64", "model": "Xeon Gold", "speed_mhz": 3700, "total_core": 16}],
	"memory": [{"data_width_bit": 64, "speed_mhz": 2666, "total_memory_mb": 65536}],
	"network": [{"mac": "02:F6:A8:87:1B:BE", "speed_mbps": 10000, "status": "Enabled", "ipv4": []}],
	"storage": [{"name": "Disk", "protocol": "NVMe", "media_type": "SSD", "model": "P4500", "volume_size_gb": 480.5,
		"health_status": "OK", "pooled_resource": true, "resource_uri": "Chassis/11/Drives/1"}]
}`

const missingBody = `{"request_id": "req-1", "status": 404, "code": "Not Found", "title": "Resource could not be found",
	"detail": "system \"x\" does not exist"}`

// old are the headers of what a pod manager that is down had.
func old() http.Header {
	return http.Header{
		"Age": {"17"}, "Last-Modified": {"Sun, 01 Mar 2026 10:00:00 GMT"}, "Valence-Stale": {"row4 as it was at ten: no answer"},
	}
}

func get(path, answer string) exchange.Exchange {
	return exchange.Exchange{Method: "GET", URI: "/v1/systems" + path, Answer: answer}
}
