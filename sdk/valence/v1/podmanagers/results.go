package podmanagers

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

// Extract gives the pod manager of a result.
func (r commonResult) Extract() (*PodManager, error) { return resource.Extract[PodManager](r.Result) }

// CreateResult is the answer to Create. Call its Extract method to interpret
// it as a PodManager.
type CreateResult struct{ commonResult }

// GetResult is the answer to Get. Call its Extract method to interpret it as a
// PodManager.
type GetResult struct{ commonResult }

// ETag is the version of the pod manager, for UpdateOpts.IfMatch; the original
// service has none.
func (r GetResult) ETag() string { return r.Header.Get("ETag") }

// UpdateResult is the answer to Update. Call its Extract method to interpret
// it as the changed PodManager.
type UpdateResult struct{ commonResult }

// DeleteResult is the answer to Delete. Call its ExtractErr method to see
// whether the pod manager is gone.
type DeleteResult struct{ gophercloud.ErrResult }

// PodManagerPage is a page of a list.
type PodManagerPage struct{ valence.PageBase }

// ExtractPodManagers gives the pod managers of a page that List made.
func ExtractPodManagers(r pagination.Page) ([]PodManager, error) {
	page, ok := r.(PodManagerPage)
	if !ok {
		return nil, fmt.Errorf("expected a page of pod managers, not %T", r)
	}
	return resource.ExtractItems[PodManager](page.PageBase)
}

// The statuses of a pod manager.
const (
	StatusOnline  = "Online"
	StatusOffline = "Offline"
	StatusUnknown = "Unknown" // not asked yet, or no way to sign in
)

// PodManager is a registered pod manager.
type PodManager struct {
	UUID           string           `json:"uuid"`
	Name           string           `json:"name"`
	URL            string           `json:"url"`
	Driver         string           `json:"driver"`
	Description    string           `json:"description"`
	Location       string           `json:"location"`       // where it stands
	CACertificate  string           `json:"ca_certificate"` // PEM; empty where those of the service's system count
	Status         string           `json:"status"`         // one of the statuses, or empty where the service did not ask
	StatusReason   string           `json:"status_reason"`  // why it is not online, for people
	StatusSince    time.Time        `json:"status_since,omitzero"`
	Authentication []Authentication `json:"authentication"`
	CreatedAt      time.Time        `json:"created_at,omitzero"`
	UpdatedAt      time.Time        `json:"updated_at,omitzero"`
}

// UnmarshalJSON reads the times in the format of the service.
func (r *PodManager) UnmarshalJSON(b []byte) error {
	type plain PodManager
	s := struct {
		*plain
		StatusSince resource.Timestamp `json:"status_since"`
		CreatedAt   resource.Timestamp `json:"created_at"`
		UpdatedAt   resource.Timestamp `json:"updated_at"`
	}{plain: (*plain)(r)}
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	r.StatusSince, r.CreatedAt, r.UpdatedAt = time.Time(s.StatusSince), time.Time(s.CreatedAt), time.Time(s.UpdatedAt)
	return nil
}
