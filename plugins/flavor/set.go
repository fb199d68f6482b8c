package main

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
)

// setCmd changes a flavor.
type setCmd struct {
	Flavor      string  `arg:"" help:"Name or UUID of the flavor." complete:"flavor"`
	Name        *string `help:"New name of the flavor." placeholder:"NAME"`
	Description *string `help:"What the flavor is for." placeholder:"TEXT"`
	contents
	NoDevice bool `help:"Ask for no pooled devices any more." xor:"device"`
	source
}

// Help is shown below the synopsis.
func (c *setCmd) Help() string {
	return "Changes what is given, and leaves the rest as it is."
}

// Examples are for the help.
func (c *setCmd) Examples() []string {
	return []string{
		"flavor set small --cores 16",
		"flavor set small --name medium --memory-type ''",
		"flavor set small --file small.yaml",
	}
}

// Result is the flavor as it is then.
func (c *setCmd) Result() plugin.Result { return resource.RecordResult() }

// Run changes the flavor.
func (c *setCmd) Run(ctx context.Context, call *plugin.Call) error {
	if err := c.gather(ctx, call); err != nil {
		return err
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	found, err := flavors.Find(ctx, client, c.Flavor)
	if err != nil {
		return err
	}
	// The service replaces all properties at once, so they are changed only as
	// they were read.
	read := flavors.Get(ctx, client, found.UUID)
	now, err := read.Extract()
	if err != nil {
		return err
	}
	opts := flavors.UpdateOpts{Name: c.Name, Description: c.Description, IfMatch: read.ETag()}
	if c.given() {
		c.apply(&now.Properties)
		opts.Properties = &now.Properties
	}
	changed, err := flavors.Update(ctx, client, found.UUID, opts).Extract()
	if gophercloud.ResponseCodeIs(err, 412) {
		return &plugin.Error{
			Code: plugin.Conflict, Message: "somebody else changed flavor " + c.Flavor + " at the same time", Hint: "run the command again",
		}
	}
	if err != nil {
		return err
	}
	return resource.Emit(call, *changed)
}

// gather puts together what is to be changed.
func (c *setCmd) gather(ctx context.Context, call *plugin.Call) error {
	if c.NoDevice {
		c.Device = []string{}
	}
	file, err := c.read(ctx, call)
	if err != nil {
		return err
	}
	fill(&c.Name, file.Name)
	fill(&c.Description, file.Description)
	c.or(file.contents())
	if c.Name == nil && c.Description == nil && !c.given() {
		return plugin.Errorf(plugin.Usage, "nothing to change: give one of the flags, or a file")
	}
	return nil
}
