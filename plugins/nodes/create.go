package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// createCmd composes nodes.
type createCmd struct {
	Name           string        `arg:"" optional:"" help:"Name of the node; made up when not given. With --count, what the names begin with."`
	Count          count         `help:"Compose that many nodes of the same kind, several at once. They are called NAME-1, NAME-2 and so on." placeholder:"N"`
	Flavor         string        `help:"Flavor that says what the node needs." placeholder:"NAME|UUID" complete:"flavor" xor:"cores,memory,model,type,device"`
	Cores          int           `help:"Processor cores that it needs at least." placeholder:"N" xor:"cores"`
	Memory         memory        `help:"Memory that it needs at least: MiB, or with a unit such as 64G." placeholder:"SIZE" xor:"memory"`
	ProcessorModel string        `help:"Processor model that it needs." placeholder:"MODEL" xor:"model"`
	MemoryType     string        `help:"Memory type that it needs, such as DDR4." placeholder:"TYPE" xor:"type"`
	PciDevice      []string      `help:"Type of a pooled device that it needs, such as SSD. May be given several times." placeholder:"TYPE" sep:"none" xor:"device"`
	PodManager     string        `help:"Pod manager to compose on; needed only when there are several." placeholder:"NAME|UUID" complete:"podmanager"`
	Description    string        `help:"What the node is for."`
	Wait           bool          `help:"Wait until the node is ready; otherwise it is shown as soon as it has hardware." default:"true" negatable:""`
	Timeout        time.Duration `help:"Wait no longer than that, such as 90s or 10m; composing goes on." placeholder:"DURATION"`
	IdempotencyKey string        `help:"Word that makes repeating the command safe: with the same word and NAME it gives the nodes of the first time." placeholder:"WORD"`
	DryRun         bool          `help:"Say what would be composed, and do nothing."`
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
		"node create --count 20 --flavor small --timeout 15m web",
	}
}

// Result is the node, or a list of several.
func (c *createCmd) Result() plugin.Result {
	return resource.RecordResult().ListWhen("count", resource.ListResult())
}

// Run composes.
func (c *createCmd) Run(ctx context.Context, call *plugin.Call) error {
	if c.IdempotencyKey != "" && c.Name == "" {
		return plugin.Errorf(plugin.Usage, "--idempotency-key needs a NAME: one that is made up would be another each time")
	}
	if c.Timeout < 0 {
		return plugin.Errorf(plugin.Usage, "--timeout is below zero: expected a duration such as 90s or 10m")
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	orders, err := c.orders(ctx, client)
	if err != nil {
		return err
	}
	if c.DryRun {
		for _, o := range orders {
			call.Infof("would compose node %s", o.Name)
		}
		return nil
	}
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Timeout)
		defer cancel()
	}
	w := &work{call: call, client: client, wait: c.Wait, total: len(orders), emit: resource.Emit}
	if c.Count > 0 {
		w.emit = emitRow
	}
	return w.run(ctx, orders)
}

// emitRow hands a node over as one of a list.
func emitRow(call *plugin.Call, n nodes.Node) error {
	return resource.EmitList(call, func(yield func(nodes.Node, error) bool) { yield(n, nil) })
}

// orders are the requests, one for each node.
func (c *createCmd) orders(ctx context.Context, client *gophercloud.ServiceClient) ([]nodes.CreateOpts, error) {
	opts, err := c.options(ctx, client)
	if err != nil || c.Count == 0 {
		return []nodes.CreateOpts{opts}, err
	}
	orders := make([]nodes.CreateOpts, c.Count)
	for i := range orders {
		orders[i] = opts
		orders[i].Name = fmt.Sprintf("%s-%d", opts.Name, i+1)
		orders[i].IdempotencyKey = fmt.Sprintf("%s-%d", opts.IdempotencyKey, i+1)
	}
	return orders, nil
}

// options turns names into UUIDs and makes up what was not given.
func (c *createCmd) options(ctx context.Context, client *gophercloud.ServiceClient) (nodes.CreateOpts, error) {
	opts := nodes.CreateOpts{
		Name:        cmp.Or(c.Name, "node-"+strings.ToLower(rand.Text()[:6])),
		Description: c.Description, Properties: c.properties(), Async: true,
		IdempotencyKey: cmp.Or(c.IdempotencyKey, rand.Text()),
	}
	var err error
	if opts.PodManagerID, err = command.PodManagerID(ctx, client, c.PodManager); err != nil {
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

// properties are nil where none was given: they and a flavor exclude each other.
func (c *createCmd) properties() *valence.Properties {
	memory := valence.Memory{CapacityMiB: int(c.Memory), Type: c.MemoryType}
	processor := valence.Processor{TotalCores: c.Cores, Model: c.ProcessorModel}
	if memory == (valence.Memory{}) && processor == (valence.Processor{}) && c.PciDevice == nil {
		return nil
	}
	return &valence.Properties{Memory: memory, Processor: processor, PCIDevice: valence.PCIDevice{Type: c.PciDevice}}
}
