package httpapi

import (
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

const (
	idempotencyKeyHeader = "Idempotency-Key"
	preferHeader         = "Prefer"
	respondAsync         = "respond-async"
)

// maxIdempotencyKey is the longest idempotency key taken, in bytes.
const maxIdempotencyKey = 255

func (a *api) routeNodes() {
	nodes := a.nodeListing()
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/nodes",
		id:      "list-nodes",
		summary: "The nodes that the caller may see.",
		query:   nodes.query(),
		answers: map[int]any{http.StatusOK: []NodeBriefWire{}},
	}, nodes.serve(a))
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/nodes",
		id:      "compose-node",
		summary: "Compose a node by properties or by flavor.",
		rights:  member,
		headers: []*huma.Param{
			idempotencyParam(),
			headerParam(preferHeader, "With respond-async the answer is 202, as soon as hardware is allocated."),
		},
		answers: map[int]any{http.StatusOK: NodeWire{}, http.StatusAccepted: NodeWire{}},
	}, a.composeNode)
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/nodes/{node}",
		id:      "show-node",
		summary: "One node, with what its hardware says of itself.",
		query:   []param{fieldsParam()},
		answers: map[int]any{http.StatusOK: nodeDetailWire{}},
	}, a.showNode)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    "/v1/nodes/{node}",
		id:      "delete-node",
		summary: "Give the hardware of a node back and forget the node; one that is being composed is cancelled.",
		rights:  member,
		query:   []param{forceParam("node")},
		answers: map[int]any{http.StatusOK: confirmationWire{}},
	}, a.deleteNode)
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/nodes/{node}/assets",
		id:      "show-node-assets",
		summary: "What the hardware of a node is made of.",
		query:   []param{fieldsParam()},
		answers: map[int]any{http.StatusOK: assetsWire{}},
	}, a.showNodeAssets)
}

func (a *api) nodeListing() listing[service.Node, NodeBriefWire] {
	return listing[service.Node, NodeBriefWire]{
		kinds:   []service.Kind{service.KindNode},
		columns: nodeColumns(),
		id:      func(n service.Node) string { return n.UUID },
		wire:    wireNodeBrief,
		items: func(r *http.Request, query url.Values, after string) (iter.Seq2[service.Node, error], error) {
			project, err := scope(r)
			return a.store.Nodes(r.Context(), service.NodeFilter{
				UUID:         query.Get("uuid"),
				Name:         query.Get("name"),
				PodManagerID: query.Get("podm_id"),
				Index:        query.Get("index"),
				ProjectID:    project,
			}, after), err
		},
	}
}

func nodeColumns() []column[service.Node] {
	return []column[service.Node]{
		{name: "uuid", value: func(n service.Node) string { return n.UUID }},
		{name: "name", value: func(n service.Node) string { return n.Name }},
		{name: "podm_id", value: func(n service.Node) string { return n.PodManagerID }},
		{name: "index", value: service.Node.Index},
		{name: "resource_uri", value: func(n service.Node) string { return resourceURI(n.Ref) }},
		{name: "managed_by", value: func(n service.Node) string { return n.ManagedBy }},
		{name: "state", value: func(n service.Node) string { return string(n.State) }},
		{name: "project_id", value: func(n service.Node) string { return n.ProjectID }},
		{name: "created_at", value: func(n service.Node) string { return timestamp(n.CreatedAt) },
			compare: func(a, b service.Node) int { return a.CreatedAt.Compare(b.CreatedAt) }},
		{name: "updated_at", value: func(n service.Node) string { return timestamp(n.UpdatedAt) },
			compare: func(a, b service.Node) int { return a.UpdatedAt.Compare(b.UpdatedAt) }},
	}
}

func (a *api) composeNode(w http.ResponseWriter, r *http.Request, in composeWire) error {
	request, err := in.request()
	if err != nil {
		return err
	}
	request.Async = prefersAsync(r)
	request.IdempotencyKey, err = idempotencyKey(r)
	if err != nil {
		return err
	}
	node, err := a.work.Compose(r.Context(), request)
	if err != nil {
		return err
	}
	tag(w, node.UpdatedAt)
	// A repeated request may find the node of the first one finished already.
	if !request.Async || node.State != service.NodeComposing {
		return answer(w, http.StatusOK, wireNode(node))
	}
	w.Header().Set("Preference-Applied", respondAsync)
	w.Header().Set("Location", a.baseURL(r)+"/v1/nodes/"+node.UUID)
	return answer(w, http.StatusAccepted, wireNode(node))
}

func (a *api) showNode(w http.ResponseWriter, r *http.Request) error {
	id, err := a.nodeID(r)
	if err != nil {
		return err
	}
	node, machine, err := a.work.Show(r.Context(), id)
	if err != nil {
		return err
	}
	tag(w, node.UpdatedAt)
	return answerItem(a, w, r, wireNodeDetail(a.baseURL(r), node, machine))
}

func (a *api) showNodeAssets(w http.ResponseWriter, r *http.Request) error {
	id, err := a.nodeID(r)
	if err != nil {
		return err
	}
	_, machine, err := a.work.Show(r.Context(), id)
	if err != nil {
		return err
	}
	if machine == nil {
		machine = &service.Machine{}
	}
	return answerItem(a, w, r, wireAssets(service.SystemParts{
		Processors: machine.Processors,
		Memory:     machine.Memory,
		Drives:     machine.Drives,
		Interfaces: machine.Interfaces,
	}))
}

func (a *api) deleteNode(w http.ResponseWriter, r *http.Request) error {
	how, err := removal(r)
	if err != nil {
		return err
	}
	id, err := a.nodeID(r)
	if err != nil {
		return err
	}
	if err := a.work.Delete(r.Context(), id, how); err != nil {
		return err
	}
	if how == service.ForgetHardware {
		return confirm(w, r, "DELETED", "The node was forgotten; its hardware, if any, is as it was.")
	}
	return confirm(w, r, "DELETED", "The node was deleted and its hardware given back.")
}

// forceParam describes what removal reads.
func forceParam(what string) param {
	return boolean("force", "Forget the "+what+" without asking its pod manager, which may be gone for good. For administrators.")
}

// removal says whether the hardware is to be left as it is. That is for those
// who can see to it on the pod.
func removal(r *http.Request) (service.Removal, error) {
	if r.URL.Query().Get("force") != "true" {
		return service.Decompose, nil
	}
	if service.CallerOf(r.Context()).Role < service.Admin {
		return 0, service.Errorf(service.Forbidden, "force takes the role admin")
	}
	return service.ForgetHardware, nil
}

// prefersAsync says whether the caller would rather not wait (RFC 7240).
func prefersAsync(r *http.Request) bool {
	for _, line := range r.Header.Values(preferHeader) {
		for preference := range strings.SplitSeq(line, ",") {
			token, _, _ := strings.Cut(preference, ";")
			if strings.EqualFold(strings.TrimSpace(token), respondAsync) {
				return true
			}
		}
	}
	return false
}

func idempotencyParam() *huma.Param {
	return headerParam(idempotencyKeyHeader, "Makes repeating the request safe: it gives what the first one made.")
}

// idempotencyKey gives the caller's idempotency key, or nothing.
func idempotencyKey(r *http.Request) (string, error) {
	keys, given := r.Header[idempotencyKeyHeader]
	if !given {
		return "", nil
	}
	key := keys[0]
	if len(keys) > 1 || key == "" || len(key) > maxIdempotencyKey || !printable(key) {
		return "", invalid("the header %s must be given once, with 1 to %d printable ASCII characters",
			idempotencyKeyHeader, maxIdempotencyKey)
	}
	return key, nil
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) < 0
}
