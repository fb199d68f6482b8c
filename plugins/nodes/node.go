package main

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

type grammar struct {
	Node struct {
		Create     createCmd                  `cmd:"" help:"Compose nodes out of free hardware."`
		List       listCmd                    `cmd:"" help:"List composed nodes."`
		Show       plugin.ShowCmd[nodes.Node] `cmd:"" help:"Show a node and its hardware."`
		Set        setCmd                     `cmd:"" help:"Rename a node, or describe it."`
		Delete     deleteCmd                  `cmd:"" help:"Decompose nodes: their hardware goes back to the pod."`
		Manage     manageCmd                  `cmd:"" help:"Adopt a machine that is composed on its pod already."`
		Register   registerCmd                `cmd:"" help:"Enrol nodes with OpenStack Bare Metal, or bring them in step there."`
		Deregister deregisterCmd              `cmd:"" help:"Remove nodes from OpenStack Bare Metal."`
		Attach     attachCmd                  `cmd:"" help:"Attach storages and pooled devices to a node."`
		Detach     detachCmd                  `cmd:"" help:"Detach storages and pooled devices from a node."`
		Boot       struct {
			Set bootSetCmd `cmd:"" help:"Set what nodes boot from."`
		} `cmd:"" help:"What nodes boot from."`
		Storage struct {
			List storageListCmd `cmd:"" help:"List the storages that are attached to a node."`
		} `cmd:"" help:"Storages that are attached to nodes."`
	} `cmd:"" help:"Composed nodes."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Node.Show = resource.ShowCmd()
	return g
}

var resource = plugin.Resource[nodes.Node]{
	Name: "node",
	Columns: []plugin.Column[nodes.Node]{
		{Name: "uuid", Heading: "UUID", Value: func(n nodes.Node) any { return n.UUID }},
		{Name: "name", Heading: "Name", Value: func(n nodes.Node) any { return n.Name }},
		{Name: "state", Heading: "State", Value: func(n nodes.Node) any { return n.State }},
		{Name: "podm_id", Heading: "Pod Manager", Value: func(n nodes.Node) any { return n.PodManagerID }},
		{Name: "index", Heading: "Index", Show: plugin.LongOnly, Value: func(n nodes.Node) any { return n.Index }},
		{Name: "resource_uri", Heading: "Resource URI", Show: plugin.LongOnly, Value: func(n nodes.Node) any { return n.ResourceURI }},
		{Name: "description", Heading: "Description", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.Description }},
		{Name: "node_power_state", Heading: "Power State", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.PowerState }},
		{Name: "node_state", Heading: "Pod State", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.NodeState }},
		{Name: "health_status", Heading: "Health", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.HealthStatus }},
		{Name: "boot_source", Heading: "Boot Source", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.BootSource }},
		{Name: "target_boot_source", Heading: "Target Boot Source", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.TargetBootSource }},
		{Name: "metadata", Heading: "Hardware", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.Metadata }},
		{Name: "progress", Heading: "Progress", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.Progress }},
		{Name: "failure", Heading: "Failure", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.Failure }},
		{Name: "project_id", Heading: "Project", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.ProjectID }},
		{Name: "managed_by", Heading: "Managed By", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.ManagedBy }},
		{Name: "created_at", Heading: "Created At", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return command.Moment(n.CreatedAt) }},
		{Name: "updated_at", Heading: "Updated At", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return command.Moment(n.UpdatedAt) }},
	},
	Find: command.Find(nodes.Find),
}

// targets are the nodes that a command does something to.
type targets struct {
	Node []string `arg:"" help:"Name or UUID of each node." complete:"node"`
}

// each does something to each of the nodes, going on after a failure. It knows
// of a node what a list shows.
func (t *targets) each(ctx context.Context, call *plugin.Call, do func(context.Context, *gophercloud.ServiceClient, nodes.Node) error) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	return plugin.ForEach(ctx, call, t.Node, func(ctx context.Context, name string) error {
		node, err := nodes.FindBrief(ctx, client, name)
		if err != nil {
			return err
		}
		return do(ctx, client, node)
	})
}
