package main

import (
	"context"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// The power states that a node ends in.
const (
	on  = "On"
	off = "Off"
)

// targets are the nodes of a power action.
type targets struct {
	Node []string `arg:"" help:"Name or UUID of each node." complete:"node"`
}

// patience says whether to wait for the nodes.
type patience struct {
	Wait    bool          `help:"Wait until the power of the nodes is as it was asked for."`
	Timeout time.Duration `help:"Wait no longer than that, such as 90s." default:"10m" placeholder:"DURATION"`
}

// action is what is done to each node, and what comes of it.
type action struct {
	choose func(context.Context, *gophercloud.ServiceClient, nodes.Node) (nodes.ResetType, error)
	state  string // to wait for; empty for none
	patience
}

type onCmd struct {
	targets
	patience
	Soft bool `help:"Leave nodes that are on alone."`
}

// Examples are for the help.
func (c *onCmd) Examples() []string {
	return []string{"power on web-1", "power on --wait --timeout 2m web-1 web-2"}
}

// Run switches on. Redfish has no soft form of it, so the soft form is the one
// that never disturbs a node that runs.
func (c *onCmd) Run(ctx context.Context, call *plugin.Call) error {
	a := action{choose: always(nodes.ResetOn), state: on, patience: c.patience}
	if c.Soft {
		a.choose = unlessOn
	}
	return a.run(ctx, call, c.Node)
}

// unlessOn leaves a node that is on alone.
func unlessOn(ctx context.Context, client *gophercloud.ServiceClient, n nodes.Node) (nodes.ResetType, error) {
	full, err := nodes.Get(ctx, client, n.UUID).Extract()
	if err != nil || full.PowerState == on {
		return "", err
	}
	return nodes.ResetOn, nil
}

type offCmd struct {
	targets
	patience
	Soft bool `help:"Ask the operating system to shut down instead of cutting the power."`
}

// Examples are for the help.
func (c *offCmd) Examples() []string {
	return []string{"power off web-1", "power off --soft --wait web-1 web-2"}
}

// Run switches off.
func (c *offCmd) Run(ctx context.Context, call *plugin.Call) error {
	reset := either(c.Soft, nodes.ResetGracefulShutdown, nodes.ResetForceOff)
	return action{choose: always(reset), state: off, patience: c.patience}.run(ctx, call, c.Node)
}

type rebootCmd struct {
	targets
	patience
	Soft bool `help:"Ask the operating system to restart instead of resetting the hardware."`
}

// Examples are for the help.
func (c *rebootCmd) Examples() []string {
	return []string{"power reboot web-1", "power reboot --soft web-1 web-2"}
}

// Run reboots.
func (c *rebootCmd) Run(ctx context.Context, call *plugin.Call) error {
	reset := either(c.Soft, nodes.ResetGracefulRestart, nodes.ResetForceRestart)
	return action{choose: always(reset), state: on, patience: c.patience}.run(ctx, call, c.Node)
}

type nmiCmd struct{ targets }

// Examples are for the help.
func (c *nmiCmd) Examples() []string { return []string{"power nmi web-1"} }

// Run sends the interrupt.
func (c *nmiCmd) Run(ctx context.Context, call *plugin.Call) error {
	return action{choose: always(nodes.ResetNmi)}.run(ctx, call, c.Node)
}

func either(soft bool, softly, hard nodes.ResetType) nodes.ResetType {
	if soft {
		return softly
	}
	return hard
}

// always chooses the same for every node.
func always(reset nodes.ResetType) func(context.Context, *gophercloud.ServiceClient, nodes.Node) (nodes.ResetType, error) {
	return func(context.Context, *gophercloud.ServiceClient, nodes.Node) (nodes.ResetType, error) {
		return reset, nil
	}
}
