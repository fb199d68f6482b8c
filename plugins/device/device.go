package main

import (
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/devices"
)

type grammar struct {
	Device struct {
		List listCmd                        `cmd:"" help:"List pooled devices as they were found last."`
		Show plugin.ShowCmd[devices.Device] `cmd:"" help:"Show a pooled device."`
		Sync syncCmd                        `cmd:"" help:"Look for pooled devices on the pods."`
	} `cmd:"" help:"Pooled devices, which nodes can have attached."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Device.Show = resource.ShowCmd()
	return g
}

var resource = plugin.Resource[devices.Device]{
	Name: "device",
	Columns: []plugin.Column[devices.Device]{
		{Name: "uuid", Heading: "UUID", Value: func(d devices.Device) any { return d.UUID }},
		{Name: "type", Heading: "Type", Value: func(d devices.Device) any { return command.Text(d.Type) }},
		{Name: "state", Heading: "State", Value: func(d devices.Device) any { return d.State }},
		{Name: "node_id", Heading: "Node Index", Value: func(d devices.Device) any { return command.Text(d.NodeIndex) }},
		{Name: "resource_uri", Heading: "Resource URI", Value: func(d devices.Device) any { return d.ResourceURI }},
		{Name: "podm_id", Heading: "Pod Manager", Show: plugin.LongOnly, Value: func(d devices.Device) any { return d.PodManagerID }},
		{Name: "pooled_group_id", Heading: "Group", Show: plugin.LongOnly, Value: func(d devices.Device) any { return command.Text(d.Group) }},
		{Name: "inventory_at", Heading: "Inventory At", Show: plugin.LongOnly, Value: func(d devices.Device) any { return command.Moment(d.InventoryAt) }},
		{Name: "properties", Heading: "Properties", Show: plugin.RecordOnly, Value: func(d devices.Device) any { return d.Properties }},
		{Name: "extra", Heading: "Extra", Show: plugin.RecordOnly, Value: func(d devices.Device) any { return d.Extra }},
		{Name: "created_at", Heading: "Created At", Show: plugin.RecordOnly, Value: func(d devices.Device) any { return command.Moment(d.CreatedAt) }},
		{Name: "updated_at", Heading: "Updated At", Show: plugin.RecordOnly, Value: func(d devices.Device) any { return command.Moment(d.UpdatedAt) }},
	},
	Find: command.Find(devices.Find),
}
