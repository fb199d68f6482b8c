package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// deleteCmd deletes nodes.
type deleteCmd struct {
	targets
	Force bool `help:"Forget the nodes without asking their pod manager, which may be gone for good; their hardware stays as it is. For administrators."`
	plugin.Destructive
}

// Help is shown below the synopsis.
func (c *deleteCmd) Help() string {
	return "A node that is being composed is cancelled. One that is registered with OpenStack Bare Metal is removed from there."
}

// Examples are for the help.
func (c *deleteCmd) Examples() []string {
	return []string{"node delete web-1", "node delete --yes web-1 web-2", "node delete --force web-1"}
}

// Run deletes.
func (c *deleteCmd) Run(ctx context.Context, call *plugin.Call) error {
	names := strings.Join(c.Node, ", ")
	question := fmt.Sprintf("Delete node %s?", names)
	if c.Force {
		question = fmt.Sprintf("Delete node %s, and leave the hardware as it is?", names)
	}
	if err := c.Confirm(ctx, call, question); err != nil {
		return err
	}
	return c.each(ctx, call, func(ctx context.Context, client *gophercloud.ServiceClient, n nodes.Node) error {
		switch {
		case c.DryRun && c.Force:
			call.Infof("would delete node %s (%s), and leave its hardware as it is", n.Name, n.UUID)
			return nil
		case c.DryRun:
			call.Infof("would delete node %s (%s)", n.Name, n.UUID)
			return nil
		case c.Force:
			return nodes.ForceDelete(ctx, client, n.UUID).ExtractErr()
		}
		call.Progress("decomposing "+n.Name, 0, 0)
		return remove(ctx, client, n)
	})
}

// remove decomposes a node.
func remove(ctx context.Context, client *gophercloud.ServiceClient, n nodes.Node) error {
	err := command.Patiently(ctx, func(again bool) error {
		return command.UnlessGone(again, nodes.Delete(ctx, client, n.UUID).ExtractErr())
	})
	if err != nil && ctx.Err() != nil {
		return &plugin.Error{
			Code: plugin.Interrupted, Message: "interrupted: node " + n.Name + " is still being decomposed",
			Hint: "see: valence node show " + n.UUID,
		}
	}
	return err
}
