package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

// actionWire is the body of an action: exactly one of its keys.
type actionWire struct {
	Reset  *resetWire `json:"Reset,omitempty"`
	Boot   any        `json:"Boot,omitempty" doc:"Not implemented yet."`
	Attach any        `json:"attach,omitempty" doc:"Not implemented yet."`
	Detach any        `json:"detach,omitempty" doc:"Not implemented yet."`
}

type resetWire struct {
	Type resetType `json:"Type"`
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
		path:    "/v1/nodes/{uuid}/action",
		id:      "act-on-node",
		summary: "Do a power action.",
		answers: map[int]any{http.StatusNoContent: nil},
	}, a.actOnNode)
}

func (a *api) actOnNode(w http.ResponseWriter, r *http.Request, in actionWire) error {
	if err := in.check(); err != nil {
		return err
	}
	id := r.PathValue("uuid")
	if err := a.work.Reset(r.Context(), id, service.ResetType(in.Reset.Type)); err != nil {
		return err
	}
	noContent(w)
	return nil
}

// check says why in is not a reset: not exactly one action, or one that is not
// built yet.
func (in actionWire) check() error {
	given := map[string]bool{
		"Reset": in.Reset != nil, "Boot": in.Boot != nil, "attach": in.Attach != nil, "detach": in.Detach != nil,
	}
	var keys []string
	for key, ok := range given {
		if ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	switch {
	case len(keys) == 0:
		return invalid("the body names no action; expected exactly one of Boot, Reset, attach, detach")
	case len(keys) > 1:
		return invalid("the body names %d actions (%s); expected exactly one", len(keys), strings.Join(keys, ", "))
	case in.Reset == nil:
		return &problem{http.StatusNotImplemented, "Not Implemented",
			"the action " + keys[0] + " is not implemented by this service; Reset is"}
	}
	return nil
}
