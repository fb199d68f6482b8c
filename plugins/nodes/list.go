package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// listCmd lists nodes.
type listCmd struct {
	Name       string            `help:"Only nodes with this name."`
	PodManager string            `help:"Only nodes on this pod manager." placeholder:"NAME|UUID" complete:"podmanager"`
	State      string            `help:"Only nodes in this state: composing, composed, failed or deleting." placeholder:"STATE" enum:",composing,composed,failed,deleting" default:""`
	ManagedBy  string            `help:"Only nodes that this service manages, such as ironic." placeholder:"SERVICE"`
	Project    string            `help:"Only nodes of this project." placeholder:"UUID"`
	Property   map[string]string `help:"Only nodes with this value of any other property that the service filters by. May be given several times." placeholder:"KEY=VALUE" mapsep:"none"`
}

// Result is a list of nodes.
func (c *listCmd) Result() plugin.Result { return resource.ListResult() }

// Examples are for the help.
func (c *listCmd) Examples() []string {
	return []string{
		"node list",
		"node list --long -f json",
		"node list --pod-manager row4-podm --state failed",
		"node list --property index=12",
	}
}

// Run lists.
func (c *listCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	opts := nodes.ListOpts{
		Name: c.Name, State: nodes.State(c.State), ManagedBy: c.ManagedBy, ProjectID: c.Project, Filters: c.Property,
	}
	if opts.PodManagerID, err = command.PodManagerID(ctx, client, c.PodManager); err != nil {
		return err
	}
	return resource.EmitList(call, nodes.All(ctx, client, opts))
}
