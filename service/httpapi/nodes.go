package httpapi

import (
	"net/http"
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
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/nodes",
		id:      "list-nodes",
		summary: "The nodes, as far as they match the filters.",
		params:  nodeFilterParams(),
		answers: map[int]any{http.StatusOK: []NodeBriefWire{}},
	}, a.listNodes)
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/nodes",
		id:      "compose-node",
		summary: "Compose a node by properties or by flavor.",
		params: []*huma.Param{
			headerParam(idempotencyKeyHeader, "Makes repeating the request safe: it gives the node of the first one."),
			headerParam(preferHeader, "With respond-async the answer is 202, as soon as hardware is allocated."),
		},
		answers: map[int]any{http.StatusOK: NodeWire{}, http.StatusAccepted: NodeWire{}},
	}, a.composeNode)
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/nodes/{uuid}",
		id:      "show-node",
		summary: "One node, with what its hardware says of itself.",
		answers: map[int]any{http.StatusOK: nodeDetailWire{}},
	}, a.showNode)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    "/v1/nodes/{uuid}",
		id:      "delete-node",
		summary: "Give the hardware of a node back and forget the node.",
		answers: map[int]any{http.StatusOK: confirmationWire{}},
	}, a.deleteNode)
}

func (a *api) listNodes(w http.ResponseWriter, r *http.Request) error {
	filters, err := nodeFilters(r)
	if err != nil {
		return err
	}
	prefilter, err := filters.forStore(service.CallerOf(r.Context()))
	if err != nil {
		return err
	}
	return list(w, only(a.store.Nodes(r.Context(), prefilter), filters.match), wireNodeBrief)
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
	// A repeated request may find the node of the first one finished already.
	if !request.Async || node.State != service.NodeComposing {
		return answer(w, http.StatusOK, wireNode(node))
	}
	w.Header().Set("Preference-Applied", respondAsync)
	w.Header().Set("Location", baseURL(r)+"/v1/nodes/"+node.UUID)
	return answer(w, http.StatusAccepted, wireNode(node))
}

func (a *api) showNode(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("uuid")
	node, machine, err := a.work.Show(r.Context(), id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wireNodeDetail(baseURL(r), node, machine))
}

func (a *api) deleteNode(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("uuid")
	if err := a.work.Delete(r.Context(), id); err != nil {
		return err
	}
	return confirm(w, r, "DELETED", "The node was deleted and its hardware given back.")
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
