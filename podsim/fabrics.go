package podsim

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

func (s *Simulator) fabricRoutes(mux *http.ServeMux) {
	const member = fabricsURI + "/{fabric}"
	s.handle(mux, fabricsURI, methods{"GET": s.listFabrics})
	s.handle(mux, member, methods{"GET": s.getFabric})
	const pcie = member + "/Switches/{switch}"
	s.handle(mux, member+"/Switches", methods{"GET": s.listFabricSwitches})
	s.handle(mux, pcie, methods{"GET": s.getPCIeSwitch})
	s.handle(mux, pcie+"/Ports", methods{"GET": s.listPCIePorts})
	s.handle(mux, pcie+"/Ports/{port}", methods{"GET": s.getPCIePort})
	s.handle(mux, member+"/Endpoints", methods{"GET": s.listEndpoints})
	s.handle(mux, member+"/Endpoints/{endpoint}", methods{"GET": s.getEndpoint})
	s.handle(mux, member+"/Zones", methods{"GET": s.listZones})
	s.handle(mux, member+"/Zones/{zone}", methods{
		"GET": s.getZone, "PATCH": s.forwarded("Change zone", s.checkZonePatch),
	})
}

// endpoint is one end of a fabric: a target when it has an asset, else the initiator of a node. Endpoints and zones
// are not kept: they follow from what is attached to whom.
type endpoint struct {
	part
	fabric *fabric
	asset  *asset
	node   *node // the asset is attached to it, or it is the initiator; nil for a target without a zone
}

// zone holds the initiator of a node and all targets that are attached to the node over one fabric.
type zone struct {
	part
	fabric    *fabric
	endpoints []endpoint
}

func (f *fabric) initiator(n *node) endpoint {
	id := "I" + n.id()
	return endpoint{part: part{id, f.uri + "/Endpoints/" + id}, fabric: f, node: n}
}

func (f *fabric) zoneURI(n *node) string { return f.uri + "/Zones/" + n.id() }

func (a *asset) target() endpoint {
	return endpoint{part: part{a.endpointID, a.endpointURI()}, fabric: a.fabric, asset: a, node: a.state.node}
}

// endpoints lists the ends of a fabric: the devices, attached or not, the volumes that are attached, and the systems
// that have something attached.
func (p *pod) endpoints(f *fabric) []endpoint {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []endpoint
	for _, a := range p.devices {
		if a.fabric == f {
			all = append(all, a.target())
		}
	}
	for _, v := range p.volumes {
		if v.fabric == f && v.state.node != nil {
			all = append(all, v.target())
		}
	}
	for _, n := range p.nodesOn(f) {
		all = append(all, f.initiator(n))
	}
	return all
}

// nodesOn lists the nodes that have something attached over a fabric, oldest first. The caller holds the mutex.
func (p *pod) nodesOn(f *fabric) []*node {
	var on []*node
	for _, n := range p.nodes {
		if n.on(f) {
			on = append(on, n)
		}
	}
	slices.SortFunc(on, func(a, b *node) int { return cmp.Compare(a.number, b.number) })
	return on
}

func (p *pod) zones(f *fabric) []zone {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []zone
	for _, n := range p.nodesOn(f) {
		all = append(all, f.zone(n))
	}
	return all
}

// on tells whether a node has something attached over a fabric. The caller holds the pod's mutex.
func (n *node) on(f *fabric) bool {
	return slices.ContainsFunc(n.assets, func(a *asset) bool { return a.fabric == f })
}

// zone is that of a node on the fabric. The caller holds the pod's mutex.
func (f *fabric) zone(n *node) zone {
	z := zone{part: part{n.id(), f.zoneURI(n)}, fabric: f, endpoints: []endpoint{f.initiator(n)}}
	for _, a := range n.assets {
		if a.fabric == f {
			z.endpoints = append(z.endpoints, a.target())
		}
	}
	return z
}

// endpointByID finds one of the endpoints without making the others: a walk over all of them stays linear.
func (p *pod) endpointByID(f *fabric, id string) (endpoint, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if number, ok := strings.CutPrefix(id, "I"); ok {
		if n := p.nodes[number]; n != nil && n.on(f) {
			return f.initiator(n), nil
		}
	}
	for _, a := range p.devices {
		if a.fabric == f && a.endpointID == id {
			return a.target(), nil
		}
	}
	for _, v := range p.volumes {
		if v.fabric == f && v.endpointID == id && v.state.node != nil {
			return v.target(), nil
		}
	}
	return endpoint{}, refuse(unknownEndpoint)
}

func (p *pod) zoneByID(f *fabric, id string) (zone, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.nodes[id]
	if n == nil || !n.on(f) {
		return zone{}, refuse(unknownEndpoint)
	}
	return f.zone(n), nil
}

// initiatorsOf links the endpoints by which a system reaches what is attached to its node.
func (p *pod) initiatorsOf(sys *system) []link {
	p.mu.Lock()
	defer p.mu.Unlock()
	links := []link{}
	n := sys.state.node
	if n == nil {
		return links
	}
	for _, f := range p.fabrics {
		if n.on(f) {
			links = append(links, link{f.initiator(n).uri})
		}
	}
	return links
}

func (s *Simulator) fabricOf(r *http.Request) (*fabric, error) {
	return member(s.pod.fabrics, r.PathValue("fabric"))
}

func (s *Simulator) listFabrics(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, newCollection("Fabric", fabricsURI, linksTo(s.pod.fabrics)))
	return nil
}

func (s *Simulator) getFabric(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fabricOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, newFabricBody(f))
}

func (s *Simulator) listEndpoints(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fabricOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("Endpoint", f.uri+"/Endpoints", linksTo(s.pod.endpoints(f))))
	return nil
}

func (s *Simulator) getEndpoint(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fabricOf(r)
	if err != nil {
		return err
	}
	e, err := s.pod.endpointByID(f, r.PathValue("endpoint"))
	if err != nil {
		return err
	}
	return s.serve(w, newEndpointBody(e))
}

func (s *Simulator) listZones(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fabricOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("Zone", f.uri+"/Zones", linksTo(s.pod.zones(f))))
	return nil
}

func (s *Simulator) getZone(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fabricOf(r)
	if err != nil {
		return err
	}
	z, err := s.pod.zoneByID(f, r.PathValue("zone"))
	if err != nil {
		return err
	}
	return s.serve(w, newZoneBody(z))
}
