package racks_test

import (
	"net/http"
	"time"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/racks"
)

const (
	systemUUID = "0f4b6c1e-1d2c-11e8-b467-0ed5f89f718b"
	podmUUID   = "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11"
)

// fullBody is a rack with every field (contract 2.9).
const fullBody = `{
	"id": "Rack1", "name": "Rack 1", "systems": ["` + systemUUID + `"], "podm_id": "` + podmUUID + `", "resource_uri": "Chassis/Rack1",
	"manufacturer": "Acme", "model": "R-42", "description": "row 4", "serial_number": "A-0077", "health": "OK",
	"inventory_at": "2026-03-01T10:00:00Z"
}`

// full is fullBody decoded.
func full() racks.Rack {
	return racks.Rack{
		ID: "Rack1", Name: "Rack 1", Systems: []string{systemUUID}, PodManagerID: podmUUID, ResourceURI: "Chassis/Rack1",
		Manufacturer: "Acme", Model: "R-42", Description: "row 4", SerialNumber: "A-0077", Health: "OK",
		InventoryAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
	}
}

// briefBody is an empty rack as lists show it without details.
const briefBody = `{"id": "Rack2", "name": null, "systems": [], "podm_id": "` + podmUUID + `", "resource_uri": "Chassis/Rack2", "inventory_at": null}`

const missingBody = `{"request_id": "req-1", "status": 404, "code": "Not Found", "title": "Resource could not be found",
	"detail": "rack \"x\" does not exist"}`

// old are the headers of what a pod manager that is down had.
func old() http.Header {
	return http.Header{
		"Age": {"17"}, "Last-Modified": {"Sun, 01 Mar 2026 10:00:00 GMT"}, "Valence-Stale": {"row4 as it was at ten: no answer"},
	}
}

func get(path, answer string) exchange.Exchange {
	return exchange.Exchange{Method: "GET", URI: "/v1/racks" + path, Answer: answer}
}
