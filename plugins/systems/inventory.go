package main

import (
	"context"
	"slices"
	"strconv"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

// part is one piece of hardware in a system, of whatever kind.
type part struct {
	kind, name, model string
	size, speed       string // with units, for people
	status            string
	facts             map[string]any // what the API says of parts of its kind, by the API's names
}

// What a person looks for comes first, in the same columns for all kinds. What
// programs calculate with is in columns that are named as in the API.
var inventory = plugin.Resource[part]{
	Columns: []plugin.Column[part]{
		{Name: "kind", Heading: "Kind", Value: func(p part) any { return p.kind }},
		{Name: "name", Heading: "Name", Value: func(p part) any { return p.name }},
		{Name: "model", Heading: "Model", Value: func(p part) any { return p.model }},
		{Name: "size", Heading: "Size", Value: func(p part) any { return p.size }},
		{Name: "speed", Heading: "Speed", Value: func(p part) any { return p.speed }},
		{Name: "status", Heading: "Status", Value: func(p part) any { return p.status }},
		fact("total_core", "Cores"),
		fact("total_memory_mb", "MiB"),
		fact("volume_size_gb", "GiB"),
		fact("speed_mhz", "MHz"),
		fact("speed_mbps", "Mbps"),
		fact("instruction_set", "Instruction Set"),
		fact("data_width_bit", "Data Width Bit"),
		fact("protocol", "Protocol"),
		fact("media_type", "Media Type"),
		fact("pooled_resource", "Pooled"),
		fact("ipv4", "IPv4"),
		fact("vlans", "VLANs"),
		fact("resource_uri", "Resource URI"),
	},
}

func fact(name, heading string) plugin.Column[part] {
	return plugin.Column[part]{Name: name, Heading: heading, Show: plugin.LongOnly, Value: func(p part) any { return p.facts[name] }}
}

// inventoryCmd lists what a system is made of.
type inventoryCmd struct{ target }

// Result is a list of parts.
func (c *inventoryCmd) Result() plugin.Result { return inventory.ListResult() }

// Examples are for the help.
func (c *inventoryCmd) Examples() []string {
	return []string{"system inventory my-system", "system inventory my-system --long -f json"}
}

// Run lists.
func (c *inventoryCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	got, err := systems.GetInventory(ctx, client, c.System, c.opts()).Extract()
	if err != nil {
		return advise(err)
	}
	parts := slices.Concat(made(got.Processor, processor), made(got.Memory, memory), made(got.Network, network), made(got.Storage, drive))
	return inventory.EmitAll(call, parts...)
}

// made makes parts of what the API lists.
func made[T any](things []T, partOf func(T) part) []part {
	parts := make([]part, len(things))
	for i, thing := range things {
		parts[i] = partOf(thing)
	}
	return parts
}

func processor(p nodes.Processor) part {
	return part{
		kind: "processor", model: p.Model, size: amount(p.TotalCore, "cores"), speed: amount(p.SpeedMHz, "MHz"),
		facts: map[string]any{"total_core": p.TotalCore, "speed_mhz": p.SpeedMHz, "instruction_set": p.InstructionSet},
	}
}

func memory(m nodes.Memory) part {
	return part{
		kind: "memory", size: amount(m.TotalMemoryMB, "MiB"), speed: amount(m.SpeedMHz, "MHz"),
		facts: map[string]any{"total_memory_mb": m.TotalMemoryMB, "speed_mhz": m.SpeedMHz, "data_width_bit": m.DataWidthBit},
	}
}

func network(n nodes.Interface) part {
	return part{
		kind: "network", name: n.MAC, speed: amount(n.SpeedMbps, "Mbps"), status: n.Status,
		facts: map[string]any{"speed_mbps": n.SpeedMbps, "ipv4": n.IPv4, "vlans": n.VLANs},
	}
}

func drive(d systems.Drive) part {
	return part{
		kind: "storage", name: d.Name, model: d.Model, size: amount(d.SizeGiB, "GiB"), status: d.Health,
		facts: map[string]any{
			"volume_size_gb": d.SizeGiB, "protocol": d.Protocol, "media_type": d.MediaType,
			"pooled_resource": d.Pooled, "resource_uri": d.ResourceURI,
		},
	}
}

// amount is a number with its unit, or nothing where the pod did not say.
func amount[N int | float64](n *N, unit string) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*n), 'f', -1, 64) + " " + unit
}
