package httpapi

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// systemWire is a physical system as the original showed it (contract 2.8):
// quantities are strings, and two keys have capitals.
type systemWire struct {
	ID          string  `json:"id" doc:"What its pod calls it."`
	UUID        *string `json:"uuid"`
	Name        *string `json:"Name"`
	Description *string `json:"Description"`
	PodManager  string  `json:"podm_id"`
	ResourceURI string  `json:"resource_uri"`
	AssetTag    *string `json:"assettag"`
	Chassis     *string `json:"chassis_id" doc:"The chassis that it sits in."`
	Health      *string `json:"health"`
	PowerState  *string `json:"power_state"`
	CPU         cpuWire `json:"cpu"`
	RAM         *string `json:"ram" doc:"In GiB."`
	Storage     *string `json:"storage" doc:"In whole GiB, rounded down."`
	Network     *string `json:"network" doc:"How many network interfaces it has."`
	Location    *string `json:"location" doc:"The system and the chassis around it, from the inside outwards."`
	InventoryAt *string `json:"inventory_at" doc:"When that was read from its pod, in the form of RFC 3339."`
}

type cpuWire struct {
	Cores *string `json:"cores"`
	Arch  *string `json:"arch"`
	Model *string `json:"model"`
}

func wireSystem(s service.System) systemWire {
	out := systemWire{
		ID:          s.ID,
		UUID:        orNull(s.UUID),
		Name:        orNull(s.Name),
		Description: orNull(s.Description),
		PodManager:  s.PodManagerID,
		ResourceURI: resourceURI(s.Ref),
		AssetTag:    orNull(s.AssetTag),
		Chassis:     orNull(lastSegment(s.Chassis)),
		Health:      orNull(s.Health),
		PowerState:  orNull(s.PowerState),
		CPU:         cpuWire{quantityText(s.Cores), orNull(s.Architecture), orNull(s.Model)},
		Network:     quantityText(s.Interfaces),
		InventoryAt: orUnread(s.SeenAt),
	}
	if s.MemoryGiB != nil {
		text := strconv.FormatFloat(*s.MemoryGiB, 'f', -1, 64)
		out.RAM = &text
	}
	if s.StorageBytes != nil {
		text := strconv.FormatInt(*s.StorageBytes/bytesPerGiB, 10)
		out.Storage = &text
	}
	location := strings.Join(append([]string{"Systems:" + s.ID}, s.Location...), "_") + "_"
	out.Location = &location
	return out
}

func quantityText(n *int) *string {
	if n == nil {
		return nil
	}
	text := strconv.Itoa(*n)
	return &text
}

func lastSegment(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

func (a *api) routeSystems() {
	systems := a.systemListing()
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/systems",
		id:      "list-systems",
		summary: "The physical systems of the pods.",
		query: systems.query(append(selectionParams(), redfishParam(),
			param{name: "ram", doc: "At least so many GiB of memory."},
			param{name: "storage", doc: "At least so many GiB of local storage."},
			param{name: "nw", doc: "At least so many network interfaces."})...),
		answers: map[int]any{http.StatusOK: []systemWire{}},
	}, a.listSystems)
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/systems/{system}",
		id:      "show-system",
		summary: "One physical system, by what its pod calls it, its UUID or its name.",
		query:   append(selectionParams(), fieldsParam()),
		answers: map[int]any{http.StatusOK: systemWire{}},
	}, a.showSystem)
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/systems/{system}/inventory",
		id:      "show-system-inventory",
		summary: "What a physical system is made of.",
		query:   append(selectionParams(), fieldsParam()),
		answers: map[int]any{http.StatusOK: assetsWire{}},
	}, a.showSystemInventory)
}

func (a *api) systemListing() listing[service.System, systemWire] {
	return listing[service.System, systemWire]{
		columns: []column[service.System]{
			{name: "id", value: func(s service.System) string { return s.ID }},
			{name: "uuid", value: func(s service.System) string { return s.UUID }, fold: true},
			{name: "Name", value: func(s service.System) string { return s.Name }, fold: true},
			{name: "health", value: func(s service.System) string { return s.Health }, fold: true},
			{name: "power_state", value: func(s service.System) string { return s.PowerState }, fold: true},
		},
		id:   systemMarker,
		wire: wireSystem,
	}
}

// systemMarker identifies a system among those of all pods.
func systemMarker(s service.System) string { return fmt.Sprintf("%s:%s", s.PodManagerID, s.ID) }

func (a *api) listSystems(w http.ResponseWriter, r *http.Request) error {
	want, err := a.selectionOf(r)
	if err != nil {
		return err
	}
	l := a.systemListing()
	l.items = func(r *http.Request, query url.Values, marker string) (iter.Seq2[service.System, error], error) {
		keep, err := systemFilter(query)
		if err != nil {
			return nil, err
		}
		seen, err := a.inventory.Systems(r.Context(), want.look(query))
		if err != nil {
			return nil, err
		}
		tellAge(w, seen.Parts, seen.Read)
		return only(after(over(seen.Items), l.id, marker), keep), nil
	}
	return l.serve(a)(w, r)
}

func (a *api) showSystem(w http.ResponseWriter, r *http.Request) error {
	system, err := a.system(w, r)
	if err != nil {
		return err
	}
	return answerItem(a, w, r, wireSystem(system))
}

func (a *api) showSystemInventory(w http.ResponseWriter, r *http.Request) error {
	system, err := a.system(w, r)
	if err != nil {
		return err
	}
	parts, err := a.inventory.Parts(r.Context(), system)
	if err != nil {
		return err
	}
	return answerItem(a, w, r, wireAssets(parts))
}

// system gives the system in the path, and its age in the headers.
func (a *api) system(w http.ResponseWriter, r *http.Request) (service.System, error) {
	want, err := a.selectionOf(r)
	if err != nil {
		return service.System{}, err
	}
	system, part, err := a.inventory.System(r.Context(), want.look(nil), r.PathValue("system"))
	if err == nil {
		tellAge(w, []service.Part{part}, want.refresh)
	}
	return system, err
}
