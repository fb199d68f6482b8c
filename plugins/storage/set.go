package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

// setCmd changes a storage.
type setCmd struct {
	Storage       string  `arg:"" help:"Name or UUID of the storage." complete:"storage"`
	Name          *string `help:"New name of the storage." placeholder:"NAME"`
	Description   *string `help:"What the storage is for." placeholder:"TEXT"`
	EraseOnDetach *bool   `help:"Erase it whenever it is detached, or do not." negatable:""`
}

// Help is shown below the synopsis.
func (c *setCmd) Help() string { return "Changes what is given, and leaves the rest as it is." }

// Examples are for the help.
func (c *setCmd) Examples() []string {
	return []string{"storage set data --name archive", "storage set data --no-erase-on-detach --description 'keep this'"}
}

// Result is the storage as it is then.
func (c *setCmd) Result() plugin.Result { return resource.RecordResult() }

// Run changes the storage.
func (c *setCmd) Run(ctx context.Context, call *plugin.Call) error {
	opts := storages.UpdateOpts{Name: c.Name, Description: c.Description, EraseOnDetach: c.EraseOnDetach}
	switch {
	case opts == storages.UpdateOpts{}:
		return plugin.Errorf(plugin.Usage, "nothing to change: give --name, --description or --erase-on-detach")
	case c.Name != nil && *c.Name == "":
		return plugin.Errorf(plugin.Usage, "--name is empty, expected a name")
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	found, err := storages.FindBrief(ctx, client, c.Storage)
	if err != nil {
		return err
	}
	changed, err := storages.Update(ctx, client, found.UUID, opts).Extract()
	if err != nil {
		return err
	}
	return resource.Emit(call, *changed)
}
