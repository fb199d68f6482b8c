package httpapi

import (
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// rackType is the type of the chassis that are racks.
const rackType = "Rack"

// rack is a chassis with the UUIDs of all systems inside, at whatever depth.
type rack struct {
	service.Chassis
	systems []string
}

// rackWire is a rack; the keys from manufacturer on are there with show_detail
// only (contract 2.9).
type rackWire struct {
	ID           string   `json:"id"`
	Name         *string  `json:"name"`
	Systems      []string `json:"systems" nullable:"false" doc:"The UUIDs of the systems inside."`
	PodManager   string   `json:"podm_id"`
	ResourceURI  string   `json:"resource_uri"`
	Manufacturer *string  `json:"manufacturer,omitempty"`
	Model        *string  `json:"model,omitempty"`
	Description  *string  `json:"description,omitempty"`
	SerialNumber *string  `json:"serial_number,omitempty"`
	Health       *string  `json:"health,omitempty"`
	InventoryAt  *string  `json:"inventory_at" doc:"When that was read from its pod, in the form of RFC 3339."`
}

func wireRack(detail bool) func(rack) rackWire {
	return func(r rack) rackWire {
		out := rackWire{
			ID:          r.ID,
			Name:        orNull(r.Name),
			Systems:     r.systems,
			PodManager:  r.PodManagerID,
			ResourceURI: resourceURI(r.Ref),
			InventoryAt: orUnread(r.SeenAt),
		}
		if detail {
			out.Manufacturer, out.Model, out.Description = &r.Manufacturer, &r.Model, &r.Description
			out.SerialNumber, out.Health = &r.SerialNumber, orNull(r.Health)
		}
		return out
	}
}

func (a *api) routeRacks() {
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/racks",
		id:      "list-racks",
		summary: "The racks of the pods.",
		query:   rackListing(false).query(append(selectionParams(), detailParam(), redfishParam())...),
		answers: map[int]any{http.StatusOK: []rackWire{}},
	}, a.listRacks)
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/racks/{rack}",
		id:      "show-rack",
		summary: "One rack, by what its pod calls it or its name.",
		query:   append(selectionParams(), detailParam(), fieldsParam()),
		answers: map[int]any{http.StatusOK: rackWire{}},
	}, a.showRack)
}

func rackListing(detail bool) listing[rack, rackWire] {
	return listing[rack, rackWire]{
		columns: []column[rack]{
			{name: "id", value: func(r rack) string { return r.ID }},
			{name: "name", value: func(r rack) string { return r.Name }, fold: true},
		},
		id:   func(r rack) string { return r.PodManagerID + ":" + r.ID },
		wire: wireRack(detail),
	}
}

func (a *api) listRacks(w http.ResponseWriter, r *http.Request) error {
	want, err := a.selectionOf(r)
	if err != nil {
		return err
	}
	l := rackListing(want.Detail)
	l.items = func(r *http.Request, query url.Values, marker string) (iter.Seq2[rack, error], error) {
		matches := redfishFilters(query)
		all, _, err := a.racks(w, r, want.look(query))
		if err != nil {
			return nil, err
		}
		return only(after(over(all), l.id, marker), func(r rack) bool { return matches(r.Document) }), nil
	}
	return l.serve(a)(w, r)
}

func (a *api) showRack(w http.ResponseWriter, r *http.Request) error {
	want, err := a.selectionOf(r)
	if err != nil {
		return err
	}
	all, failed, err := a.racks(w, r, want.look(nil))
	if err != nil {
		return err
	}
	word := r.PathValue("rack")
	found := slices.DeleteFunc(all, func(r rack) bool { return r.ID != word && r.Name != word })
	switch {
	case len(found) == 1:
		return answerItem(a, w, r, wireRack(true)(found[0]))
	case len(found) > 1:
		return service.Errorf(service.Conflict, "there are %d racks %q; name the pod manager as podm_id", len(found), clip(word))
	case failed != nil:
		return failed // it may be there
	}
	return service.Errorf(service.NotFound, "rack %q does not exist", clip(word))
}

// racks gives the racks of one pod manager, or of all, with their age in the
// headers. The first failure of one of which nothing is known comes beside them.
func (a *api) racks(w http.ResponseWriter, r *http.Request, l service.Look) (all []rack, failed, err error) {
	chassis, err := a.inventory.Chassis(r.Context(), l)
	if err != nil {
		return nil, nil, err
	}
	l.Refresh, l.Documents = false, false // both come from one reading
	systems, err := a.inventory.Systems(r.Context(), l)
	if err != nil {
		return nil, nil, err
	}
	tellAge(w, chassis.Parts, chassis.Read)
	for _, p := range chassis.Parts {
		if p.ReadAt.IsZero() && failed == nil {
			failed = p.Err
		}
	}
	return racksOf(chassis.Items, systems.Items), failed, nil
}

// racksOf puts the systems into the racks that they are in.
func racksOf(chassis []service.Chassis, systems []service.System) []rack {
	inside := map[string]service.Chassis{}
	for _, c := range chassis {
		inside[c.PodManagerID+c.Ref] = c
	}
	uuids := map[string]string{}
	for _, s := range systems {
		uuids[s.PodManagerID+s.Ref] = s.UUID
	}
	racks := []rack{}
	for _, c := range chassis {
		if strings.EqualFold(c.Type, rackType) {
			racks = append(racks, rack{c, descend(c, inside, uuids, map[string]bool{}, []string{})})
		}
	}
	return racks
}

// descend adds the systems in c and in what it contains. seen ends a circle,
// which a broken pod manager may give.
func descend(c service.Chassis, inside map[string]service.Chassis, uuids map[string]string, seen map[string]bool, found []string) []string {
	if seen[c.Ref] {
		return found
	}
	seen[c.Ref] = true
	for _, ref := range c.Systems {
		if uuid := uuids[c.PodManagerID+ref]; uuid != "" && !slices.Contains(found, uuid) {
			found = append(found, uuid)
		}
	}
	for _, ref := range c.Contains {
		if next, ok := inside[c.PodManagerID+ref]; ok {
			found = descend(next, inside, uuids, seen, found)
		}
	}
	return found
}
