package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// targets are the nodes of a power action.
type targets struct {
	Node []string `arg:"" help:"Name or UUID of each node." complete:"node"`
}

type onCmd struct {
	targets
	Soft bool `help:"Leave nodes that are on alone."`
}

// Run switches on. Redfish has no soft form of it, so the soft form is the one
// that never disturbs a node that runs.
func (c *onCmd) Run(ctx context.Context, call *plugin.Call) error {
	if !c.Soft {
		return reset(ctx, call, c.Node, always(nodes.ResetOn))
	}
	return reset(ctx, call, c.Node, func(n nodes.Node) nodes.ResetType {
		if n.PowerState == "On" {
			return ""
		}
		return nodes.ResetOn
	})
}

type offCmd struct {
	targets
	Soft bool `help:"Ask the operating system to shut down instead of cutting the power."`
}

// Examples are for the help.
func (c *offCmd) Examples() []string {
	return []string{"power off web-1", "power off --soft web-1 web-2"}
}

// Run switches off.
func (c *offCmd) Run(ctx context.Context, call *plugin.Call) error {
	return reset(ctx, call, c.Node, always(either(c.Soft, nodes.ResetGracefulShutdown, nodes.ResetForceOff)))
}

type rebootCmd struct {
	targets
	Soft bool `help:"Ask the operating system to restart instead of resetting the hardware."`
}

// Run reboots.
func (c *rebootCmd) Run(ctx context.Context, call *plugin.Call) error {
	return reset(ctx, call, c.Node, always(either(c.Soft, nodes.ResetGracefulRestart, nodes.ResetForceRestart)))
}

type nmiCmd struct{ targets }

// Run sends the interrupt.
func (c *nmiCmd) Run(ctx context.Context, call *plugin.Call) error {
	return reset(ctx, call, c.Node, always(nodes.ResetNmi))
}

func either(soft bool, softly, hard nodes.ResetType) nodes.ResetType {
	if soft {
		return softly
	}
	return hard
}
