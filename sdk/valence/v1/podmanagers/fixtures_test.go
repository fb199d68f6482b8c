package podmanagers_test

import (
	"time"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

const (
	rowUUID  = "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11"
	labUUID  = "9d1e6c0a-70b1-4f0e-9a44-51f7b5f0c2d8"
	password = "s3cret-Pa55"
)

// rowBody is a pod manager with every field (contract 2.1.1). The
// password is masked, which the original service did not do.
const rowBody = `{
	"uuid": "` + rowUUID + `", "name": "row4", "url": "https://podm4.lab:8443", "driver": "redfishv1", "status": "Online",
	"description": "for tests", "location": "row 4", "ca_certificate": "PEM",
	"status_since": "2026-03-02 09:00:00 UTC",
	"authentication": [{"type": "basic", "auth_items": {"username": "svc-valence", "password": "***"}}],
	"created_at": "2026-03-01 10:00:00 UTC", "updated_at": "2026-03-02 10:00:00 UTC"
}`

// row is rowBody decoded.
func row() podmanagers.PodManager {
	return podmanagers.PodManager{
		UUID: rowUUID, Name: "row4", URL: "https://podm4.lab:8443", Driver: "redfishv1", Status: podmanagers.StatusOnline,
		Description: "for tests", Location: "row 4", CACertificate: "PEM",
		StatusSince:    time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		Authentication: podmanagers.Basic("svc-valence", "***"),
		CreatedAt:      time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
		UpdatedAt:      time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
	}
}

const labBody = `{"uuid": "` + labUUID + `", "name": "lab", "url": "http://127.0.0.1:8443", "driver": "redfishv1", "status": null}`

// deletedBody has the unusual fields of contract 2.1.5.
const deletedBody = `{"code": "", "detail": "DELETED", "request_id": "00000000-0000-0000-0000-000000000000"}`

// keptBody is the answer where a pod manager still has nodes.
const keptBody = `{"request_id": "req-1", "status": 409, "code": "Conflict", "title": "Conflict", "detail": "it has 2 nodes"}`

// poolsBody is a pool in full, and one of which the pod manager said nothing.
const poolsBody = `[
	{"name": "pool 1", "resource_uri": "StorageServices/1/StoragePools/1", "protocol": "iSCSI", "health_status": "OK",
	 "capacity_gib": 8192, "free_gib": 8000.5},
	{"name": null, "resource_uri": "StorageServices/2/StoragePools/1", "protocol": null, "health_status": null,
	 "capacity_gib": null, "free_gib": null}
]`

const takenBody = `{"request_id": "req-1", "status": 400, "code": "Bad Request", "title": "Bad Request",
	"detail": "another pod manager has that name or url"}`

// authBody is how credentials are sent.
const authBody = `[{"auth_items":{"password":"` + password + `","username":"svc-valence"},"type":"basic"}]`

func list(answer string) exchange.Exchange {
	return exchange.Exchange{Method: "GET", URI: "/v1/pod_managers", Answer: answer}
}

// call is an exchange about the pod manager of row 4.
func call(method, body, answer string) exchange.Exchange {
	return exchange.Exchange{Method: method, URI: "/v1/pod_managers/" + rowUUID, Body: body, Answer: answer}
}
