package main

import (
	"context"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

// deleteCmd deletes storages.
type deleteCmd struct {
	Storages []string `arg:"" name:"storage" help:"Name or UUID of each storage." complete:"storage"`
	Force    bool     `help:"Forget the storages without asking their pod manager, which keeps what it has. For administrators."`
	plugin.Destructive
}

// Examples are for the help.
func (c *deleteCmd) Examples() []string {
	return []string{"storage delete data", "storage delete --dry-run data logs", "storage delete --force --yes lost"}
}

// Run deletes, going on after a failure.
func (c *deleteCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	if err := c.Confirm(ctx, call, c.verb()+" storage "+strings.Join(c.Storages, ", ")+"?"); err != nil {
		return err
	}
	return plugin.ForEach(ctx, call, c.Storages, func(ctx context.Context, name string) error {
		storage, err := storages.FindBrief(ctx, client, name)
		if err != nil {
			return err
		}
		if c.DryRun {
			call.Infof("would %s storage %s (%s)", strings.ToLower(c.verb()), storage.Name, storage.UUID)
			return nil
		}
		return c.remove(ctx, call, client, storage)
	})
}

func (c *deleteCmd) verb() string {
	if c.Force {
		return "Forget"
	}
	return "Delete"
}

func (c *deleteCmd) remove(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient, s storages.Storage) error {
	if c.Force {
		return storages.ForceDelete(ctx, client, s.UUID).ExtractErr()
	}
	return work{"deleting storage " + s.Name, s.UUID}.do(ctx, call, func(again bool) error {
		return command.UnlessGone(again, storages.Delete(ctx, client, s.UUID).ExtractErr())
	})
}
