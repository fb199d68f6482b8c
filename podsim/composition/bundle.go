package composition

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxDepth is how deep objects may be nested in a document: more is no Redfish.
const maxDepth = 64

// readBundle reads documents from one JSON object, URI -> body. What DMTF's mockups do wrong is tolerated: wrong counts
// of members, links to what is not there, documents that say they are somewhere else.
func readBundle(data []byte) (*tree, error) {
	var bodies map[string]json.RawMessage
	if err := json.Unmarshal(data, &bodies); err != nil {
		return nil, fmt.Errorf("expected a JSON object, URI -> body: %w", err)
	}
	t := newTree()
	for uri, raw := range bodies {
		if !strings.HasPrefix(uri, "/redfish") {
			return nil, fmt.Errorf("%q: expected a URI that starts with /redfish", uri)
		}
		var body object
		if err := json.Unmarshal(raw, &body); err != nil || body == nil || tooDeep(body, maxDepth) {
			return nil, fmt.Errorf("document %s: expected a JSON object of at most %d levels", uri, maxDepth)
		}
		t.put(clean(uri), body)
	}
	return t, nil
}

func tooDeep(value any, levels int) bool {
	deep := func(inner any) bool { return tooDeep(inner, levels-1) }
	switch v := value.(type) {
	case object:
		for _, inner := range v {
			if levels == 0 || deep(inner) {
				return true
			}
		}
	case []any:
		return levels == 0 || slices.ContainsFunc(v, deep)
	}
	return false
}

// places are the documents that a pod turns on, as its root and its service name them.
type places struct {
	service, blocks, zones string
	systems, chassis       string
	active, free           string // empty when the service has no pools
	reservations           string // empty when it takes none
}

const rootURI = "/redfish/v1"

// findPlaces follows the links from the root.
func (t *tree) findPlaces() (places, error) {
	root := t.view(rootURI)
	service := t.view(uriOf(at(root, "CompositionService")))
	if service == nil {
		return places{}, errors.New("expected a document /redfish/v1 that links a CompositionService")
	}
	p := places{
		service:      uriOf(at(root, "CompositionService")),
		systems:      uriOf(at(root, "Systems")),
		chassis:      uriOf(at(root, "Chassis")),
		blocks:       uriOf(at(service, "ResourceBlocks")),
		zones:        uriOf(at(service, "ResourceZones")),
		active:       uriOf(at(service, "ActivePool")),
		free:         uriOf(at(service, "FreePool")),
		reservations: uriOf(at(service, "CompositionReservations")),
	}
	for name, uri := range map[string]string{"Systems": p.systems, "ResourceBlocks": p.blocks, "ResourceZones": p.zones} {
		if !t.has(uri) {
			return places{}, fmt.Errorf("expected a link %s that leads to a document", name)
		}
	}
	return p, nil
}
