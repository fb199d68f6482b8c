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

// ListOpts selects pod managers. Filters are exact, case-sensitive and all have
// to match; an empty one matches everything. The original service ignores them.
type ListOpts struct {
	Name   string `q:"name"`
	URL    string `q:"url"`
	Driver string `q:"driver"`
	Status string `q:"status"` // one of the statuses

	// Limit is how many pod managers a page has at most; zero leaves it to the
	// service.
	Limit int `q:"limit"`
	// Marker is the UUID of the last pod manager of the page before.
	Marker string `q:"marker"`
}

// ToPodManagerListQuery formats ListOpts into a query string.
func (opts ListOpts) ToPodManagerListQuery() (string, error) {
	return resource.Query(opts, nil)
}

// List gives a pager over the pod managers that the options select; nil options
// select all.
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

	// The original service refuses the rest.

	Description string `json:"description,omitempty"`
	Location    string `json:"location,omitempty"` // where it stands
	// CACertificate is the PEM of the authorities that its certificate must
	// come from; empty stands for those of the service's system.
	CACertificate string `json:"ca_certificate,omitempty"`
}

// ToPodManagerCreateMap makes the request body. An error is gophercloud's
// ErrMissingInput and names the field.
func (opts CreateOpts) ToPodManagerCreateMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// Create registers a pod manager. The service signs in to it first; one that it
// cannot reach is registered all the same, with the reason in StatusReason. The
// original service refuses that.
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
	ToPodManagerUpdateHeaders() map[string]string
}

// UpdateOpts says what to change. Nil leaves a field as it is. Authentication
// is replaced as a whole.
type UpdateOpts struct {
	Name           *string          `json:"name,omitempty"`
	URL            *string          `json:"url,omitempty"` // the original service ignores it
	Driver         *string          `json:"driver,omitempty"`
	Authentication []Authentication `json:"authentication,omitempty"`
	Description    *string          `json:"description,omitempty"`
	Location       *string          `json:"location,omitempty"`
	CACertificate  *string          `json:"ca_certificate,omitempty"` // the empty one stands for those of the service's system

	// IfMatch is the ETag of the pod manager that the change was made from. When
	// somebody else was faster the error has status 412. Empty changes it in any
	// case, and so does the original service.
	IfMatch string `json:"-"`
}

// ToPodManagerUpdateMap makes the request body. An error is gophercloud's
// ErrMissingInput and names the field.
func (opts UpdateOpts) ToPodManagerUpdateMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// ToPodManagerUpdateHeaders makes the request headers.
func (opts UpdateOpts) ToPodManagerUpdateHeaders() map[string]string {
	if opts.IfMatch == "" {
		return nil
	}
	return map[string]string{"If-Match": opts.IfMatch}
}

// Update changes a pod manager, which the service then signs in to again.
func Update(ctx context.Context, client *gophercloud.ServiceClient, id string, opts UpdateOptsBuilder) (r UpdateResult) {
	body, err := opts.ToPodManagerUpdateMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPatch, itemPath(id), body, opts.ToPodManagerUpdateHeaders())
	return
}

// The words for what becomes of the nodes and storages of a pod manager.
const (
	NodesDecompose = "decompose" // given back to the pod, which can take minutes
	NodesForget    = "forget"    // forgotten, and left on the pod as they are
)

// DeleteOptsBuilder allows extensions to add parameters to the Delete request.
type DeleteOptsBuilder interface {
	ToPodManagerDeleteQuery() (string, error)
}

// DeleteOpts says what becomes of the nodes and storages that a pod manager
// still has: NodesDecompose, NodesForget, or a refusal where it is empty.
type DeleteOpts struct {
	Nodes string `q:"nodes"`
}

// ToPodManagerDeleteQuery formats DeleteOpts into a query string.
func (opts DeleteOpts) ToPodManagerDeleteQuery() (string, error) {
	return resource.Query(opts, nil)
}

// Delete removes a pod manager. One that still has nodes or storages is a
// conflict, status 409, unless the options say what becomes of them; where some
// of them cannot be removed, the pod manager stays, and the error names them.
// The options may be nil. The original service always decomposes.
func Delete(ctx context.Context, client *gophercloud.ServiceClient, id string, opts DeleteOptsBuilder) (r DeleteResult) {
	var query string
	if opts != nil {
		var err error
		if query, err = opts.ToPodManagerDeleteQuery(); err != nil {
			r.Err = err
			return
		}
	}
	r.ErrResult = resource.Remove(ctx, client, itemPath(id), query)
	return
}
