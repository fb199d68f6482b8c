package main

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// parts are what is attached to a node and detached from it.
type parts struct {
	Node     string   `arg:"" help:"Name or UUID of the node." complete:"node"`
	Resource []string `arg:"" help:"Name or UUID of each storage, or UUID of each pooled device." complete:"storage"`
}

// each does something with each of the resources, going on after a failure.
func (p *parts) each(ctx context.Context, call *plugin.Call, doing string, do func(context.Context, *gophercloud.ServiceClient, string, string) nodes.ActionResult) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	node, err := nodes.FindBrief(ctx, client, p.Node)
	if err != nil {
		return err
	}
	return plugin.ForEach(ctx, call, p.Resource, func(ctx context.Context, name string) error {
		call.Progress(doing+" "+name, 0, 0)
		return do(ctx, client, node.UUID, name).ExtractErr()
	})
}

// attachCmd attaches resources.
type attachCmd struct{ parts }

// Examples are for the help.
func (c *attachCmd) Examples() []string {
	return []string{"node attach web-1 scratch", "node attach web-1 scratch backup"}
}

// Run attaches.
func (c *attachCmd) Run(ctx context.Context, call *plugin.Call) error {
	return c.each(ctx, call, "attaching", nodes.Attach)
}

// detachCmd detaches resources.
type detachCmd struct{ parts }

// Examples are for the help.
func (c *detachCmd) Examples() []string { return []string{"node detach web-1 scratch"} }

// Run detaches.
func (c *detachCmd) Run(ctx context.Context, call *plugin.Call) error {
	return c.each(ctx, call, "detaching", nodes.Detach)
}

// bootSetCmd sets what nodes boot from.
type bootSetCmd struct {
	targets
	Target  string `help:"What to boot from, such as Pxe, Hdd or Cd; the pod says which of them a node takes." placeholder:"TARGET"`
	Enabled string `help:"For how long: Once, Continuous, or Disabled for the machine's own order." enum:"Once,Continuous,Disabled" default:"Once" placeholder:"WORD"`
}

// Examples are for the help.
func (c *bootSetCmd) Examples() []string {
	return []string{
		"node boot set --target Pxe web-1",
		"node boot set --target Hdd --enabled Continuous web-1 web-2",
		"node boot set --enabled Disabled web-1",
	}
}

// Run sets it. Without an override there is no target: Redfish calls that None.
func (c *bootSetCmd) Run(ctx context.Context, call *plugin.Call) error {
	opts := nodes.BootOpts{Enabled: nodes.BootEnabled(c.Enabled), Target: c.Target}
	switch {
	case opts.Enabled == nodes.BootDisabled && opts.Target == "":
		opts.Target = "None"
	case opts.Target == "":
		return plugin.Errorf(plugin.Usage, "--target is missing: expected what to boot from, such as Pxe or Hdd")
	}
	return c.each(ctx, call, func(ctx context.Context, client *gophercloud.ServiceClient, n nodes.Node) error {
		return nodes.SetBoot(ctx, client, n.UUID, opts).ExtractErr()
	})
}
