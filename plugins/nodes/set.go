package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// setCmd changes a node.
type setCmd struct {
	Node        string  `arg:"" help:"Name or UUID of the node." complete:"node"`
	Name        *string `help:"New name of the node; others may have the same." placeholder:"NAME"`
	Description *string `help:"What the node is for; an empty text removes it." placeholder:"TEXT"`
}

// Examples are for the help.
func (c *setCmd) Examples() []string {
	return []string{`node set --name db-1 web-1`, `node set --description "front end" web-1`}
}

// Run changes the node.
func (c *setCmd) Run(ctx context.Context, call *plugin.Call) error {
	if c.Name == nil && c.Description == nil {
		return plugin.Errorf(plugin.Usage, "nothing to set: give --name or --description")
	}
	if c.Name != nil && *c.Name == "" {
		return plugin.Errorf(plugin.Usage, "--name is empty: expected a name of 1 to 255 characters")
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	node, err := nodes.FindBrief(ctx, client, c.Node)
	if err != nil {
		return err
	}
	_, err = nodes.Update(ctx, client, node.UUID, nodes.UpdateOpts{Name: c.Name, Description: c.Description}).Extract()
	return err
}
