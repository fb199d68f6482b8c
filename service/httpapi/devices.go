package httpapi

import (
	"iter"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/valence-rsd/valence/service"
)

// DeviceBriefWire is a pooled device in a list. It is exported for nothing but
// huma, as NodeWire is.
type DeviceBriefWire struct {
	UUID        string  `json:"uuid"`
	PodManager  string  `json:"podm_id"`
	NodeID      *string `json:"node_id" doc:"The index of the node that it is attached to."`
	Type        *string `json:"type"`
	State       string  `json:"state" enum:"free,allocated"`
	Group       *string `json:"pooled_group_id" doc:"What it hangs on; it can be attached to machines there."`
	ResourceURI string  `json:"resource_uri"`
	InventoryAt *string `json:"inventory_at" doc:"When the devices of its pod manager were looked for last, in the form of RFC 3339."`
}

type deviceWire struct {
	DeviceBriefWire
	Properties map[string]any `json:"properties" nullable:"false"`
	Extra      map[string]any `json:"extra" nullable:"false"`
	CreatedAt  string         `json:"created_at"`
	UpdatedAt  string         `json:"updated_at"`
}

// syncWire asks for the devices of one pod manager; of all by default.
type syncWire struct {
	PodManager string `json:"podm_id,omitempty" maxLength:"255"`
}

type syncResultWire struct {
	PodManager string `json:"podm_id"`
	Status     string `json:"status" enum:"SUCCESS,FAILED"`
	Detail     string `json:"detail,omitempty" doc:"Why it failed."`
}

// deviceAges are when the devices were looked for, by pod manager.
type deviceAges map[string]time.Time

func (ages deviceAges) brief(d service.Device) DeviceBriefWire {
	return DeviceBriefWire{
		UUID:        d.UUID,
		PodManager:  d.PodManagerID,
		NodeID:      orNull(lastSegment(d.MachineRef)),
		Type:        orNull(string(d.Type)),
		State:       string(d.State),
		Group:       orNull(d.Group),
		ResourceURI: resourceURI(d.Ref),
		InventoryAt: orUnread(ages[d.PodManagerID]),
	}
}

func (ages deviceAges) whole(d service.Device) deviceWire {
	return deviceWire{
		DeviceBriefWire: ages.brief(d),
		Properties:      orEmpty(d.Properties),
		Extra:           orEmpty(d.Extra),
		CreatedAt:       timestamp(d.CreatedAt),
		UpdatedAt:       timestamp(d.UpdatedAt),
	}
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func (a *api) routeDevices() {
	devices := a.deviceListing()
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/devices",
		id:      "list-devices",
		summary: "The pooled devices, as they were found last.",
		query:   devices.query(refreshParam()),
		answers: map[int]any{http.StatusOK: []DeviceBriefWire{}},
	}, a.listDevices)
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/devices/{device}",
		id:      "show-device",
		summary: "One pooled device.",
		query:   []param{refreshParam(), fieldsParam()},
		answers: map[int]any{http.StatusOK: deviceWire{}},
	}, a.showDevice)
	handleOptionalBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/devices/sync",
		id:      "sync-devices",
		summary: "Look for pooled devices on the pods.",
		rights:  admin,
		body:    syncWire{},
		answers: map[int]any{http.StatusOK: []syncResultWire{}},
	}, a.syncDevices)
}

func (a *api) deviceListing() listing[service.Device, DeviceBriefWire] {
	ages := deviceAges{}
	return listing[service.Device, DeviceBriefWire]{
		kinds: []service.Kind{service.KindDevice, service.KindSnapshot},
		columns: []column[service.Device]{
			{name: "uuid", value: func(d service.Device) string { return d.UUID }},
			{name: "podm_id", value: func(d service.Device) string { return d.PodManagerID }},
			{name: "node_id", value: func(d service.Device) string { return lastSegment(d.MachineRef) }},
			{name: "type", value: func(d service.Device) string { return string(d.Type) }},
			{name: "state", value: func(d service.Device) string { return string(d.State) }},
			{name: "pooled_group_id", value: func(d service.Device) string { return d.Group }},
			{name: "resource_uri", value: func(d service.Device) string { return resourceURI(d.Ref) }},
			{name: "created_at", value: func(d service.Device) string { return timestamp(d.CreatedAt) }},
			{name: "updated_at", value: func(d service.Device) string { return timestamp(d.UpdatedAt) }},
		},
		id:   func(d service.Device) string { return d.UUID },
		wire: ages.brief,
		items: func(r *http.Request, query url.Values, after string) (iter.Seq2[service.Device, error], error) {
			// As they are now, and not when the headers were made: what is written
			// may be kept for as long as this is what they are.
			parts, err := a.inventory.Devices(r.Context(), service.Look{})
			if err != nil {
				return nil, err
			}
			for _, p := range parts {
				ages[p.PodManagerID] = p.ReadAt
			}
			return a.store.Devices(r.Context(), service.DeviceFilter{PodManagerID: query.Get("podm_id")}, after), nil
		},
	}
}

func (a *api) listDevices(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	parts, err := a.inventory.Devices(r.Context(), service.Look{Refresh: query.Get("refresh") == "true"})
	if err != nil {
		return err
	}
	if query.Has("podm_id") {
		parts = slices.DeleteFunc(parts, func(p service.Part) bool { return p.PodManagerID != query.Get("podm_id") })
	}
	tellAge(w, parts, query.Get("refresh") == "true")
	return a.deviceListing().serve(a)(w, r)
}

func (a *api) showDevice(w http.ResponseWriter, r *http.Request) error {
	device, err := a.store.Device(r.Context(), r.PathValue("device"))
	if err != nil {
		return err
	}
	refresh := r.URL.Query().Get("refresh") == "true"
	parts, err := a.inventory.Devices(r.Context(), service.Look{PodManagerID: device.PodManagerID, Refresh: refresh})
	if err != nil {
		return err
	}
	if refresh {
		if device, err = a.store.Device(r.Context(), device.UUID); err != nil {
			return err
		}
	}
	tellAge(w, parts, refresh)
	return answerItem(a, w, r, deviceAges{device.PodManagerID: parts[0].ReadAt}.whole(device))
}

// syncDevices answers 200 whatever became of the pods, an unknown one included
// (contract 2.12): the answer says it for each.
func (a *api) syncDevices(w http.ResponseWriter, r *http.Request, in syncWire) error {
	results, err := a.inventory.SyncDevices(r.Context(), in.PodManager)
	if err != nil && service.CodeOf(err) == service.NotFound {
		results, err = []service.SyncResult{{PodManagerID: in.PodManager, Err: err}}, nil
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, each(results, wireSyncResult))
}

func wireSyncResult(s service.SyncResult) syncResultWire {
	if s.Err == nil {
		return syncResultWire{PodManager: s.PodManagerID, Status: "SUCCESS"}
	}
	return syncResultWire{s.PodManagerID, "FAILED", problemOf(s.Err).detail}
}
