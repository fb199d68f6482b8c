package racks

import (
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// GetResult is the answer to Get. Call its Extract method to interpret it as a
// Rack.
type GetResult struct{ gophercloud.Result }

// Extract gives the rack of a result.
func (r GetResult) Extract() (*Rack, error) { return resource.Extract[Rack](r.Result) }

// Freshness says how current the rack is.
func (r GetResult) Freshness() valence.Freshness { return valence.FreshnessOf(r.Header) }

// RackPage is a page of a list.
type RackPage struct{ valence.HardwarePage }

// ExtractRacks gives the racks of a page that List made.
func ExtractRacks(r pagination.Page) ([]Rack, error) {
	page, ok := r.(RackPage)
	if !ok {
		return nil, fmt.Errorf("expected a page of racks, not %T", r)
	}
	return resource.ExtractItems[Rack](page.PageBase)
}

// Rack is a rack of a pod. In a list without ShowDetail the fields from
// Manufacturer to Health are empty.
type Rack struct {
	ID           string   `json:"id"` // what its pod calls it; other pods may have one of that id
	Name         string   `json:"name"`
	Systems      []string `json:"systems"` // the UUIDs of the systems inside
	PodManagerID string   `json:"podm_id"`
	ResourceURI  string   `json:"resource_uri"` // its path on its pod manager, such as "Chassis/2"

	Manufacturer string `json:"manufacturer"`
	Model        string `json:"model"`
	Description  string `json:"description"`
	SerialNumber string `json:"serial_number"`
	Health       string `json:"health"` // "OK", "Warning" or "Critical"

	InventoryAt time.Time `json:"inventory_at,omitzero"`
}
