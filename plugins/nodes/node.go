package main

import (
	"context"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

type grammar struct {
	Node struct {
		Create createCmd                    `cmd:"" help:"Compose a node out of free hardware."`
		List   listCmd                      `cmd:"" help:"List composed nodes."`
		Show   plugin.ShowCmd[nodes.Node]   `cmd:"" help:"Show a node and its hardware."`
		Delete plugin.DeleteCmd[nodes.Node] `cmd:"" help:"Decompose nodes: their hardware goes back to the pod."`
	} `cmd:"" help:"Composed nodes."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Node.Show, g.Node.Delete = resource.ShowCmd(), resource.DeleteCmd()
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
		{Name: "failure", Heading: "Failure", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.Failure }},
		{Name: "project_id", Heading: "Project", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.ProjectID }},
		{Name: "managed_by", Heading: "Managed By", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return n.ManagedBy }},
		{Name: "created_at", Heading: "Created At", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return moment(n.CreatedAt) }},
		{Name: "updated_at", Heading: "Updated At", Show: plugin.RecordOnly, Value: func(n nodes.Node) any { return moment(n.UpdatedAt) }},
	},
	Find: func(ctx context.Context, call *plugin.Call, nameOrID string) (nodes.Node, error) {
		client, err := connect(call)
		if err != nil {
			return nodes.Node{}, err
		}
		return nodes.Find(ctx, client, nameOrID)
	},
	Delete: func(ctx context.Context, call *plugin.Call, n nodes.Node) error {
		client, err := connect(call)
		if err != nil {
			return err
		}
		call.Progress("decomposing "+n.Name, 0, 0)
		return nodes.Delete(ctx, client, n.UUID).ExtractErr()
	},
}

// moment is a time, or nothing where the service told none.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func connect(call *plugin.Call) (*gophercloud.ServiceClient, error) {
	return valence.NewClient(call.Service("rack-scale"))
}

// listCmd lists nodes.
type listCmd struct {
	Name       string `help:"Only nodes with this name."`
	PodManager string `help:"Only nodes on this pod manager." placeholder:"NAME|UUID" complete:"podmanager"`
}

// Result is a list of nodes.
func (c *listCmd) Result() plugin.Result { return resource.ListResult() }

// Examples are for the help.
func (c *listCmd) Examples() []string {
	return []string{"node list", "node list --long -f json", "node list --pod-manager row4-podm"}
}

// Run lists.
func (c *listCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := connect(call)
	if err != nil {
		return err
	}
	opts := nodes.ListOpts{Name: c.Name}
	if opts.PodManagerID, err = podManagerID(ctx, client, c.PodManager); err != nil {
		return err
	}
	return resource.EmitList(call, nodes.All(ctx, client, opts))
}
