package podsim

import "net/http"

func (s *Simulator) nodeRoutes(mux *http.ServeMux) {
	const member = nodesURI + "/{node}"
	s.handle(mux, nodesURI, methods{"GET": s.listNodes})
	s.handle(mux, allocateURI, methods{"POST": s.allocate})
	s.handle(mux, member, methods{"GET": s.getNode, "PATCH": s.patchNode, "DELETE": s.deleteNode})
	actions := map[string]handler{
		"Assemble":       s.assembleNode,
		"Reset":          s.resetNode,
		"AttachResource": s.attachResource,
		"DetachResource": s.detachResource,
		"AttachEndpoint": s.attachEndpoint,
		"DetachEndpoint": s.detachResource,
		"ForceDelete":    s.deleteNode,
	}
	for _, name := range s.dialect.nodes.actions {
		s.handle(mux, nodeAction(member, name), methods{"POST": actions[name]})
	}
	if s.dialect.nodes.info != infoOnNode {
		s.handle(mux, member+attachInfoPath, methods{"GET": s.getAttachInfo})
		s.handle(mux, member+detachInfoPath, methods{"GET": s.getDetachInfo})
	}
}

type nodeCollectionBody struct {
	collection
	Actions nodeCollectionActions `json:"Actions"`
}

type nodeCollectionActions struct {
	Allocate action `json:"#ComposedNodeCollection.Allocate"`
}

func (s *Simulator) listNodes(w http.ResponseWriter, _ *http.Request) error {
	members := []link{}
	for _, n := range s.pod.allNodes() {
		members = append(members, link{n.uri()})
	}
	writeJSON(w, http.StatusOK, nodeCollectionBody{
		collection: newCollection("ComposedNode", nodesURI, members),
		Actions:    nodeCollectionActions{action{allocateURI}},
	})
	return nil
}

func (s *Simulator) getNode(w http.ResponseWriter, r *http.Request) error {
	n, err := s.pod.node(r.PathValue("node"))
	if err != nil {
		return err
	}
	return s.serve(w, s.nodeBody(n))
}

// allocate answers when the node exists; there are no tasks.
func (s *Simulator) allocate(w http.ResponseWriter, r *http.Request) error {
	req := newAllocateRequest()
	if err := decodeStrict(r, req, s.dialect.refuses[requestAllocate]...); err != nil {
		return err
	}
	n, err := s.pod.allocate(req)
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "allocated a node", "node", n.id(), "system", n.system.name)
	w.Header().Set("Location", s.location(r, n.uri()))
	w.WriteHeader(http.StatusCreated)
	return nil
}

// assembleNode answers at once; the client polls the node's state.
func (s *Simulator) assembleNode(w http.ResponseWriter, r *http.Request) error {
	if err := s.pod.assemble(r.PathValue("node"), effectOn(r)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type resetRequest struct {
	ResetType string `json:"ResetType"`
}

func (s *Simulator) resetNode(w http.ResponseWriter, r *http.Request) error {
	var req resetRequest
	if err := decodeStrict(r, &req); err != nil {
		return err
	}
	if err := s.pod.resetNode(r.PathValue("node"), req.ResetType); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type nodePatch struct {
	Boot        *bootPatch     `json:"Boot"`
	ClearTPM    *bool          `json:"ClearTPMOnDelete"`
	ClearOptane *bool          `json:"ClearOptaneDCPersistentMemoryOnDelete"`
	Oem         *oem[nodeTags] `json:"Oem"`
}

type nodeTags struct {
	TaggedValues map[string]string `json:"TaggedValues"`
}

// patchNode wants one of the properties that its version had first: the one for Optane memory is not enough alone.
func (s *Simulator) patchNode(w http.ResponseWriter, r *http.Request) error {
	var patch nodePatch
	if err := decodeStrict(r, &patch, s.dialect.refuses[requestPatchNode]...); err != nil {
		return err
	}
	if patch.Boot == nil && patch.ClearTPM == nil && patch.Oem == nil {
		return refuse(badPayload, "At least one of Boot, ClearTPMOnDelete and Oem is needed")
	}
	if err := s.pod.patchNode(r.PathValue("node"), patch); err != nil {
		return err
	}
	return s.patched(w, r, s.getNode)
}

// patched answers with what has become of the resource, or with nothing, as the dialect has it.
func (s *Simulator) patched(w http.ResponseWriter, r *http.Request, get handler) error {
	if s.dialect.patchAnswersBody {
		return get(w, r)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteNode answers when all that the node had is free, and the system off if the dialect switches it off.
func (s *Simulator) deleteNode(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("node")
	if err := s.pod.remove(id); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "deleted a node", "node", id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
