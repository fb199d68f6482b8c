package storages

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

// Extract gives the storage of a result.
func (r commonResult) Extract() (*Storage, error) { return resource.Extract[Storage](r.Result) }

// CreateResult is the answer to Create. Call its Extract method to interpret
// it as a Storage.
type CreateResult struct{ commonResult }

// GetResult is the answer to Get. Call its Extract method to interpret it as a
// Storage.
type GetResult struct{ commonResult }

// UpdateResult is the answer to Update. Call its Extract method to interpret
// it as the changed Storage.
type UpdateResult struct{ commonResult }

// EraseResult is the answer to Erase. Call its ExtractErr method to see whether
// the storage is erased.
type EraseResult struct{ gophercloud.ErrResult }

// DeleteResult is the answer to Delete and ForceDelete. Call its ExtractErr
// method to see whether the storage is gone.
type DeleteResult struct{ gophercloud.ErrResult }

// StoragePage is a page of a list.
type StoragePage struct{ valence.PageBase }

// ExtractStorages gives the storages of a page that List made.
func ExtractStorages(r pagination.Page) ([]Storage, error) {
	page, ok := r.(StoragePage)
	if !ok {
		return nil, fmt.Errorf("expected a page of storages, not %T", r)
	}
	return resource.ExtractItems[Storage](page.PageBase)
}

// State is where a storage is in its life.
type State string

// The states of a storage. Available, attached and failed ones are settled; in
// the others something is on its way.
const (
	StateCreating  State = "creating"
	StateAvailable State = "available"
	StateAttaching State = "attaching"
	StateAttached  State = "attached"
	StateDetaching State = "detaching"
	StateErasing   State = "erasing"
	StateDeleting  State = "deleting"
	StateFailed    State = "failed" // it could not be made, and nothing of it is on the pod
)

// Storage is a piece of a pool that can be attached to one node at a time.
type Storage struct {
	UUID         string   `json:"uuid"`
	Name         string   `json:"name"` // need not be unique
	Description  string   `json:"description"`
	PodManagerID string   `json:"podm_id"`
	ProjectID    string   `json:"project_id"` // who made it; empty without authentication
	State        State    `json:"state"`
	Failure      *Failure `json:"failure,omitempty"` // only in state failed

	CapacityGiB   float64 `json:"capacity_gib"` // as much as the pod gave
	Protocol      string  `json:"protocol"`     // such as "NVMeOverFabrics" or "iSCSI"
	Pool          string  `json:"pool"`         // path on the pod manager of the pool that it is taken from
	EraseOnDetach bool    `json:"erase_on_detach"`
	NodeID        string  `json:"node_id"`      // UUID of the node that it is attached to, or on its way to or from
	ResourceURI   string  `json:"resource_uri"` // path on the pod manager; empty before it is made

	Health string `json:"health_status"` // "OK", "Warning" or "Critical"; only from Get
	Erased *bool  `json:"erased"`        // whether nothing is on it; nil where the pod does not say; only from Get

	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
}

// UnmarshalJSON reads the times in the format of the service.
func (r *Storage) UnmarshalJSON(b []byte) error {
	type plain Storage
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

// Failure is why a storage could not be made.
type Failure struct {
	Code    string `json:"code"` // such as "no_capacity"
	Message string `json:"message"`
}
