package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
)

// createCmd makes a flavor.
type createCmd struct {
	Name        string  `arg:"" optional:"" help:"Name of the flavor; a file may say it instead."`
	Description *string `help:"What the flavor is for." placeholder:"TEXT"`
	contents
	source
	DryRun bool `help:"Show what would be sent, and send nothing."`
}

// Help is shown below the synopsis.
func (c *createCmd) Help() string {
	return "Stores what nodes are to have at least. Without any requirement, any free hardware will do."
}

// Examples are for the help.
func (c *createCmd) Examples() []string {
	return []string{
		"flavor create small --cores 8 --memory 16G",
		"flavor create fast --memory 64G --memory-type DDR4 --device SSD --device SSD",
		"flavor create --file small.yaml --dry-run",
	}
}

// Result is the flavor.
func (c *createCmd) Result() plugin.Result { return resource.RecordResult() }

// Run makes the flavor, or shows it.
func (c *createCmd) Run(ctx context.Context, call *plugin.Call) error {
	opts, err := c.options(ctx, call)
	if err != nil {
		return err
	}
	if c.DryRun {
		call.Infof("nothing was sent")
		return resource.Emit(call, flavors.Flavor{Name: opts.Name, Description: opts.Description, Properties: opts.Properties})
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	flavor, err := flavors.Create(ctx, client, opts).Extract()
	if err != nil {
		return err
	}
	return resource.Emit(call, *flavor)
}

// options are the file's, with those of the command line over them.
func (c *createCmd) options(ctx context.Context, call *plugin.Call) (flavors.CreateOpts, error) {
	file, err := c.read(ctx, call)
	if err != nil {
		return flavors.CreateOpts{}, err
	}
	var opts flavors.CreateOpts
	put(&opts.Name, file.Name)
	if c.Name != "" {
		opts.Name = c.Name
	}
	put(&opts.Description, file.Description)
	put(&opts.Description, c.Description)
	c.or(file.contents())
	c.apply(&opts.Properties)
	if opts.Name == "" {
		return opts, plugin.Errorf(plugin.Usage, "the name is missing: give it as the argument, or as name in the file")
	}
	return opts, nil
}
