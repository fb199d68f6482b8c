package systems

import (
	"context"
	"iter"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// ListOptsBuilder allows extensions to add parameters to the List request.
type ListOptsBuilder interface {
	ToSystemListQuery() (string, error)
}

// ListOpts selects systems. Filters all have to match; an empty one matches
// everything.
type ListOpts struct {
	// PodManagerID is the UUID or the name of a pod manager.
	PodManagerID string `q:"podm_id"`

	ID         string `q:"id"` // what its pod calls it
	UUID       string `q:"uuid"`
	Name       string `q:"Name"`        // in upper or lower case
	Health     string `q:"health"`      // in upper or lower case
	PowerState string `q:"power_state"` // in upper or lower case

	MinRAM     int `q:"ram"`     // GiB of memory
	MinStorage int `q:"storage"` // GiB of local storage
	MinNetwork int `q:"nw"`      // network interfaces

	// Filters are further filters by the service's own keys, such as the
	// properties of Redfish, nested ones with slashes: "Status/Health".
	Filters map[string]string

	// Refresh has the pods read first, which may take long. Otherwise the
	// systems are as they were read last.
	Refresh bool `q:"refresh"`

	// Limit is how many systems a page has at most; zero leaves it to the
	// service. Marker is the last system of the page before, as
	// "podm_id:id".
	Limit  int    `q:"limit"`
	Marker string `q:"marker"`
}

// ToSystemListQuery formats ListOpts into a query string. A filter that is no
// filter, or that another field has set, is gophercloud's ErrInvalidInput.
func (opts ListOpts) ToSystemListQuery() (string, error) {
	return resource.HardwareQuery(opts, opts.Filters)
}

// List gives a pager over the systems that the options select; nil options
// select all. Each of its pages is a SystemPage, which says how current it is.
func List(client *gophercloud.ServiceClient, opts ListOptsBuilder) valence.Pager {
	var query string
	var err error
	if opts != nil {
		query, err = opts.ToSystemListQuery()
	}
	return resource.List(client, listPath(), query, err, func(base valence.PageBase) pagination.Page {
		return SystemPage{valence.HardwarePage{PageBase: base}}
	})
}

// All walks through the systems of List, holding one page at a time. An error
// ends the walk and comes with a zero system. It does not tell what is stale or
// missing: List does.
func All(ctx context.Context, client *gophercloud.ServiceClient, opts ListOptsBuilder) iter.Seq2[System, error] {
	return resource.All(ctx, List(client, opts), ExtractSystems)
}

// GetOptsBuilder allows extensions to add parameters to the Get request.
type GetOptsBuilder interface {
	ToSystemGetQuery() (string, error)
}

// GetOpts says where to look for a system.
type GetOpts struct {
	// PodManagerID is the UUID or the name of its pod manager, which is needed
	// only where several have such a system.
	PodManagerID string `q:"podm_id"`

	// Refresh has the system read from its pod.
	Refresh bool `q:"refresh"`
}

// ToSystemGetQuery formats GetOpts into a query string.
func (opts GetOpts) ToSystemGetQuery() (string, error) { return resource.HardwareQuery(opts, nil) }

// Get reads one system by its UUID, its name or what its pod calls it. The
// options may be nil.
func Get(ctx context.Context, client *gophercloud.ServiceClient, id string, opts GetOptsBuilder) (r GetResult) {
	r.Result = get(ctx, client, itemPath(id), opts)
	return
}

// GetInventory reads from its pod what a system is made of. The options are
// those of Get.
func GetInventory(ctx context.Context, client *gophercloud.ServiceClient, id string, opts GetOptsBuilder) (r InventoryResult) {
	r.Result = get(ctx, client, inventoryPath(id), opts)
	return
}

func get(ctx context.Context, client *gophercloud.ServiceClient, path []string, opts GetOptsBuilder) (r gophercloud.Result) {
	var query string
	if opts != nil {
		query, r.Err = opts.ToSystemGetQuery()
	}
	if r.Err == nil {
		r = resource.GetWith(ctx, client, path, query)
	}
	return
}

// Find gives the system with a UUID, a name, or the id that its pod has for it.
// The service does the looking: one that there is not is a
// *valence.NotFoundError, and several are a *valence.Error of status 409 that
// names them. GetOpts.PodManagerID tells them apart.
func Find(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (System, error) {
	found, err := Get(ctx, client, nameOrID, nil).Extract()
	switch {
	case gophercloud.ResponseCodeIs(err, http.StatusNotFound):
		return System{}, &valence.NotFoundError{Kind: "system", Name: nameOrID}
	case err != nil:
		return System{}, err
	}
	return *found, nil
}
