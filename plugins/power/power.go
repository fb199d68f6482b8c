package main

import (
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

type grammar struct {
	Power struct {
		Show   plugin.ShowCmd[nodes.Node] `cmd:"" help:"Show whether a node is on."`
		On     onCmd                      `cmd:"" help:"Switch nodes on."`
		Off    offCmd                     `cmd:"" help:"Switch nodes off."`
		Reboot rebootCmd                  `cmd:"" help:"Reboot nodes."`
		Nmi    nmiCmd                     `cmd:"" help:"Send nodes a non-maskable interrupt."`
	} `cmd:"" help:"Power of composed nodes."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Power.Show = resource.ShowCmd()
	return g
}

var resource = plugin.Resource[nodes.Node]{
	Name: "node",
	Columns: []plugin.Column[nodes.Node]{
		{Name: "uuid", Heading: "UUID", Value: func(n nodes.Node) any { return n.UUID }},
		{Name: "name", Heading: "Name", Value: func(n nodes.Node) any { return n.Name }},
		{Name: "node_power_state", Heading: "Power State", Value: func(n nodes.Node) any { return n.PowerState }},
	},
	Find: command.Find(nodes.Find),
}
