package podmanagers

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
	ToPodManagerListQuery() (string, error)
}

// ListOpts says how to page. The service has no filters for pod managers.
type ListOpts struct {
	// Limit is how many pod managers a page has at most; zero leaves it to the
	// service.
	Limit int `q:"limit"`
	// Marker is the UUID of the last pod manager of the page before.
	Marker string `q:"marker"`
}

// ToPodManagerListQuery formats ListOpts into a query string.
func (opts ListOpts) ToPodManagerListQuery() (string, error) {
	q, err := gophercloud.BuildQueryString(opts)
	return q.String(), err
}

// List gives a pager over all pod managers. The options may be nil.
func List(client *gophercloud.ServiceClient, opts ListOptsBuilder) valence.Pager {
	var query string
	var err error
	if opts != nil {
		query, err = opts.ToPodManagerListQuery()
	}
	return resource.List(client, listPath(), query, err, func(base valence.PageBase) pagination.Page {
		return PodManagerPage{base}
	})
}

// All walks through the pod managers of List, holding one page at a time. An
// error ends the walk and comes with a zero pod manager.
func All(ctx context.Context, client *gophercloud.ServiceClient, opts ListOptsBuilder) iter.Seq2[PodManager, error] {
	return resource.All(ctx, List(client, opts), ExtractPodManagers)
}

// Get reads one pod manager.
func Get(ctx context.Context, client *gophercloud.ServiceClient, id string) (r GetResult) {
	r.Result = resource.Get(ctx, client, itemPath(id))
	return
}

// Find gives the pod manager with a name or a UUID. A name that no pod manager
// has is a *valence.NotFoundError, one that several have, which only old
// services allow, a *valence.AmbiguousError.
func Find(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (PodManager, error) {
	return resource.Finder[PodManager]{
		Kind:  "pod manager",
		Get:   func(id string) (*PodManager, error) { return Get(ctx, client, id).Extract() },
		List:  func(string) iter.Seq2[PodManager, error] { return All(ctx, client, nil) },
		Names: func(p PodManager) (string, string) { return p.UUID, p.Name },
	}.Find(nameOrID)
}

// CreateOptsBuilder allows extensions to add parameters to the Create request.
type CreateOptsBuilder interface {
	ToPodManagerCreateMap() (map[string]any, error)
}

// CreateOpts describes a pod manager to register.
type CreateOpts struct {
	Name string `json:"name" required:"true"` // unique
	URL  string `json:"url" required:"true"`  // unique, such as "https://podm4.lab:8443"

	// Driver is what speaks to the pod manager; empty stands for "redfishv1".
	Driver string `json:"driver,omitempty"`

	// Authentication has at least one entry; Basic makes it.
	Authentication []Authentication `json:"authentication" required:"true"`
}

// ToPodManagerCreateMap makes the request body. An error is gophercloud's
// ErrMissingInput and names the field.
func (opts CreateOpts) ToPodManagerCreateMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// Create registers a pod manager. The service signs in to it first: one that is
// down cannot be registered.
func Create(ctx context.Context, client *gophercloud.ServiceClient, opts CreateOptsBuilder) (r CreateResult) {
	body, err := opts.ToPodManagerCreateMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPost, listPath(), body, nil)
	return
}

// UpdateOptsBuilder allows extensions to add parameters to the Update request.
type UpdateOptsBuilder interface {
	ToPodManagerUpdateMap() (map[string]any, error)
}

// UpdateOpts says what to change. Nil leaves a field as it is. Authentication
// is replaced as a whole.
type UpdateOpts struct {
	Name           *string          `json:"name,omitempty"`
	URL            *string          `json:"url,omitempty"` // the original service ignores it
	Driver         *string          `json:"driver,omitempty"`
	Authentication []Authentication `json:"authentication,omitempty"`
}

// ToPodManagerUpdateMap makes the request body. An error is gophercloud's
// ErrMissingInput and names the field.
func (opts UpdateOpts) ToPodManagerUpdateMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// Update changes a pod manager.
func Update(ctx context.Context, client *gophercloud.ServiceClient, id string, opts UpdateOptsBuilder) (r UpdateResult) {
	body, err := opts.ToPodManagerUpdateMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPatch, itemPath(id), body, nil)
	return
}

// Delete removes a pod manager after decomposing all of its nodes, which can
// take minutes. Where a node cannot be decomposed, the nodes before it are gone
// and the pod manager stays.
func Delete(ctx context.Context, client *gophercloud.ServiceClient, id string) (r DeleteResult) {
	r.ErrResult = resource.Exec(ctx, client, http.MethodDelete, itemPath(id), nil)
	return
}
