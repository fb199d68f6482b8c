package devices

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
	ToDeviceListQuery() (string, error)
}

// ListOpts selects devices. Filters are exact, case-sensitive and all have to
// match; an empty one matches everything.
type ListOpts struct {
	PodManagerID string `q:"podm_id"`
	NodeIndex    string `q:"node_id"` // the node's identifier on its pod manager, not its UUID
	Type         string `q:"type"`
	State        State  `q:"state"`
	Group        string `q:"pooled_group_id"`
	ResourceURI  string `q:"resource_uri"`

	// Filters are further filters by the field names of the API. The service
	// refuses a field that it cannot filter by, and names those that it can.
	Filters map[string]string

	// Refresh has the service look for devices on the pods first.
	Refresh bool `q:"refresh"`

	// Limit is how many devices a page has at most; zero leaves it to the
	// service. Marker is the UUID of the last device of the page before.
	Limit  int    `q:"limit"`
	Marker string `q:"marker"`
}

// ToDeviceListQuery formats ListOpts into a query string.
func (opts ListOpts) ToDeviceListQuery() (string, error) {
	return resource.Query(opts, opts.Filters)
}

// List gives a pager over the devices that the options select; nil options
// select all. A list leaves Properties, Extra and the times of the record empty.
func List(client *gophercloud.ServiceClient, opts ListOptsBuilder) valence.Pager {
	var query string
	var err error
	if opts != nil {
		query, err = opts.ToDeviceListQuery()
	}
	return resource.List(client, listPath(), query, err, func(base valence.PageBase) pagination.Page {
		return DevicePage{valence.HardwarePage{PageBase: base}}
	})
}

// All walks through the devices of List, holding one page at a time. An error
// ends the walk and comes with a zero device.
func All(ctx context.Context, client *gophercloud.ServiceClient, opts ListOptsBuilder) iter.Seq2[Device, error] {
	return resource.All(ctx, List(client, opts), ExtractDevices)
}

// Get reads one device as it was found last.
func Get(ctx context.Context, client *gophercloud.ServiceClient, id string) (r GetResult) {
	r.Result = resource.Get(ctx, client, itemPath(id))
	return
}

// Find gives the device with a UUID, or with a path on its pod manager such as
// "Chassis/3-c-1/Drives/1", for devices have no names. A path that no device
// has is a *valence.NotFoundError, one on several pod managers a
// *valence.AmbiguousError.
func Find(ctx context.Context, client *gophercloud.ServiceClient, uriOrID string) (Device, error) {
	return resource.Finder[Device]{
		Kind:  "device",
		Get:   func(id string) (*Device, error) { return Get(ctx, client, id).Extract() },
		List:  func(uri string) iter.Seq2[Device, error] { return All(ctx, client, ListOpts{ResourceURI: uri}) },
		Names: func(d Device) (string, string) { return d.UUID, d.ResourceURI },
	}.Find(uriOrID)
}

// SyncOptsBuilder allows extensions to add parameters to the Sync request.
type SyncOptsBuilder interface {
	ToDeviceSyncMap() (map[string]any, error)
}

// SyncOpts says where to look for devices.
type SyncOpts struct {
	// PodManagerID is the UUID of one pod manager; all of them when it is empty.
	PodManagerID string `json:"podm_id,omitempty"`
}

// ToDeviceSyncMap makes the request body.
func (opts SyncOpts) ToDeviceSyncMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// Sync has the service look for devices on the pods, and returns when it has.
// A pod manager that could not be read is no error but one of the results.
func Sync(ctx context.Context, client *gophercloud.ServiceClient, opts SyncOptsBuilder) (r SyncResult) {
	body, err := opts.ToDeviceSyncMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPost, syncPath(), body, nil)
	return
}
