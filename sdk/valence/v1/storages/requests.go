package storages

import (
	"context"
	"fmt"
	"iter"
	"net/http"

	"github.com/google/uuid"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// ListOptsBuilder allows extensions to add parameters to the List request.
type ListOptsBuilder interface {
	ToStorageListQuery() (string, error)
}

// ListOpts selects storages. Filters are exact, case-sensitive and all have to
// match; an empty one matches everything.
type ListOpts struct {
	UUID         string `q:"uuid"`
	Name         string `q:"name"`
	PodManagerID string `q:"podm_id"`
	NodeID       string `q:"node_id"`
	State        State  `q:"state"`
	Protocol     string `q:"protocol"`
	Pool         string `q:"pool"` // resource_uri of the pool

	// Filters are further filters by the field names of the API. The service
	// refuses a field that it cannot filter by, and names those that it can.
	Filters map[string]string

	// Limit is how many storages a page has at most; zero leaves it to the
	// service. Marker is the UUID of the last storage of the page before.
	Limit  int    `q:"limit"`
	Marker string `q:"marker"`
}

// ToStorageListQuery formats ListOpts into a query string.
func (opts ListOpts) ToStorageListQuery() (string, error) {
	return resource.Query(opts, opts.Filters)
}

// List gives a pager over the storages that the options select; nil options
// select all. Their Health and Erased are not filled in: only Get asks the pod.
func List(client *gophercloud.ServiceClient, opts ListOptsBuilder) valence.Pager {
	var query string
	var err error
	if opts != nil {
		query, err = opts.ToStorageListQuery()
	}
	return resource.List(client, listPath(), query, err, func(base valence.PageBase) pagination.Page {
		return StoragePage{base}
	})
}

// All walks through the storages of List, holding one page at a time. An error
// ends the walk and comes with a zero storage.
func All(ctx context.Context, client *gophercloud.ServiceClient, opts ListOptsBuilder) iter.Seq2[Storage, error] {
	return resource.All(ctx, List(client, opts), ExtractStorages)
}

// Get reads one storage with what its pod says of it now.
func Get(ctx context.Context, client *gophercloud.ServiceClient, id string) (r GetResult) {
	r.Result = resource.Get(ctx, client, itemPath(id))
	return
}

// Find gives the storage with a name or a UUID, in full, as Get does. A name
// that no storage has is a *valence.NotFoundError, one that several storages
// have a *valence.AmbiguousError.
func Find(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (Storage, error) {
	return find(ctx, client, nameOrID, func(id string) (*Storage, error) { return Get(ctx, client, id).Extract() })
}

// FindBrief gives the storage with a name or a UUID as a list shows it. Other
// than Find it needs nothing of the pod manager, which may not answer, or no
// longer know the storage. A UUID that no storage has is a
// *valence.NotFoundError too.
func FindBrief(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (Storage, error) {
	return find(ctx, client, nameOrID, func(id string) (*Storage, error) {
		for storage, err := range All(ctx, client, ListOpts{UUID: id}) {
			if err != nil || storage.UUID == id {
				return &storage, err
			}
		}
		return nil, &valence.NotFoundError{Kind: "storage", Name: nameOrID}
	})
}

func find(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string, get func(string) (*Storage, error)) (Storage, error) {
	return resource.Finder[Storage]{
		Kind:  "storage",
		Get:   get,
		List:  func(name string) iter.Seq2[Storage, error] { return All(ctx, client, ListOpts{Name: name}) },
		Names: func(s Storage) (string, string) { return s.UUID, s.Name },
	}.Find(nameOrID)
}

// CreateOptsBuilder allows extensions to add parameters to the Create request.
type CreateOptsBuilder interface {
	ToStorageCreateMap() (map[string]any, error)
	ToStorageCreateHeaders() (map[string]string, error)
}

// CreateOpts says what to make.
type CreateOpts struct {
	Name        string `json:"name" required:"true"` // need not be unique
	Description string `json:"description,omitempty"`

	// PodManagerID is the UUID or name of the pod manager that has the pool. It
	// is not needed where there is only one.
	PodManagerID string `json:"podm_id,omitempty"`

	// CapacityGiB is the size in whole GiB, at least 1. The pod may give more.
	CapacityGiB int64 `json:"capacity_gib"`

	// Protocol is how it is attached, such as "NVMeOverFabrics" or "iSCSI"; any
	// when it is empty.
	Protocol string `json:"protocol,omitempty"`

	// Pool is the name or resource_uri of the pool to take it from; one that
	// has room when it is empty.
	Pool string `json:"pool,omitempty"`

	// EraseOnDetach has it erased whenever it is detached from a node.
	EraseOnDetach bool `json:"erase_on_detach,omitempty"`

	// IdempotencyKey makes a repeated Create give the storage of the first one.
	// When it is empty each call of Create makes one up, which covers the
	// retries of that call; to call Create again after a failure, set it.
	IdempotencyKey string `json:"-"`
}

// ToStorageCreateMap makes the request body. Errors are gophercloud's
// ErrMissingInput and ErrInvalidInput and name the field.
func (opts CreateOpts) ToStorageCreateMap() (map[string]any, error) {
	if opts.CapacityGiB < 1 {
		err := gophercloud.ErrInvalidInput{Value: opts.CapacityGiB}
		err.Argument = "CapacityGiB"
		err.Info = fmt.Sprintf("CapacityGiB is %d: expected a whole number of GiB above zero", opts.CapacityGiB)
		return nil, err
	}
	return gophercloud.BuildRequestBody(opts, "")
}

// ToStorageCreateHeaders makes the request headers.
func (opts CreateOpts) ToStorageCreateHeaders() (map[string]string, error) {
	if opts.IdempotencyKey != "" {
		return map[string]string{"Idempotency-Key": opts.IdempotencyKey}, nil
	}
	key, err := uuid.NewRandom()
	return map[string]string{"Idempotency-Key": key.String()}, err
}

// Create makes a storage out of a pool and returns when the pod has made it.
// Where the service gives up waiting the error has status 504, and the work
// goes on: Create with the same IdempotencyKey waits for it again.
func Create(ctx context.Context, client *gophercloud.ServiceClient, opts CreateOptsBuilder) (r CreateResult) {
	body, err := opts.ToStorageCreateMap()
	if err != nil {
		r.Err = err
		return
	}
	headers, err := opts.ToStorageCreateHeaders()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPost, listPath(), body, headers)
	return
}

// UpdateOptsBuilder allows extensions to add parameters to the Update request.
type UpdateOptsBuilder interface {
	ToStorageUpdateMap() (map[string]any, error)
}

// UpdateOpts says what to change. Nil leaves a field as it is.
type UpdateOpts struct {
	Name          *string `json:"name,omitempty"`
	Description   *string `json:"description,omitempty"`
	EraseOnDetach *bool   `json:"erase_on_detach,omitempty"`
}

// ToStorageUpdateMap makes the request body.
func (opts UpdateOpts) ToStorageUpdateMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// Update changes what Valence remembers of a storage. The pod is not asked.
func Update(ctx context.Context, client *gophercloud.ServiceClient, id string, opts UpdateOptsBuilder) (r UpdateResult) {
	body, err := opts.ToStorageUpdateMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPatch, itemPath(id), body, nil)
	return
}

// Erase overwrites what is on a storage that is not attached. It returns when
// that is done, which can take minutes.
func Erase(ctx context.Context, client *gophercloud.ServiceClient, id string) (r EraseResult) {
	r.ErrResult = resource.Exec(ctx, client, http.MethodPost, actionPath(id), map[string]any{"Erase": struct{}{}})
	return
}

// Delete deletes a storage that is not attached, and gives its room back to the
// pool. It returns when that is done.
func Delete(ctx context.Context, client *gophercloud.ServiceClient, id string) (r DeleteResult) {
	r.ErrResult = resource.Exec(ctx, client, http.MethodDelete, itemPath(id), nil)
	return
}

// ForceDelete forgets a storage that is not attached, and leaves the pod alone:
// it is for one whose pod manager does not come back. It takes the role admin.
func ForceDelete(ctx context.Context, client *gophercloud.ServiceClient, id string) (r DeleteResult) {
	r.ErrResult = resource.ForceDelete(ctx, client, itemPath(id))
	return
}
