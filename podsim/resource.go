package podsim

import (
	"encoding/json"
	"net/http"
	"path"
)

// The places of the top-level resources; they never moved between RSD versions, only the links to them did.
const (
	rootURI            = "/redfish/v1"
	odataURI           = rootURI + "/odata"
	nodesURI           = rootURI + "/Nodes"
	allocateURI        = nodesURI + "/Actions/Allocate"
	systemsURI         = rootURI + "/Systems"
	chassisURI         = rootURI + "/Chassis"
	managersURI        = rootURI + "/Managers"
	fabricsURI         = rootURI + "/Fabrics"
	switchesURI        = rootURI + "/EthernetSwitches"
	storageServicesURI = rootURI + "/StorageServices"
	servicesURI        = rootURI + "/Services" // storage services up to RSD 2.2
	eventServiceURI    = rootURI + "/EventService"
	accountServiceURI  = rootURI + "/AccountService"
	taskServiceURI     = rootURI + "/TaskService"
	sessionServiceURI  = rootURI + "/SessionService"
	sessionsURI        = sessionServiceURI + "/Sessions"

	metadata = rootURI + "/$metadata#"
)

// header is what every resource starts with.
type header struct {
	Context     string `json:"@odata.context"`
	URI         string `json:"@odata.id"`
	Type        string `json:"@odata.type"`
	ID          string `json:"Id"`
	Name        string `json:"Name"`
	Description string `json:"Description"`

	kind string
}

func (h header) schemaKind() string { return h.kind }

// resource is any body that begins with a header.
type resource interface{ schemaKind() string }

// newHeader fills a header for a resource of the schema kind ("Processor") in a version ("v1_0_0").
func newHeader(kind, version, uri, id, name, description string) header {
	return header{
		Context:     metadata + kind + "." + kind,
		URI:         uri,
		Type:        "#" + kind + "." + version + "." + kind,
		ID:          id,
		Name:        name,
		Description: description,
		kind:        kind,
	}
}

type link struct {
	URI string `json:"@odata.id"`
}

// linksTo never returns nil: an empty list of links is served as [], not as null.
func linksTo[T identified](parts []T) []link {
	links := make([]link, 0, len(parts))
	for _, p := range parts {
		links = append(links, link{p.partURI()})
	}
	return links
}

// member finds a member of a collection by the last segment of its URI.
func member[T identified](parts []T, segment string) (T, error) {
	for _, p := range parts {
		if path.Base(p.partURI()) == segment {
			return p, nil
		}
	}
	var none T
	return none, refuse(unknownEndpoint)
}

type collection struct {
	Context string `json:"@odata.context"`
	URI     string `json:"@odata.id"`
	Type    string `json:"@odata.type"`
	Name    string `json:"Name"`
	Count   int    `json:"Members@odata.count"`
	Members []link `json:"Members"`
}

// newCollection makes a collection of resources of one schema kind.
func newCollection(kind, uri string, members []link) collection {
	name := kind + "Collection"
	return collection{
		Context: metadata + name + "." + name,
		URI:     uri,
		Type:    "#" + name + "." + name,
		Name:    name,
		Count:   len(members),
		Members: members,
	}
}

type status struct {
	State        string `json:"State"`
	Health       string `json:"Health"`
	HealthRollup string `json:"HealthRollup"`
}

func newStatus(health string) status { return status{"Enabled", health, health} }

// empty is served as {}.
type empty struct{}

// oem wraps Intel's extension of a resource.
type oem[T any] struct {
	Intel T `json:"Intel_RackScale"`
}

func writeJSON(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	// The client may have gone; there is nobody left to tell.
	_ = enc.Encode(body)
}
