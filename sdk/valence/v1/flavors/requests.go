package flavors

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
	ToFlavorListQuery() (string, error)
}

// ListOpts selects flavors. Filters are exact and case-sensitive; an empty one
// matches everything. The original service ignores them.
type ListOpts struct {
	Name string `q:"name"`

	// Limit is how many flavors a page has at most; zero leaves it to the
	// service.
	Limit int `q:"limit"`
	// Marker is the UUID of the last flavor of the page before.
	Marker string `q:"marker"`
}

// ToFlavorListQuery formats ListOpts into a query string.
func (opts ListOpts) ToFlavorListQuery() (string, error) {
	q, err := gophercloud.BuildQueryString(opts)
	return q.String(), err
}

// List gives a pager over all flavors. The options may be nil.
func List(client *gophercloud.ServiceClient, opts ListOptsBuilder) valence.Pager {
	var query string
	var err error
	if opts != nil {
		query, err = opts.ToFlavorListQuery()
	}
	return resource.List(client, listPath(), query, err, func(base valence.PageBase) pagination.Page {
		return FlavorPage{base}
	})
}

// All walks through the flavors of List, holding one page at a time. An error
// ends the walk and comes with a zero flavor.
func All(ctx context.Context, client *gophercloud.ServiceClient, opts ListOptsBuilder) iter.Seq2[Flavor, error] {
	return resource.All(ctx, List(client, opts), ExtractFlavors)
}

// Get reads one flavor.
func Get(ctx context.Context, client *gophercloud.ServiceClient, id string) (r GetResult) {
	r.Result = resource.Get(ctx, client, itemPath(id))
	return
}

// Find gives the flavor with a name or a UUID. A name that no flavor has is a
// *valence.NotFoundError, one that several flavors have a
// *valence.AmbiguousError.
func Find(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (Flavor, error) {
	return resource.Finder[Flavor]{
		Kind:  "flavor",
		Get:   func(id string) (*Flavor, error) { return Get(ctx, client, id).Extract() },
		List:  func(string) iter.Seq2[Flavor, error] { return All(ctx, client, nil) },
		Names: func(f Flavor) (string, string) { return f.UUID, f.Name },
	}.Find(nameOrID)
}

// CreateOptsBuilder allows extensions to add parameters to the Create request.
type CreateOptsBuilder interface {
	ToFlavorCreateMap() (map[string]any, error)
}

// CreateOpts describes a new flavor. Zero properties are a flavor that any
// hardware satisfies.
type CreateOpts struct {
	Name        string             `json:"name" required:"true"` // need not be unique
	Description string             `json:"description,omitempty"`
	Properties  valence.Properties `json:"properties"`
}

// ToFlavorCreateMap makes the request body. Errors are gophercloud's
// ErrMissingInput and ErrInvalidInput and name the field.
func (opts CreateOpts) ToFlavorCreateMap() (map[string]any, error) {
	if err := opts.Properties.Validate(); err != nil {
		return nil, err
	}
	return gophercloud.BuildRequestBody(opts, "")
}

// Create stores a flavor.
func Create(ctx context.Context, client *gophercloud.ServiceClient, opts CreateOptsBuilder) (r CreateResult) {
	body, err := opts.ToFlavorCreateMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPost, listPath(), body, nil)
	return
}

// UpdateOptsBuilder allows extensions to add parameters to the Update request.
type UpdateOptsBuilder interface {
	ToFlavorUpdateMap() (map[string]any, error)
	ToFlavorUpdateHeaders() map[string]string
}

// UpdateOpts says what to change. Nil leaves a field as it is. Properties are
// replaced as a whole, so zero properties remove every requirement.
type UpdateOpts struct {
	Name        *string             `json:"name,omitempty"`
	Description *string             `json:"description,omitempty"`
	Properties  *valence.Properties `json:"properties,omitempty"`

	// IfMatch is the ETag of the flavor that the change was made from. When
	// somebody else was faster the error has status 412. Empty changes it in any
	// case, and so does the original service.
	IfMatch string `json:"-"`
}

// ToFlavorUpdateMap makes the request body. An error is gophercloud's
// ErrInvalidInput and names the field.
func (opts UpdateOpts) ToFlavorUpdateMap() (map[string]any, error) {
	if opts.Properties != nil {
		if err := opts.Properties.Validate(); err != nil {
			return nil, err
		}
	}
	return gophercloud.BuildRequestBody(opts, "")
}

// ToFlavorUpdateHeaders makes the request headers.
func (opts UpdateOpts) ToFlavorUpdateHeaders() map[string]string {
	if opts.IfMatch == "" {
		return nil
	}
	return map[string]string{"If-Match": opts.IfMatch}
}

// Update changes a flavor. Nodes that were composed from it stay as they are.
func Update(ctx context.Context, client *gophercloud.ServiceClient, id string, opts UpdateOptsBuilder) (r UpdateResult) {
	body, err := opts.ToFlavorUpdateMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPatch, itemPath(id), body, opts.ToFlavorUpdateHeaders())
	return
}

// Delete removes a flavor.
func Delete(ctx context.Context, client *gophercloud.ServiceClient, id string) (r DeleteResult) {
	r.ErrResult = resource.Exec(ctx, client, http.MethodDelete, itemPath(id), nil)
	return
}
