package racks

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
	ToRackListQuery() (string, error)
}

// ListOpts selects racks. Filters all have to match; an empty one matches
// everything.
type ListOpts struct {
	// PodManagerID is the UUID or the name of a pod manager.
	PodManagerID string `q:"podm_id"`

	ID   string `q:"id"`   // what its pod calls it
	Name string `q:"name"` // in upper or lower case

	// Filters are further filters by the service's own keys, which are the
	// properties of Redfish, nested ones with slashes: "Status/Health".
	Filters map[string]string

	// ShowDetail adds the fields of a rack that are otherwise empty.
	ShowDetail bool `q:"show_detail"`

	// Refresh has the pods read first, which may take long. Otherwise the racks
	// are as they were read last.
	Refresh bool `q:"refresh"`

	// Limit is how many racks a page has at most; zero leaves it to the
	// service. Marker is the last rack of the page before, as "podm_id:id".
	Limit  int    `q:"limit"`
	Marker string `q:"marker"`
}

// ToRackListQuery formats ListOpts into a query string. A filter that is no
// filter, or that another field has set, is gophercloud's ErrInvalidInput.
func (opts ListOpts) ToRackListQuery() (string, error) {
	return resource.HardwareQuery(opts, opts.Filters)
}

// List gives a pager over the racks that the options select; nil options select
// all. Each of its pages is a RackPage, which says how current it is.
func List(client *gophercloud.ServiceClient, opts ListOptsBuilder) valence.Pager {
	var query string
	var err error
	if opts != nil {
		query, err = opts.ToRackListQuery()
	}
	return resource.List(client, listPath(), query, err, func(base valence.PageBase) pagination.Page {
		return RackPage{valence.HardwarePage{PageBase: base}}
	})
}

// All walks through the racks of List, holding one page at a time. An error
// ends the walk and comes with a zero rack. It does not tell what is stale or
// missing: List does.
func All(ctx context.Context, client *gophercloud.ServiceClient, opts ListOptsBuilder) iter.Seq2[Rack, error] {
	return resource.All(ctx, List(client, opts), ExtractRacks)
}

// GetOptsBuilder allows extensions to add parameters to the Get request.
type GetOptsBuilder interface {
	ToRackGetQuery() (string, error)
}

// GetOpts says where to look for a rack.
type GetOpts struct {
	// PodManagerID is the UUID or the name of its pod manager, which is needed
	// only where several have such a rack.
	PodManagerID string `q:"podm_id"`

	// Refresh has the pods read first, which may take long.
	Refresh bool `q:"refresh"`
}

// ToRackGetQuery formats GetOpts into a query string.
func (opts GetOpts) ToRackGetQuery() (string, error) { return resource.HardwareQuery(opts, nil) }

// Get reads one rack with all fields, by its name or what its pod calls it:
// racks have no UUID. The options may be nil.
func Get(ctx context.Context, client *gophercloud.ServiceClient, id string, opts GetOptsBuilder) (r GetResult) {
	var query string
	if opts != nil {
		query, r.Err = opts.ToRackGetQuery()
	}
	if r.Err == nil {
		r.Result = resource.GetWith(ctx, client, itemPath(id), query)
	}
	return
}

// Find gives the rack with a name, or the id that its pod has for it. The
// service does the looking: one that there is not is a *valence.NotFoundError,
// and several are a *valence.Error of status 409. GetOpts.PodManagerID tells
// them apart.
func Find(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (Rack, error) {
	found, err := Get(ctx, client, nameOrID, nil).Extract()
	switch {
	case gophercloud.ResponseCodeIs(err, http.StatusNotFound):
		return Rack{}, &valence.NotFoundError{Kind: "rack", Name: nameOrID}
	case err != nil:
		return Rack{}, err
	}
	return *found, nil
}
