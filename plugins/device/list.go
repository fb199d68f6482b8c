package main

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/devices"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// listCmd lists devices.
type listCmd struct {
	Type       string            `help:"Only devices of this type, such as SSD, NIC, GPU or FPGA." placeholder:"TYPE"`
	State      string            `help:"Only devices in this state: free or allocated." placeholder:"STATE"`
	Node       string            `help:"Only devices that this node has." placeholder:"NAME|UUID" complete:"node" xor:"where"`
	PodManager string            `help:"Only devices of this pod manager." placeholder:"NAME|UUID" complete:"podmanager" xor:"where"`
	Group      string            `help:"Only devices that hang on this, such as a fabric." placeholder:"GROUP"`
	Property   map[string]string `help:"Only devices with this value of another field, such as resource_uri=… May be given several times." placeholder:"KEY=VALUE" mapsep:"none"`
	Refresh    bool              `help:"Look for devices on the pods first, which takes longer."`
}

// Result is a list of devices.
func (c *listCmd) Result() plugin.Result { return resource.ListResult() }

// Examples are for the help.
func (c *listCmd) Examples() []string {
	return []string{"device list", "device list --type SSD --state free", "device list --node web-1 --long -f json"}
}

// Run lists.
func (c *listCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	opts, err := c.options(ctx, client)
	if err != nil {
		return err
	}
	return command.EmitPages(ctx, call, &resource, devices.List(client, opts), devices.ExtractDevices)
}

// options turns names into what the service filters by.
func (c *listCmd) options(ctx context.Context, client *gophercloud.ServiceClient) (devices.ListOpts, error) {
	opts := devices.ListOpts{Type: c.Type, State: devices.State(c.State), Group: c.Group, Refresh: c.Refresh, Filters: c.Property}
	var err error
	if opts.PodManagerID, err = command.PodManagerID(ctx, client, c.PodManager); err != nil {
		return opts, err
	}
	if c.Node != "" {
		node, err := nodes.FindBrief(ctx, client, c.Node)
		if err != nil {
			return opts, err
		}
		// A node's index means nothing without its pod manager.
		opts.NodeIndex, opts.PodManagerID = node.Index, node.PodManagerID
	}
	return opts, nil
}
