package httpapi

import (
	"net/http"

	"github.com/valence-rsd/valence/service"
)

// nodePatchWire is the body that changes a node.
type nodePatchWire struct {
	Name        *string `json:"name,omitempty" minLength:"1" maxLength:"255"`
	Description *string `json:"description,omitempty" maxLength:"1024"`
}

// manageWire is the body that adopts a machine.
type manageWire struct {
	Index      string `json:"node_index" minLength:"1" maxLength:"255" doc:"What the pod calls the machine: the last segment of its path there."`
	PodManager string `json:"podm_id,omitempty" doc:"A pod manager; not needed where there is only one."`
	Name       string `json:"name,omitempty" maxLength:"255" doc:"How Valence is to call the node; the name that the pod has for it by default."`
}

func (a *api) routeNodeChanges() {
	handlePatch(a, operation{
		method:  http.MethodPatch,
		path:    "/v1/nodes/{node}",
		id:      "change-node",
		summary: "Rename a node, or describe it.",
		rights:  member,
		answers: map[int]any{http.StatusOK: NodeWire{}},
	}, a.changeNode)
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/nodes/manage",
		id:      "manage-node",
		summary: "Adopt a machine that is composed on its pod already.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: NodeWire{}},
	}, a.manageNode)
	handleOptionalBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/nodes/{node}/register",
		id:      "register-node",
		summary: "Enrol a node with OpenStack Bare Metal, or bring it in step there.",
		rights:  admin,
		body:    map[string]any{},
		answers: map[int]any{http.StatusOK: NodeWire{}},
	}, a.registerNode)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    "/v1/nodes/{node}/register",
		id:      "deregister-node",
		summary: "Remove a node from OpenStack Bare Metal.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: NodeWire{}},
	}, a.deregisterNode)
}

func (a *api) changeNode(w http.ResponseWriter, r *http.Request, in nodePatchWire) error {
	id, err := a.nodeID(r)
	if err != nil {
		return err
	}
	node, err := a.work.Update(r.Context(), id, func(n *service.Node) error {
		n.Name, n.Description = given(in.Name, n.Name), given(in.Description, n.Description)
		return unchanged(r, n.UpdatedAt)
	})
	return a.answerNode(w, node, err)
}

func (a *api) manageNode(w http.ResponseWriter, r *http.Request, in manageWire) error {
	node, err := a.work.Manage(r.Context(), service.ManageRequest{
		PodManagerID: in.PodManager, Index: in.Index, Name: in.Name,
	})
	return a.answerNode(w, node, err)
}

func (a *api) registerNode(w http.ResponseWriter, r *http.Request, properties map[string]any) error {
	id, err := a.nodeID(r)
	if err != nil {
		return err
	}
	node, err := a.work.Register(r.Context(), id, properties)
	return a.answerNode(w, node, err)
}

func (a *api) deregisterNode(w http.ResponseWriter, r *http.Request) error {
	id, err := a.nodeID(r)
	if err != nil {
		return err
	}
	node, err := a.work.Deregister(r.Context(), id)
	return a.answerNode(w, node, err)
}

func (a *api) answerNode(w http.ResponseWriter, n service.Node, err error) error {
	if err != nil {
		return err
	}
	tag(w, n.UpdatedAt)
	return answer(w, http.StatusOK, wireNode(n))
}

// given is what was given, or what stands.
func given[T any](changed *T, stands T) T {
	if changed != nil {
		return *changed
	}
	return stands
}
