package main

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

// attachCmd attaches a storage.
type attachCmd struct {
	Storage string `arg:"" help:"Name or UUID of the storage." complete:"storage"`
	Node    string `arg:"" help:"Name or UUID of a node on the same pod manager." complete:"node"`
}

// Examples are for the help.
func (c *attachCmd) Examples() []string { return []string{"storage attach data web-1"} }

// Result is the storage as it is then.
func (c *attachCmd) Result() plugin.Result { return resource.RecordResult() }

// Run attaches.
func (c *attachCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	storage, err := storages.FindBrief(ctx, client, c.Storage)
	if err != nil {
		return err
	}
	node, err := nodes.FindBrief(ctx, client, c.Node)
	if err != nil {
		return err
	}
	w := work{"attaching storage " + storage.Name, c.Storage}
	err = w.do(ctx, call, func(bool) error {
		_, err := storages.Attach(ctx, client, node.UUID, storage.UUID).Extract()
		return err
	})
	if err != nil {
		return err
	}
	// It is attached, whether or not its pod manager says anything about it now.
	attached, err := storages.FindBrief(ctx, client, storage.UUID)
	if err != nil {
		return err
	}
	return resource.Emit(call, attached)
}

// detachCmd detaches storages.
type detachCmd struct {
	Storages []string `arg:"" name:"storage" help:"Name or UUID of each storage." complete:"storage"`
	Wait     bool     `help:"Wait until a storage that is erased on detaching is erased." default:"true" negatable:""`
}

// Examples are for the help.
func (c *detachCmd) Examples() []string {
	return []string{"storage detach data", "storage detach --no-wait scratch-1 scratch-2"}
}

// Run detaches, going on after a failure.
func (c *detachCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	return plugin.ForEach(ctx, call, c.Storages, func(ctx context.Context, name string) error {
		storage, err := storages.FindBrief(ctx, client, name)
		if err != nil {
			return err
		}
		return c.detach(ctx, call, client, storage)
	})
}

func (c *detachCmd) detach(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient, s storages.Storage) error {
	if s.NodeID == "" {
		return plugin.Errorf(plugin.Conflict, "storage %s is not attached, it is %s", s.Name, s.State)
	}
	err := work{"detaching storage " + s.Name, s.UUID}.do(ctx, call, func(again bool) error {
		return command.UnlessGone(again, storages.Detach(ctx, client, s.NodeID, s.UUID).ExtractErr())
	})
	if err != nil || !c.Wait || !s.EraseOnDetach {
		return err
	}
	_, err = work{"erasing storage " + s.Name, s.UUID}.wait(ctx, call, client, s.UUID)
	return err
}
