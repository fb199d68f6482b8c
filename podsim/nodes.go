package podsim

import "net/http"

func (s *Simulator) nodeRoutes(mux *http.ServeMux) {
	const member = nodesURI + "/{node}"
	s.handle(mux, nodesURI, methods{"GET": s.listNodes})
	s.handle(mux, allocateURI, methods{"POST": s.allocate})
	s.handle(mux, member, methods{"GET": s.getNode, "PATCH": s.patchNode, "DELETE": s.deleteNode})
	s.handle(mux, member+"/Actions/ComposedNode.Assemble", methods{"POST": s.assembleNode})
	s.handle(mux, member+"/Actions/ComposedNode.Reset", methods{"POST": s.resetNode})
	s.handle(mux, member+"/Actions/ComposedNode.AttachResource", methods{"POST": s.attachResource})
	s.handle(mux, member+"/Actions/ComposedNode.DetachResource", methods{"POST": s.detachResource})
	s.handle(mux, member+attachInfoPath, methods{"GET": s.getAttachInfo})
	s.handle(mux, member+detachInfoPath, methods{"GET": s.getDetachInfo})
}

type nodeCollectionBody struct {
	collection
	Actions nodeCollectionActions `json:"Actions"`
}

type nodeCollectionActions struct {
	Allocate action `json:"#ComposedNodeCollection.Allocate"`
}

type action struct {
	Target string `json:"target"`
}

// resetAction says which resets are allowed under the standard's key; RSD 1.2 had another.
type resetAction struct {
	Target  string   `json:"target"`
	Allowed []string `json:"ResetType@Redfish.AllowableValues"`
}

type nodeBody struct {
	header
	UUID       string      `json:"UUID"`
	PowerState string      `json:"PowerState"`
	Status     status      `json:"Status"`
	State      string      `json:"ComposedNodeState"`
	Boot       bootBody    `json:"Boot"`
	ClearTPM   bool        `json:"ClearTPMOnDelete"`
	Oem        empty       `json:"Oem"`
	Links      nodeLinks   `json:"Links"`
	Actions    nodeActions `json:"Actions"`
}

type nodeLinks struct {
	ComputerSystem     link   `json:"ComputerSystem"`
	Processors         []link `json:"Processors"`
	Memory             []link `json:"Memory"`
	EthernetInterfaces []link `json:"EthernetInterfaces"`
	Storage            []link `json:"Storage"`
	ManagedBy          []link `json:"ManagedBy"`
	Oem                empty  `json:"Oem"`
}

type nodeActions struct {
	Reset    resetAction    `json:"#ComposedNode.Reset"`
	Assemble action         `json:"#ComposedNode.Assemble"`
	Attach   resourceAction `json:"#ComposedNode.AttachResource"`
	Detach   resourceAction `json:"#ComposedNode.DetachResource"`
}

// resourceAction names the resource that says what the action takes; from 2.4 on its URI stands there without the
// object around it.
type resourceAction struct {
	Target string `json:"target"`
	Info   link   `json:"@Redfish.ActionInfo"`
}

// nodeBody shows a node with all parts of its system, as the node owns the whole machine, and with what is attached.
func (s *Simulator) nodeBody(n node) nodeBody {
	uri, sys := n.uri(), n.system
	state := s.pod.stateOf(sys)
	processors, storage := linksTo(sys.processors), linksTo(sys.drives())
	for _, a := range n.assets {
		if a.processor {
			processors = append(processors, a.linkFromNode())
		} else {
			storage = append(storage, a.linkFromNode())
		}
	}
	h := newHeader("ComposedNode", s.dialect.nodeVersion, uri, n.id(), n.name, n.description)
	h.Context = metadata + "Nodes/Members/$entity"
	return nodeBody{
		header:     h,
		UUID:       sys.uuid,
		PowerState: state.powerState(),
		Status:     newStatus(state.health),
		State:      n.state,
		Boot:       newBootBody(state.boot),
		ClearTPM:   n.clearTPM,
		Links: nodeLinks{
			ComputerSystem:     link{sys.uri},
			Processors:         processors,
			Memory:             linksTo(sys.dimms),
			EthernetInterfaces: linksTo(sys.nics),
			Storage:            storage,
			ManagedBy:          managedBy(),
		},
		Actions: nodeActions{
			Reset:    resetAction{uri + "/Actions/ComposedNode.Reset", s.pod.resetTypes},
			Assemble: action{uri + "/Actions/ComposedNode.Assemble"},
			Attach:   resourceAction{uri + "/Actions/ComposedNode.AttachResource", link{uri + attachInfoPath}},
			Detach:   resourceAction{uri + "/Actions/ComposedNode.DetachResource", link{uri + detachInfoPath}},
		},
	}
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
	writeJSON(w, http.StatusOK, s.nodeBody(n))
	return nil
}

// allocate answers when the node exists; there are no tasks.
func (s *Simulator) allocate(w http.ResponseWriter, r *http.Request) error {
	req := newAllocateRequest()
	if err := decodeStrict(r, req); err != nil {
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
	Boot             *bootPatch `json:"Boot"`
	ClearTPMOnDelete *bool      `json:"ClearTPMOnDelete"`
}

func (s *Simulator) patchNode(w http.ResponseWriter, r *http.Request) error {
	var patch nodePatch
	if err := decodeStrict(r, &patch); err != nil {
		return err
	}
	if patch.Boot == nil && patch.ClearTPMOnDelete == nil {
		return refuse(badPayload, "At least one of Boot and ClearTPMOnDelete is needed")
	}
	if err := s.pod.patchNode(r.PathValue("node"), patch.Boot, patch.ClearTPMOnDelete); err != nil {
		return err
	}
	return s.getNode(w, r)
}

// deleteNode answers when the system is off, and it and all that was attached are free.
func (s *Simulator) deleteNode(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("node")
	if err := s.pod.remove(id); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "deleted a node", "node", id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
