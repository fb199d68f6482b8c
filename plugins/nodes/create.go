package main

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

// createCmd composes a node.
type createCmd struct {
	Name           string `arg:"" optional:"" help:"Name of the node; made up when not given."`
	Flavor         string `help:"Flavor that says what the node needs." placeholder:"NAME|UUID" complete:"flavor" xor:"cores,memory,model,type"`
	Cores          int    `help:"Processor cores that it needs at least." placeholder:"N" xor:"cores"`
	Memory         memory `help:"Memory that it needs at least: MiB, or with a unit such as 64G." placeholder:"SIZE" xor:"memory"`
	ProcessorModel string `help:"Processor model that it needs." placeholder:"MODEL" xor:"model"`
	MemoryType     string `help:"Memory type that it needs, such as DDR4." placeholder:"TYPE" xor:"type"`
	PodManager     string `help:"Pod manager to compose on; needed only when there are several." placeholder:"NAME|UUID" complete:"podmanager"`
	Description    string `help:"What the node is for."`
}

// Help is shown below the synopsis.
func (c *createCmd) Help() string {
	return "Takes free hardware that satisfies the request, assembles it and waits until the node is ready. " +
		"Without any option, any free hardware will do."
}

// Examples are for the help.
func (c *createCmd) Examples() []string {
	return []string{
		"node create",
		"node create --flavor small web-1",
		"node create --cores 16 --memory 64G db-1",
	}
}

// Result is the node.
func (c *createCmd) Result() plugin.Result { return resource.RecordResult() }

// Run composes.
func (c *createCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := connect(call)
	if err != nil {
		return err
	}
	opts, err := c.options(ctx, client)
	if err != nil {
		return err
	}
	call.Progress("composing "+opts.Name, 0, 0)
	node, err := nodes.Create(ctx, client, opts).Extract()
	if err != nil {
		return err
	}
	done, err := wait(ctx, call, client, *node)
	if err != nil {
		return err
	}
	return resource.Emit(call, done)
}

// options turns names into UUIDs and makes up what was not given.
func (c *createCmd) options(ctx context.Context, client *gophercloud.ServiceClient) (nodes.CreateOpts, error) {
	opts := nodes.CreateOpts{Name: c.Name, Description: c.Description, Properties: c.properties(), Async: true}
	if opts.Name == "" {
		opts.Name = "node-" + strings.ToLower(rand.Text()[:6])
	}
	var err error
	if opts.PodManagerID, err = podManagerID(ctx, client, c.PodManager); err != nil {
		return opts, err
	}
	if c.Flavor != "" {
		flavor, err := flavors.Find(ctx, client, c.Flavor)
		if err != nil {
			return opts, err
		}
		opts.FlavorID = flavor.UUID
	}
	return opts, nil
}

func (c *createCmd) properties() *valence.Properties {
	memory := valence.Memory{CapacityMiB: int(c.Memory), Type: c.MemoryType}
	processor := valence.Processor{TotalCores: c.Cores, Model: c.ProcessorModel}
	if memory == (valence.Memory{}) && processor == (valence.Processor{}) {
		return nil
	}
	return &valence.Properties{Memory: memory, Processor: processor}
}

// podManagerID finds a pod manager by name or UUID; the empty name stands for
// none.
func podManagerID(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (string, error) {
	if nameOrID == "" {
		return "", nil
	}
	pm, err := podmanagers.Find(ctx, client, nameOrID)
	return pm.UUID, err
}

// wait waits until the node is composed. A node that failed has given its
// hardware back, and is forgotten once its reason was told.
func wait(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient, node nodes.Node) (nodes.Node, error) {
	done, err := nodes.WaitFor(ctx, client, node.UUID, func(n nodes.Node) {
		call.Progress(strings.TrimSpace("composing "+n.Name+": "+strings.ToLower(n.NodeState)), 0, 0)
	})
	var failed *nodes.FailedError
	switch {
	case errors.As(err, &failed):
		if cleanup := nodes.Delete(ctx, client, node.UUID).ExtractErr(); cleanup != nil {
			call.Warnf("the failed node %s is left: %v", node.UUID, cleanup)
		}
	case errors.Is(err, context.Canceled):
		return done, &plugin.Error{
			Code:    plugin.Interrupted,
			Message: "interrupted: node " + node.Name + " is still being composed",
			Hint:    "see: valence node show " + node.UUID,
		}
	}
	return done, err
}
