package httpapi

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

// actionWire is the body of an action: exactly one of its keys.
type actionWire struct {
	Reset  *resetWire    `json:"Reset,omitempty"`
	Boot   *bootWire     `json:"Boot,omitempty"`
	Attach *resourceWire `json:"attach,omitempty"`
	Detach *resourceWire `json:"detach,omitempty"`
}

type resetWire struct {
	Type resetType `json:"Type"`
}

// bootWire leaves the targets to the pod: what one has, another may lack.
type bootWire struct {
	Enabled string `json:"Enabled" enum:"Once,Continuous,Disabled"`
	Target  string `json:"Target" minLength:"1" maxLength:"64" doc:"Such as Pxe or Hdd; what a node takes, its pod says."`
}

type resourceWire struct {
	Resource string `json:"resource_id" minLength:"1" maxLength:"255" doc:"The UUID of a pooled device, or the UUID or name of a storage."`
}

// resetType is a power action of Redfish, on the wire.
type resetType string

// Schema lists the power actions of the domain, so that there is one list.
func (resetType) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Enum: each(service.ResetTypes(), func(t service.ResetType) any {
		return string(t)
	})}
}

func (a *api) routeNodeActions() {
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/nodes/{node}/action",
		id:      "act-on-node",
		summary: "Do a power action, set what to boot from, or attach or detach a pooled device.",
		rights:  member,
		answers: map[int]any{http.StatusNoContent: nil},
	}, a.actOnNode)
}

func (a *api) actOnNode(w http.ResponseWriter, r *http.Request, in actionWire) error {
	if err := in.check(); err != nil {
		return err
	}
	id, err := a.nodeID(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	switch {
	case in.Reset != nil:
		err = a.work.Reset(ctx, id, service.ResetType(in.Reset.Type))
	case in.Boot != nil:
		err = a.work.SetBoot(ctx, id, service.Boot{Enabled: in.Boot.Enabled, Target: in.Boot.Target})
	case in.Attach != nil:
		err = a.attach(r, id, in.Attach.Resource)
	default:
		err = a.detach(r, id, in.Detach.Resource)
	}
	if err != nil {
		return err
	}
	noContent(w)
	return nil
}

// check says whether there is exactly one action.
func (in actionWire) check() error {
	var keys []string
	for _, action := range []struct {
		name  string
		given bool
	}{
		{"Boot", in.Boot != nil},
		{"Reset", in.Reset != nil},
		{"attach", in.Attach != nil},
		{"detach", in.Detach != nil},
	} {
		if action.given {
			keys = append(keys, action.name)
		}
	}
	switch len(keys) {
	case 0:
		return invalid("the body names no action; expected exactly one of Boot, Reset, attach, detach")
	case 1:
		return nil
	}
	return invalid("the body names %d actions (%s); expected exactly one", len(keys), strings.Join(keys, ", "))
}

// attach attaches the device that resource names, or else the volume.
func (a *api) attach(r *http.Request, nodeID, resource string) error {
	if a.isDevice(r, resource) {
		return a.storage.AttachDevice(r.Context(), nodeID, resource)
	}
	volume, err := a.volumeID(r, resource)
	if err != nil {
		return neither(err)
	}
	_, err = a.storage.Attach(r.Context(), nodeID, volume)
	return neither(err)
}

func (a *api) detach(r *http.Request, nodeID, resource string) error {
	if a.isDevice(r, resource) {
		return a.storage.DetachDevice(r.Context(), nodeID, resource)
	}
	volume, err := a.volumeID(r, resource)
	if err != nil {
		return neither(err)
	}
	return neither(a.storage.Detach(r.Context(), nodeID, volume))
}

// isDevice says whether resource is the UUID of a device. An error to find out
// shows again when the resource is looked for as a volume.
func (a *api) isDevice(r *http.Request, resource string) bool {
	if !isUUID(resource) {
		return false
	}
	_, err := a.store.Device(r.Context(), resource)
	return err == nil
}

// neither says of a resource that is no volume that it is no device either.
func neither(err error) error {
	if err != nil && service.CodeOf(err) == service.NotFound {
		return &service.Error{Code: service.NotFound, Message: err.Error() + "; nor is it a pooled device", Err: err}
	}
	return err
}
