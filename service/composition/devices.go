package composition

import (
	"cmp"
	"context"
	"slices"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// isDevice says whether a block can be added to a machine. A block of ordinary
// processors is what machines are made of.
func (p *pod) isDevice(ctx context.Context, s redfish.Survey, b block) (bool, error) {
	if !b.expandable() || b.is("Storage", "Network", "Expansion") {
		return b.expandable(), nil
	}
	made, err := p.sizeOf(ctx, s, b)
	ordinary := slices.ContainsFunc(made.processors, func(d processorDocument) bool { return d.Kind == "CPU" })
	return !ordinary, err
}

// Devices implements service.Pod. The devices are the resource blocks that can
// be added to a machine. One that cannot be read is an error: left out, it
// would be taken for gone.
func (p *pod) Devices(ctx context.Context) ([]service.Device, error) {
	s := p.Client.Inventory()
	blocks, err := p.allBlocks(ctx, s)
	if err != nil {
		return nil, p.Failed(err, "reading the pooled devices")
	}
	all, err := redfish.Each(ctx, s, blocks, func(ctx context.Context, b block) ([]service.Device, error) {
		if is, err := p.isDevice(ctx, s, b); !is || err != nil {
			return nil, err
		}
		d, err := p.device(ctx, s, b)
		return []service.Device{d}, err
	})
	return all, p.Failed(err, "reading the pooled devices")
}

// device describes a block by what is in it: of several parts, by the first,
// with the capacity of all.
func (p *pod) device(ctx context.Context, s redfish.Survey, b block) (service.Device, error) {
	d := service.Device{
		PodManagerID: p.ID,
		Ref:          b.ref,
		Type:         service.DeviceUnknown,
		State:        service.DeviceFree,
		Group:        b.zones(p.Client),
		Properties:   map[string]any{},
		Extra:        map[string]any{},
	}
	if d.MachineRef = first(b.users); d.MachineRef != "" || !slices.Contains([]string{stateUnused, ""}, b.doc.State.Is) {
		d.State = service.DeviceAllocated
	}
	parts, err := p.partsOf(ctx, s, b)
	if len(parts) > 0 {
		d.Type, d.Properties, d.Extra = parts[0].DeviceType(), parts[0].Properties(), parts[0].Extra()
	}
	if sum := capacity(parts); sum > 0 {
		d.Properties["capacity_gib"] = sum >> 30
	}
	if b.is("Network") && d.Type == service.DeviceUnknown {
		d.Type = service.DeviceNIC
	}
	d.Properties["device_id"] = cmp.Or(b.doc.ID, redfish.LastOf(b.ref))
	return d, err
}

func capacity(parts []redfish.Resource) (sum int64) {
	for _, part := range parts {
		if c := part.Doc.CapacityBytes.Value; c != nil {
			sum += *c
		}
	}
	return sum
}

// partsOf reads what is in a block. Drives may stand in it, or below a storage
// subsystem that does; of the old SimpleStorage the devices are read.
func (p *pod) partsOf(ctx context.Context, s redfish.Survey, b block) ([]redfish.Resource, error) {
	drives, err := redfish.Parts(ctx, s, b.doc.Storage, func(_ context.Context, _ string, d storageDocument) (redfish.Links, error) {
		return d.Drives, nil
	})
	if err != nil {
		return nil, err
	}
	linked := slices.Concat(b.doc.Drives, slices.Concat(drives...), b.doc.Processors, b.doc.EthernetInterfaces, b.doc.NetworkInterfaces)
	parts, err := s.Resources(ctx, linked)
	if err != nil {
		return nil, err
	}
	trays, err := redfish.Parts(ctx, s, b.doc.SimpleStorage, tray)
	return slices.Concat(parts, slices.Concat(trays...)), err
}

// tray makes drives of the devices of a SimpleStorage.
func tray(_ context.Context, ref string, d simpleStorageDocument) ([]redfish.Resource, error) {
	var parts []redfish.Resource
	for _, device := range d.Devices {
		parts = append(parts, redfish.Resource{Ref: ref, Kind: "Drive", Doc: redfish.ResourceDocument{
			Manufacturer: device.Manufacturer, Model: device.Model, CapacityBytes: device.CapacityBytes, Status: device.Status,
		}})
	}
	return parts, nil
}

// kindsOf reads what the free devices are.
func (p *pod) kindsOf(ctx context.Context, st *stock) (map[string]service.DeviceType, error) {
	s := p.Client.Inventory()
	var free []block
	for _, b := range st.blocks {
		if b.free() && b.expandable() {
			free = append(free, b)
		}
	}
	all, err := redfish.Each(ctx, s, free, func(ctx context.Context, b block) ([]service.Device, error) {
		d, err := p.device(ctx, s, b)
		return []service.Device{d}, err
	})
	kinds := map[string]service.DeviceType{}
	for _, d := range all {
		kinds[d.Ref] = d.Type
	}
	return kinds, err
}
