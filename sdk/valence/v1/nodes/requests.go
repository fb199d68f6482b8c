package nodes

import (
	"context"
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
	ToNodeListQuery() (string, error)
}

// ListOpts selects nodes. Filters are exact, case-sensitive and all have to
// match; an empty one matches everything.
type ListOpts struct {
	UUID         string `q:"uuid"`
	Name         string `q:"name"`
	PodManagerID string `q:"podm_id"`
	Index        string `q:"index"`
	ResourceURI  string `q:"resource_uri"`
	ManagedBy    string `q:"managed_by"`
	ProjectID    string `q:"project_id"`
	State        State  `q:"state"` // the original service has no states, and fails when one is sent

	// Filters are filters by any other key, such as "created_at". The service
	// refuses a key that it does not know, and names those that it does.
	Filters map[string]string

	// Limit is how many nodes a page has at most; zero leaves it to the
	// service. Marker is the UUID of the last node of the page before. A
	// service that does not page refuses both.
	Limit  int    `q:"limit"`
	Marker string `q:"marker"`
}

// ToNodeListQuery formats ListOpts into a query string.
func (opts ListOpts) ToNodeListQuery() (string, error) {
	return resource.Query(opts, opts.Filters)
}

// List gives a pager over the nodes that the options select; nil options
// select all. Each node is as brief as the service shows it in a list: uuid,
// name, podm_id, index and resource_uri for certain.
func List(client *gophercloud.ServiceClient, opts ListOptsBuilder) valence.Pager {
	var query string
	var err error
	if opts != nil {
		query, err = opts.ToNodeListQuery()
	}
	return resource.List(client, listPath(), query, err, func(base valence.PageBase) pagination.Page {
		return NodePage{base}
	})
}

// All walks through the nodes of List, holding one page at a time. An error
// ends the walk and comes with a zero node.
func All(ctx context.Context, client *gophercloud.ServiceClient, opts ListOptsBuilder) iter.Seq2[Node, error] {
	return resource.All(ctx, List(client, opts), ExtractNodes)
}

// Get reads one node with the live state of its hardware.
func Get(ctx context.Context, client *gophercloud.ServiceClient, id string) (r GetResult) {
	r.Result = resource.Get(ctx, client, itemPath(id))
	return
}

// Find gives the node with a name or a UUID, in full, as Get does. A name that
// no node has is a *valence.NotFoundError, one that several nodes have a
// *valence.AmbiguousError.
func Find(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (Node, error) {
	return find(ctx, client, nameOrID, func(id string) (*Node, error) { return Get(ctx, client, id).Extract() })
}

// FindBrief gives the node with a name or a UUID as a list shows it. Other than
// Find it needs nothing of the pod manager, which may not answer, or no longer
// know the node. A UUID that no node has is a *valence.NotFoundError too.
func FindBrief(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (Node, error) {
	return find(ctx, client, nameOrID, func(id string) (*Node, error) {
		for node, err := range All(ctx, client, ListOpts{UUID: id}) {
			if err != nil || node.UUID == id {
				return &node, err
			}
		}
		return nil, &valence.NotFoundError{Kind: "node", Name: nameOrID}
	})
}

func find(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string, get func(string) (*Node, error)) (Node, error) {
	return resource.Finder[Node]{
		Kind:  "node",
		Get:   get,
		List:  func(name string) iter.Seq2[Node, error] { return All(ctx, client, ListOpts{Name: name}) },
		Names: func(n Node) (string, string) { return n.UUID, n.Name },
	}.Find(nameOrID)
}

// CreateOptsBuilder allows extensions to add parameters to the Create request.
type CreateOptsBuilder interface {
	ToNodeCreateMap() (map[string]any, error)
	ToNodeCreateHeaders() (map[string]string, error)
}

// CreateOpts says what to compose. Without a flavor and properties, any
// hardware will do.
type CreateOpts struct {
	Name        string `json:"name" required:"true"`
	Description string `json:"description,omitempty"`

	// PodManagerID is the UUID of the pod manager to compose on. The contract
	// needs it even though its schema does not.
	PodManagerID string `json:"podm_id,omitempty"`

	// FlavorID is the UUID of a flavor to take the properties from. It and
	// Properties exclude each other.
	FlavorID   string              `json:"flavor_id,omitempty"`
	Properties *valence.Properties `json:"properties,omitempty"`

	// IdempotencyKey makes a repeated Create give the node of the first one.
	// When it is empty each call of Create makes one up, which covers the
	// retries of that call; to call Create again after a failure, set it.
	IdempotencyKey string `json:"-"`

	// Async asks the service to answer at once with a node that is still
	// composing. WaitFor waits for the rest.
	Async bool `json:"-"`
}

// ToNodeCreateMap makes the request body. Errors are gophercloud's
// ErrMissingInput and ErrInvalidInput and name the field.
func (opts CreateOpts) ToNodeCreateMap() (map[string]any, error) {
	if opts.FlavorID != "" && opts.Properties != nil {
		err := gophercloud.ErrInvalidInput{Value: opts.FlavorID}
		err.Argument = "FlavorID/Properties"
		err.Info = "FlavorID and Properties exclude each other: expected one of them, or neither"
		return nil, err
	}
	if opts.Properties != nil {
		if err := opts.Properties.Validate(); err != nil {
			return nil, err
		}
	}
	return gophercloud.BuildRequestBody(opts, "")
}

// ToNodeCreateHeaders makes the request headers.
func (opts CreateOpts) ToNodeCreateHeaders() (map[string]string, error) {
	headers := map[string]string{"Idempotency-Key": opts.IdempotencyKey}
	if opts.IdempotencyKey == "" {
		key, err := uuid.NewRandom()
		if err != nil {
			return nil, err
		}
		headers["Idempotency-Key"] = key.String()
	}
	if opts.Async {
		headers["Prefer"] = "respond-async"
	}
	return headers, nil
}

// Create composes a node. Unless it was asked to be asynchronous, it returns
// when the hardware is ready, which can take minutes.
func Create(ctx context.Context, client *gophercloud.ServiceClient, opts CreateOptsBuilder) (r CreateResult) {
	body, err := opts.ToNodeCreateMap()
	if err != nil {
		r.Err = err
		return
	}
	headers, err := opts.ToNodeCreateHeaders()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPost, listPath(), body, headers)
	return
}

// Delete decomposes a node: its hardware goes back to the pod. It returns when
// that is done, which can take minutes.
func Delete(ctx context.Context, client *gophercloud.ServiceClient, id string) (r DeleteResult) {
	r.ErrResult = resource.Exec(ctx, client, http.MethodDelete, itemPath(id), nil)
	return
}

// ForceDelete forgets a node without asking its pod manager, which may be gone
// for good: the hardware stays as it is. It takes the role admin.
func ForceDelete(ctx context.Context, client *gophercloud.ServiceClient, id string) (r DeleteResult) {
	r.ErrResult = resource.ForceDelete(ctx, client, itemPath(id))
	return
}

// UpdateOptsBuilder allows extensions to add parameters to the Update request.
type UpdateOptsBuilder interface {
	ToNodeUpdateMap() (map[string]any, error)
	ToNodeUpdateHeaders() map[string]string
}

// UpdateOpts says what to change. Nil leaves a field as it is.
type UpdateOpts struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`

	// IfMatch is the ETag of the node that the change was made from. When
	// somebody else was faster the error has status 412. Empty changes it in any
	// case.
	IfMatch string `json:"-"`
}

// ToNodeUpdateMap makes the request body.
func (opts UpdateOpts) ToNodeUpdateMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// ToNodeUpdateHeaders makes the request headers.
func (opts UpdateOpts) ToNodeUpdateHeaders() map[string]string {
	if opts.IfMatch == "" {
		return nil
	}
	return map[string]string{"If-Match": opts.IfMatch}
}

// Update renames a node, or describes it. A node that is being worked on is a
// conflict, status 409.
func Update(ctx context.Context, client *gophercloud.ServiceClient, id string, opts UpdateOptsBuilder) (r UpdateResult) {
	body, err := opts.ToNodeUpdateMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPatch, itemPath(id), body, opts.ToNodeUpdateHeaders())
	return
}
