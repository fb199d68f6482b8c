package nodes

import (
	"context"
	"maps"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// ManageOptsBuilder allows extensions to add parameters to the Manage request.
type ManageOptsBuilder interface {
	ToNodeManageMap() (map[string]any, error)
}

// ManageOpts says which machine to adopt.
type ManageOpts struct {
	// Index is what the pod manager calls the machine: the last segment of its
	// path there.
	Index string `json:"node_index" required:"true"`
	// PodManagerID is the UUID of its pod manager; not needed where there is
	// only one. The original service always needs it.
	PodManagerID string `json:"podm_id,omitempty"`
	// Name is how the node is to be called; empty takes the name that the pod
	// manager has for it, as the original service always does.
	Name string `json:"name,omitempty"`
}

// ToNodeManageMap makes the request body. An error is gophercloud's
// ErrMissingInput and names the field.
func (opts ManageOpts) ToNodeManageMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// Manage adopts a machine that is composed on its pod already, without changing
// it. One that is a node already is a conflict, status 409.
func Manage(ctx context.Context, client *gophercloud.ServiceClient, opts ManageOptsBuilder) (r ManageResult) {
	body, err := opts.ToNodeManageMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPost, managePath(), body, nil)
	return
}

// RegisterOptsBuilder allows extensions to add parameters to the Register
// request.
type RegisterOptsBuilder interface {
	ToNodeRegisterMap() (map[string]any, error)
}

// RegisterOpts says how OpenStack Bare Metal is to know a node. The zero value
// leaves everything to the service, which knows the pod manager's address and
// credentials, the processors, the memory and the network interfaces.
type RegisterOpts struct {
	Driver         string         `json:"driver,omitempty"`          // empty stands for "redfish"
	ResourceClass  string         `json:"resource_class,omitempty"`  // what schedulers ask for
	ConductorGroup string         `json:"conductor_group,omitempty"` // which conductors may manage it
	DriverInfo     map[string]any `json:"driver_info,omitempty"`     // laid over what the service knows
	Properties     map[string]any `json:"properties,omitempty"`      // instead of what the service knows

	// More are other fields of a node of Bare Metal, by their names there. One
	// that is also above counts here.
	More map[string]any `json:"-"`
}

// ToNodeRegisterMap makes the request body.
func (opts RegisterOpts) ToNodeRegisterMap() (map[string]any, error) {
	body, err := gophercloud.BuildRequestBody(opts, "")
	if err != nil {
		return nil, err
	}
	maps.Copy(body, opts.More)
	return body, nil
}

// Register enrols a node with OpenStack Bare Metal, under the UUID that it has
// here; doing it again brings it in step there. A service that is joined to no
// Bare Metal answers with status 400.
func Register(ctx context.Context, client *gophercloud.ServiceClient, id string, opts RegisterOptsBuilder) (r RegisterResult) {
	body, err := opts.ToNodeRegisterMap()
	if err != nil {
		r.Err = err
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPost, registerPath(id), body, nil)
	return
}

// Deregister removes a node from OpenStack Bare Metal. One that is not there is
// success.
func Deregister(ctx context.Context, client *gophercloud.ServiceClient, id string) (r RegisterResult) {
	r.Result = resource.Send(ctx, client, http.MethodDelete, registerPath(id), nil, nil)
	return
}
