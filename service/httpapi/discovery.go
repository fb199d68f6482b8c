package httpapi

import "net/http"

// linkWire is a link in the contract's form (1.2).
type linkWire struct {
	Rel  string `json:"rel"`
	Type string `json:"type,omitempty"`
	Href string `json:"href"`
}

type rootWire struct {
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Versions    []versionWire `json:"versions" nullable:"false"`
}

type versionWire struct {
	ID         string     `json:"id"`
	Status     string     `json:"status"`
	MinVersion string     `json:"min_version"`
	Links      []linkWire `json:"links" nullable:"false"`
}

type mediaTypeWire struct {
	Base string `json:"base"`
	Type string `json:"type"`
}

// resourcesWire has the five resources that the original advertised, and racks
// and devices, which it served only.
type resourcesWire struct {
	ID          string          `json:"id"`
	MediaTypes  []mediaTypeWire `json:"media_types" nullable:"false"`
	Links       []linkWire      `json:"links" nullable:"false"`
	Nodes       []linkWire      `json:"nodes" nullable:"false"`
	Storages    []linkWire      `json:"storages" nullable:"false"`
	Flavors     []linkWire      `json:"flavors" nullable:"false"`
	Systems     []linkWire      `json:"systems" nullable:"false"`
	PodManagers []linkWire      `json:"pod_managers" nullable:"false"`
	Racks       []linkWire      `json:"racks" nullable:"false"`
	Devices     []linkWire      `json:"devices" nullable:"false"`
}

func (a *api) routeDiscovery() {
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/",
		id:      "list-versions",
		summary: "The versions of the API.",
		rights:  anybody,
		answers: map[int]any{http.StatusOK: rootWire{}},
	}, a.showRoot)
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1",
		id:      "show-version",
		summary: "What version 1 offers.",
		rights:  anybody,
		answers: map[int]any{http.StatusOK: resourcesWire{}},
	}, a.showVersion)
}

func (a *api) showRoot(w http.ResponseWriter, r *http.Request) error {
	return answer(w, http.StatusOK, rootWire{
		Name:        "OpenStack Valence API",
		Description: "Valence is an OpenStack project",
		Versions: []versionWire{{
			ID:     "v1",
			Status: "CURRENT",
			Links:  []linkWire{{Rel: "self", Href: a.baseURL(r) + "/v1/"}},
		}},
	})
}

func (a *api) showVersion(w http.ResponseWriter, r *http.Request) error {
	base := a.baseURL(r)
	return answer(w, http.StatusOK, resourcesWire{
		ID: "v1",
		MediaTypes: []mediaTypeWire{
			{Base: jsonType, Type: "application/vnd.openstack.valence.v1+json"},
		},
		Links: []linkWire{
			{Rel: "self", Href: base + "/v1/"},
			{Rel: "describedby", Type: "application/openapi+json", Href: base + "/openapi.json"},
		},
		Nodes:       resourceLinks(base, "nodes/"),
		Storages:    resourceLinks(base, "storages/"),
		Flavors:     resourceLinks(base, "flavors/"),
		Systems:     resourceLinks(base, "systems/"),
		PodManagers: resourceLinks(base, "pod_managers/"),
		Racks:       resourceLinks(base, "racks/"),
		Devices:     resourceLinks(base, "devices/"),
	})
}

// resourceLinks are the two links that go with a path. The bookmark leads
// nowhere, as it always did; it is there because clients may look for it.
func resourceLinks(base, path string) []linkWire {
	return []linkWire{
		{Rel: "self", Href: base + "/v1/" + path},
		{Rel: "bookmark", Href: base + "/" + path},
	}
}
