package systems

import (
	"fmt"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// GetResult is the answer to Get. Call its Extract method to interpret it as a
// System.
type GetResult struct{ gophercloud.Result }

// Extract gives the system of a result.
func (r GetResult) Extract() (*System, error) { return resource.Extract[System](r.Result) }

// Freshness says how current the system is.
func (r GetResult) Freshness() valence.Freshness { return valence.FreshnessOf(r.Header) }

// InventoryResult is the answer to GetInventory. Call its Extract method to
// interpret it as an Inventory.
type InventoryResult struct{ gophercloud.Result }

// Extract gives the inventory of a result.
func (r InventoryResult) Extract() (*Inventory, error) { return resource.Extract[Inventory](r.Result) }

// SystemPage is a page of a list.
type SystemPage struct{ valence.HardwarePage }

// ExtractSystems gives the systems of a page that List made.
func ExtractSystems(r pagination.Page) ([]System, error) {
	page, ok := r.(SystemPage)
	if !ok {
		return nil, fmt.Errorf("expected a page of systems, not %T", r)
	}
	return resource.ExtractItems[System](page.PageBase)
}

// System is a physical computer system of a pod, or one that a pod manager made
// of resource blocks. A nil number or an empty string means that the pod did
// not say.
type System struct {
	ID           string    `json:"id"` // what its pod calls it; other pods may have one of that id
	UUID         string    `json:"uuid"`
	Name         string    `json:"Name"`
	Description  string    `json:"Description"`
	PodManagerID string    `json:"podm_id"`
	ResourceURI  string    `json:"resource_uri"` // its path on its pod manager, such as "Systems/9"
	AssetTag     string    `json:"assettag"`
	ChassisID    string    `json:"chassis_id"` // the chassis that it sits in
	Health       string    `json:"health"`     // "OK", "Warning" or "Critical"
	PowerState   string    `json:"power_state"`
	CPU          CPU       `json:"cpu"`
	RAM          *float64  `json:"ram,string"`     // in GiB
	Storage      *int      `json:"storage,string"` // local, in whole GiB
	Network      *int      `json:"network,string"` // how many network interfaces it has
	Location     string    `json:"location"`       // such as "Systems:9_Sled:Sled3_Rack:Rack1_"; Places takes it apart
	InventoryAt  time.Time `json:"inventory_at,omitzero"`
}

// CPU is what the processors of a system have in common.
type CPU struct {
	Cores *int   `json:"cores,string"` // of all processors together
	Arch  string `json:"arch"`         // such as "x86-64"
	Model string `json:"model"`
}

// Place is a chassis around a system.
type Place struct {
	Type string // Redfish's ChassisType, such as "Rack" or "Sled"
	ID   string // what the pod calls it
}

// Places gives the chassis around the system, from the inside outwards. An id
// with an underscore in it is told from the next chassis by the colon that a
// chassis has.
func (s System) Places() []Place {
	around, found := strings.CutPrefix(s.Location, "Systems:"+s.ID+"_")
	if !found {
		return nil
	}
	var places []Place
	for piece := range strings.SplitSeq(strings.TrimSuffix(around, "_"), "_") {
		kind, id, isPlace := strings.Cut(piece, ":")
		switch {
		case isPlace:
			places = append(places, Place{kind, id})
		case len(places) > 0:
			places[len(places)-1].ID += "_" + piece
		}
	}
	return places
}

// Inventory is what a system is made of: the service tells of a node and of a
// system in the same words.
type Inventory = nodes.Assets

// Drive is one drive of a system.
type Drive = nodes.Drive
