package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

// deleteCmd deletes pod managers.
type deleteCmd struct {
	Podmanager []string `arg:"" help:"Name or UUID of each pod manager." complete:"podmanager"`
	Nodes      string   `help:"What becomes of its nodes and storages: decompose gives them back, forget leaves them on the pod as they are. Without it, a pod manager that has any stays." enum:",decompose,forget" default:"" placeholder:"WORD"`
	plugin.Destructive
}

// Examples are for the help.
func (c *deleteCmd) Examples() []string {
	return []string{
		"podmanager delete row4",
		"podmanager delete --nodes decompose row4",
		"podmanager delete --nodes forget --yes row4 row5",
	}
}

// Run deletes, going on after a failure.
func (c *deleteCmd) Run(ctx context.Context, call *plugin.Call) error {
	if err := c.Confirm(ctx, call, c.question()); err != nil {
		return err
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	return plugin.ForEach(ctx, call, c.Podmanager, func(ctx context.Context, name string) error {
		pm, err := podmanagers.Find(ctx, client, name)
		if err != nil {
			return err
		}
		if c.DryRun {
			return c.pretend(ctx, call, client, pm)
		}
		call.Progress("deleting "+pm.Name, 0, 0)
		return command.Patiently(ctx, func(again bool) error {
			return command.UnlessGone(again, podmanagers.Delete(ctx, client, pm.UUID, podmanagers.DeleteOpts{Nodes: c.Nodes}).ExtractErr())
		})
	})
}

func (c *deleteCmd) question() string {
	what := ""
	switch c.Nodes {
	case podmanagers.NodesDecompose:
		what = ", and decompose its nodes and storages"
	case podmanagers.NodesForget:
		what = ", and leave its nodes and storages on the pod"
	}
	return fmt.Sprintf("Delete pod manager %s%s?", strings.Join(c.Podmanager, ", "), what)
}

// pretend says what would become of a pod manager and its nodes.
func (c *deleteCmd) pretend(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient, pm podmanagers.PodManager) error {
	for node, err := range nodes.All(ctx, client, nodes.ListOpts{PodManagerID: pm.UUID}) {
		switch {
		case err != nil:
			return err
		case c.Nodes == "":
			return plugin.Errorf(plugin.Conflict, "pod manager %s would stay: it has nodes, such as %s", pm.Name, node.Name)
		}
		call.Infof("would %s node %s (%s)", c.Nodes, node.Name, node.UUID)
	}
	call.Infof("would delete pod manager %s (%s)", pm.Name, pm.UUID)
	return nil
}
