package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

// listCmd lists storages.
type listCmd struct {
	Name       string            `help:"Only storages with this name."`
	State      string            `help:"Only storages in this state, such as available or attached." placeholder:"STATE"`
	Node       string            `help:"Only storages of this node." placeholder:"NAME|UUID" complete:"node"`
	PodManager string            `help:"Only storages on this pod manager." placeholder:"NAME|UUID" complete:"podmanager"`
	Pool       string            `help:"Only storages out of this pool." placeholder:"RESOURCE-URI"`
	Protocol   string            `help:"Only storages with this protocol, such as NVMeOverFabrics." placeholder:"PROTOCOL"`
	Property   map[string]string `help:"Only storages with this value of another field, such as capacity_gib=100. May be given several times." placeholder:"KEY=VALUE" mapsep:"none"`
}

// Result is a list of storages.
func (c *listCmd) Result() plugin.Result { return resource.ListResult() }

// Examples are for the help.
func (c *listCmd) Examples() []string {
	return []string{
		"storage list",
		"storage list --node web-1 --long",
		"storage list --state available --property capacity_gib=100 -f json",
	}
}

// Run lists.
func (c *listCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	opts := storages.ListOpts{Name: c.Name, State: storages.State(c.State), Pool: c.Pool, Protocol: c.Protocol, Filters: c.Property}
	if opts.PodManagerID, err = command.PodManagerID(ctx, client, c.PodManager); err != nil {
		return err
	}
	if c.Node != "" {
		node, err := nodes.FindBrief(ctx, client, c.Node)
		if err != nil {
			return err
		}
		opts.NodeID = node.UUID
	}
	return resource.EmitList(call, storages.All(ctx, client, opts))
}
