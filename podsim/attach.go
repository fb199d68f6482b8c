package podsim

import (
	"fmt"
	"net/http"
	"slices"
)

const (
	attachInfoPath = "/Actions/AttachResourceActionInfo"
	detachInfoPath = "/Actions/DetachResourceActionInfo"
)

// attach gives a node a volume or a pooled device. It is the node's at once; the answer takes the attach delay.
func (p *pod) attach(id, uri string, protocol *string) error {
	if err := p.attachNow(id, uri, protocol); err != nil {
		return err
	}
	p.Sleep(p.delays.attach)
	return nil
}

func (p *pod) attachNow(id, uri string, protocol *string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, a, err := p.nodeAndAsset(id, uri)
	if err != nil {
		return err
	}
	switch {
	case protocol != nil && *protocol != a.fabric.kind:
		return refuse(badPayload, fmt.Sprintf("The protocol of %s is %s, not %s", uri, a.fabric.kind, *protocol))
	case !a.attachable():
		return refuse(badPayload, "Only volumes of protocol "+protocolNVMe+" can be attached")
	case a.state.node != nil:
		return mismatch("", "Selected Asset is currently in use!")
	case a.state.erasing:
		return mismatch("", uri+" is being erased")
	case a.state.health != healthOK:
		return mismatch("", fmt.Sprintf("%s should be enabled and healthy, but its health is %s.", uri, a.state.health))
	}
	n.attach(a)
	return nil
}

// detach takes a volume or a pooled device from a node. The node has it until the attach delay is over.
func (p *pod) detach(id, uri string) error {
	if err := p.checkDetach(id, uri); err != nil {
		return err
	}
	p.Sleep(p.delays.attach)
	erasing, err := p.detachNow(id, uri)
	if err != nil {
		return err
	}
	if erasing != nil {
		p.finishErasing(erasing)
	}
	return nil
}

func (p *pod) checkDetach(id, uri string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _, err := p.nodeWithAsset(id, uri)
	return err
}

// detachNow returns what is to be erased, or nil.
func (p *pod) detachNow(id, uri string) (*asset, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, a, err := p.nodeWithAsset(id, uri)
	if err != nil {
		return nil, err
	}
	if !n.detach(a) {
		return nil, nil
	}
	return a, nil
}

// nodeAndAsset finds what an action is about. The caller holds the mutex.
func (p *pod) nodeAndAsset(id, uri string) (*node, *asset, error) {
	n, err := p.lookup(id)
	if err != nil {
		return nil, nil, err
	}
	if err := p.checkUsable(n); err != nil {
		return nil, nil, err
	}
	if n.system.state.gone {
		return nil, nil, refuse(systemAway, "The computer system of the node is not available.")
	}
	a, ok := p.assets[uri]
	if !ok || a.state.gone {
		return nil, nil, mismatch("", fmt.Sprintf("There is no volume, drive or FPGA %q to attach or detach", uri))
	}
	return n, a, nil
}

// nodeWithAsset finds a node and what may be detached from it. The caller holds the mutex.
func (p *pod) nodeWithAsset(id, uri string) (*node, *asset, error) {
	n, a, err := p.nodeAndAsset(id, uri)
	switch {
	case err != nil:
		return nil, nil, err
	case a.state.node != n:
		return nil, nil, mismatch("", uri+" is not attached to this node")
	case !a.attachable():
		return nil, nil, refuse(badPayload, "Only volumes of protocol "+protocolNVMe+" can be detached")
	}
	return n, a, nil
}

// candidates lists what can be attached to a node: the devices, then the volumes.
func (p *pod) candidates() []*asset {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := slices.Clone(p.devices)
	for _, v := range p.volumes {
		all = append(all, v.asset)
	}
	return slices.DeleteFunc(all, func(a *asset) bool { return !a.attachable() || !a.free() })
}

// driveOfSize finds a free drive behind the PCIe switch.
func (p *pod) driveOfSize(capacityGiB float64) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.pooledDrives {
		if d.asset.free() && float64(d.CapacityGiB) >= capacityGiB {
			return d.uri, nil
		}
	}
	return "", mismatch("", fmt.Sprintf("There is no free drive of %g GiB to attach", capacityGiB))
}

// detachable lists what can be taken from the node again.
func (n node) detachable() []*asset {
	return slices.DeleteFunc(slices.Clone(n.assets), func(a *asset) bool { return !a.attachable() })
}

type attachRequest struct {
	Resource *link   `json:"Resource"`
	Protocol *string `json:"Protocol"`
}

type endpointRequest struct {
	Resource    *link    `json:"Resource"`
	CapacityGiB *float64 `json:"CapacityGiB"`
}

// attachEndpoint attaches the resource that is named, or any drive that is large enough.
func (s *Simulator) attachEndpoint(w http.ResponseWriter, r *http.Request) error {
	var req endpointRequest
	if err := decodeStrict(r, &req); err != nil {
		return err
	}
	if (req.Resource == nil) == (req.CapacityGiB == nil) {
		return refuse(badPayload, "Either Resource or CapacityGiB needs to be specified")
	}
	if req.CapacityGiB != nil {
		uri, err := s.pod.driveOfSize(*req.CapacityGiB)
		if err != nil {
			return err
		}
		req.Resource = &link{uri}
	}
	return s.finishAttach(w, r, req.Resource.URI, nil)
}

type detachRequest struct {
	Resource *link `json:"Resource"`
}

// attachResource answers when the resource is attached; there are no tasks.
func (s *Simulator) attachResource(w http.ResponseWriter, r *http.Request) error {
	var req attachRequest
	if err := decodeStrict(r, &req); err != nil {
		return err
	}
	if req.Resource == nil {
		return refuse(badPayload, "Resource needs to be specified")
	}
	if err := oneOf("Protocol", req.Protocol, s.dialect.nodes.protocols...); err != nil {
		return err
	}
	return s.finishAttach(w, r, req.Resource.URI, req.Protocol)
}

func (s *Simulator) finishAttach(w http.ResponseWriter, r *http.Request, uri string, protocol *string) error {
	id := r.PathValue("node")
	if err := s.pod.attach(id, uri, protocol); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "attached a resource", "node", id, "resource", uri)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Simulator) detachResource(w http.ResponseWriter, r *http.Request) error {
	var req detachRequest
	if err := decodeStrict(r, &req); err != nil {
		return err
	}
	if req.Resource == nil {
		return refuse(badPayload, "Resource needs to be specified")
	}
	id := r.PathValue("node")
	if err := s.pod.detach(id, req.Resource.URI); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "detached a resource", "node", id, "resource", req.Resource.URI)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type actionInfoBody struct {
	Context     string  `json:"@odata.context"`
	URI         string  `json:"@odata.id"`
	Type        string  `json:"@odata.type"`
	ID          string  `json:"Id"`
	Name        string  `json:"Name"`
	Description *string `json:"Description"`
	Parameters  []any   `json:"Parameters"`
	Oem         empty   `json:"Oem"`
}

// actionParameter has values of type link or string. Clients read all five keys, so a type that says nothing is null.
type actionParameter[T any] struct {
	Name           string  `json:"Name"`
	Required       bool    `json:"Required"`
	DataType       string  `json:"DataType"`
	ObjectDataType *string `json:"ObjectDataType"`
	Allowed        []T     `json:"AllowableValues"`
}

func newActionInfoBody(uri, id, name string, parameters ...any) actionInfoBody {
	return actionInfoBody{
		Context:    metadata + "ActionInfo.ActionInfo",
		URI:        uri,
		Type:       "#ActionInfo.v1_0_2.ActionInfo",
		ID:         id,
		Name:       name,
		Parameters: parameters,
	}
}

func resourceParameter(assets []*asset) actionParameter[link] {
	resource := "#Resource.Resource"
	return actionParameter[link]{
		Name: "Resource", Required: true, DataType: "Object", ObjectDataType: &resource, Allowed: linksTo(assets),
	}
}

func protocolParameter(assets []*asset) actionParameter[string] {
	protocols := []string{}
	for _, a := range assets {
		if !slices.Contains(protocols, a.fabric.kind) {
			protocols = append(protocols, a.fabric.kind)
		}
	}
	return actionParameter[string]{Name: "Protocol", DataType: "String", Allowed: protocols}
}

func (s *Simulator) getAttachInfo(w http.ResponseWriter, r *http.Request) error {
	n, err := s.pod.node(r.PathValue("node"))
	if err != nil {
		return err
	}
	free := s.pod.candidates()
	writeJSON(w, http.StatusOK, newActionInfoBody(n.uri()+attachInfoPath, "AttachResourceActionInfo",
		"Attach Resource ActionInfo", resourceParameter(free), protocolParameter(free)))
	return nil
}

func (s *Simulator) getDetachInfo(w http.ResponseWriter, r *http.Request) error {
	n, err := s.pod.node(r.PathValue("node"))
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newActionInfoBody(n.uri()+detachInfoPath, "DetachResourceActionInfo",
		"Detach Resource ActionInfo", resourceParameter(n.detachable())))
	return nil
}
