package flavors

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

type commonResult struct {
	gophercloud.Result
}

// Extract gives the flavor of a result.
func (r commonResult) Extract() (*Flavor, error) { return resource.Extract[Flavor](r.Result) }

// CreateResult is the answer to Create. Call its Extract method to interpret
// it as a Flavor.
type CreateResult struct{ commonResult }

// GetResult is the answer to Get. Call its Extract method to interpret it as a
// Flavor.
type GetResult struct{ commonResult }

// ETag is the version of the flavor, for UpdateOpts.IfMatch; the original
// service has none.
func (r GetResult) ETag() string { return r.Header.Get("ETag") }

// UpdateResult is the answer to Update. Call its Extract method to interpret
// it as the changed Flavor.
type UpdateResult struct{ commonResult }

// DeleteResult is the answer to Delete. Call its ExtractErr method to see
// whether the flavor is gone.
type DeleteResult struct{ gophercloud.ErrResult }

// FlavorPage is a page of a list.
type FlavorPage struct{ valence.PageBase }

// ExtractFlavors gives the flavors of a page that List made.
func ExtractFlavors(r pagination.Page) ([]Flavor, error) {
	page, ok := r.(FlavorPage)
	if !ok {
		return nil, fmt.Errorf("expected a page of flavors, not %T", r)
	}
	return resource.ExtractItems[Flavor](page.PageBase)
}

// Flavor is a named set of requirements.
type Flavor struct {
	UUID        string             `json:"uuid"`
	Name        string             `json:"name"` // need not be unique
	Description string             `json:"description"`
	Properties  valence.Properties `json:"properties"`
	CreatedAt   time.Time          `json:"created_at,omitzero"`
	UpdatedAt   time.Time          `json:"updated_at,omitzero"`
}

// UnmarshalJSON reads the times in the format of the service.
func (r *Flavor) UnmarshalJSON(b []byte) error {
	type plain Flavor
	s := struct {
		*plain
		CreatedAt resource.Timestamp `json:"created_at"`
		UpdatedAt resource.Timestamp `json:"updated_at"`
	}{plain: (*plain)(r)}
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	r.CreatedAt, r.UpdatedAt = time.Time(s.CreatedAt), time.Time(s.UpdatedAt)
	return nil
}
