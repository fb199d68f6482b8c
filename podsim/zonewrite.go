package podsim

import (
	"fmt"
	"net/http"
	"slices"
)

// zonePatch says which endpoints a zone shall have from now on.
type zonePatch struct {
	Links *struct {
		Endpoints []link `json:"Endpoints"`
	} `json:"Links"`
}

// checkZonePatch reads the request; the job connects and disconnects. The initiator stays in its zone.
func (s *Simulator) checkZonePatch(r *http.Request) (job, error) {
	f, err := s.fabricOf(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("zone")
	if _, err := s.pod.zoneByID(f, id); err != nil {
		return nil, err
	}
	var patch zonePatch
	if err := decodeStrict(r, &patch); err != nil {
		return nil, err
	}
	if patch.Links == nil || patch.Links.Endpoints == nil {
		return nil, refuse(badPayload, "Links.Endpoints is needed")
	}
	return func(w http.ResponseWriter) error {
		z, err := s.pod.rezone(f, id, patch.Links.Endpoints)
		if err != nil {
			return err
		}
		s.log.InfoContext(r.Context(), "changed a zone", "zone", z.uri, "endpoints", len(z.endpoints))
		return s.serve(w, newZoneBody(z))
	}, nil
}

// rezone attaches to the node of a zone what the endpoints lead to, and detaches the rest. It checks all before it
// changes anything.
func (p *pod) rezone(f *fabric, id string, endpoints []link) (zone, error) {
	z, erasing, err := p.rezoneNow(f, id, endpoints)
	for _, a := range erasing {
		p.finishErasing(a)
	}
	return z, err
}

// rezoneNow also returns what is to be erased.
func (p *pod) rezoneNow(f *fabric, id string, endpoints []link) (zone, []*asset, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.nodes[id]
	if n == nil || !n.on(f) {
		return zone{}, nil, refuse(unknownEndpoint)
	}
	wanted, err := p.targetsFor(f, n, endpoints)
	if err != nil {
		return zone{}, nil, err
	}
	var erasing []*asset
	for _, a := range slices.Clone(n.assets) {
		if a.fabric == f && !slices.Contains(wanted, a) && n.detach(a) {
			erasing = append(erasing, a)
		}
	}
	for _, a := range wanted {
		if a.state.node == nil {
			n.attach(a)
		}
	}
	return f.zone(n), erasing, nil
}

// targetsFor finds what the endpoints lead to, and refuses what the node cannot have. The caller holds the mutex.
func (p *pod) targetsFor(f *fabric, n *node, endpoints []link) ([]*asset, error) {
	byEndpoint := map[string]*asset{}
	for _, a := range p.assets {
		if a.fabric == f && !a.state.gone {
			byEndpoint[a.endpointURI()] = a
		}
	}
	var wanted []*asset
	initiator := false
	for _, l := range endpoints {
		a := byEndpoint[l.URI]
		switch {
		case l.URI == f.initiator(n).uri:
			initiator = true
		case a == nil:
			return nil, refuse(badPayload, fmt.Sprintf("There is no endpoint %q in this fabric", l.URI))
		case a.state.node != n && !a.free():
			return nil, mismatch("", l.URI+" belongs to another zone, is being erased or is not healthy")
		case !slices.Contains(wanted, a):
			wanted = append(wanted, a)
		}
	}
	if !initiator {
		return nil, refuse(badPayload, "Links.Endpoints needs the initiator of the zone, "+f.initiator(n).uri)
	}
	return wanted, nil
}
