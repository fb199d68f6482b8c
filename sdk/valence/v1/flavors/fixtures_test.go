package flavors_test

import (
	"time"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
)

const (
	smallUUID = "c0a9c7f2-64d0-4b1e-8f25-0b1a4d2e7c33"
	anyUUID   = "41d5a8a2-0f7b-4bb5-8a92-7a3c6d1e2f44"
)

// smallBody is a flavor with every field (contract 2.2).
const smallBody = `{
	"uuid": "` + smallUUID + `", "name": "small", "description": "for the web",
	"properties": {
		"memory": {"capacity_mib": "16384", "type": "DDR4"},
		"processor": {"total_cores": "8", "model": "Xeon Gold"},
		"pci_device": {"type": ["SSD", "NIC"]}
	},
	"created_at": "2026-03-01 10:00:00 UTC", "updated_at": "2026-03-02 10:00:00 UTC"
}`

// small is smallBody decoded.
func small() flavors.Flavor {
	return flavors.Flavor{
		UUID: smallUUID, Name: "small", Description: "for the web",
		Properties: properties(),
		CreatedAt:  time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
		UpdatedAt:  time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
	}
}

func properties() valence.Properties {
	return valence.Properties{
		Memory:    valence.Memory{CapacityMiB: 16384, Type: "DDR4"},
		Processor: valence.Processor{TotalCores: 8, Model: "Xeon Gold"},
		PCIDevice: valence.PCIDevice{Type: []string{"SSD", "NIC"}},
	}
}

// propertiesBody is properties as they are sent.
const propertiesBody = `{"memory":{"capacity_mib":"16384","type":"DDR4"},"pci_device":{"type":["SSD","NIC"]},` +
	`"processor":{"model":"Xeon Gold","total_cores":"8"}}`

const anyBody = `{"uuid": "` + anyUUID + `", "name": "any", "properties": {}}`

const deletedBody = `{"request_id": "req-1", "code": "DELETED", "detail": "This flavor ` + smallUUID + ` has been deleted."}`

const notFoundBody = `{"request_id": "req-1", "status": 404, "code": "Not Found", "title": "Resource could not be found",
	"detail": "no flavor with that uuid"}`

func list(answer string) exchange.Exchange {
	return exchange.Exchange{Method: "GET", URI: "/v1/flavors", Answer: answer}
}

// call is an exchange about the small flavor.
func call(method, body, answer string) exchange.Exchange {
	return exchange.Exchange{Method: method, URI: "/v1/flavors/" + smallUUID, Body: body, Answer: answer}
}
