package main

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
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
	Find: func(ctx context.Context, call *plugin.Call, nameOrID string) (nodes.Node, error) {
		client, err := connect(call)
		if err != nil {
			return nodes.Node{}, err
		}
		return nodes.Find(ctx, client, nameOrID)
	},
}

func connect(call *plugin.Call) (*gophercloud.ServiceClient, error) {
	return valence.NewClient(call.Service("rack-scale"))
}

// reset does the power action that choose picks on each of the nodes, going on
// after a failure. An empty choice leaves the node alone.
func reset(ctx context.Context, call *plugin.Call, names []string, choose func(nodes.Node) nodes.ResetType) error {
	client, err := connect(call)
	if err != nil {
		return err
	}
	return plugin.ForEach(ctx, call, names, func(ctx context.Context, name string) error {
		node, err := nodes.Find(ctx, client, name)
		if err != nil {
			return err
		}
		action := choose(node)
		if action == "" {
			call.Infof("node %s is %s already", node.Name, node.PowerState)
			return nil
		}
		return nodes.Reset(ctx, client, node.UUID, action).ExtractErr()
	})
}

// always chooses the same action for every node.
func always(action nodes.ResetType) func(nodes.Node) nodes.ResetType {
	return func(nodes.Node) nodes.ResetType { return action }
}
