package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"

	"example.org/valence-plugin-disks/shelf"
)

// eraseCmd erases disks, which takes time.
type eraseCmd struct {
	Names []string `arg:"" name:"disk" help:"Name of each disk." complete:"disk"`
	Wait  bool     `help:"Wait until they are erased." default:"true" negatable:""`
	plugin.Destructive
}

// Examples are for the help.
func (c *eraseCmd) Examples() []string {
	return []string{"disk erase disk-3", "disk erase --yes --no-wait disk-3 disk-4"}
}

// Run erases one disk after the other, going on after a failure.
func (c *eraseCmd) Run(ctx context.Context, call *plugin.Call) error {
	if err := c.Confirm(ctx, call, "Erase disk "+strings.Join(c.Names, ", ")+"?"); err != nil {
		return err
	}
	return plugin.ForEach(ctx, call, c.Names, func(ctx context.Context, name string) error {
		return c.erase(ctx, call, name)
	})
}

func (c *eraseCmd) erase(ctx context.Context, call *plugin.Call, name string) error {
	d, err := find(ctx, call, name)
	if err != nil {
		return err
	}
	if c.DryRun {
		call.Infof("would erase disk %s", d.Name)
		return nil
	}
	if err := ask(ctx, call, http.MethodPost, "v1/disks/"+url.PathEscape(name)+"/erase", &d); err != nil {
		return err
	}
	if !c.Wait {
		call.Infof("disk %s is being erased", d.Name)
		return nil
	}
	return wait(ctx, call, d)
}

// wait looks again until the disk is erased, and shows how far it is.
func wait(ctx context.Context, call *plugin.Call, d shelf.Disk) error {
	for d.State == shelf.Erasing {
		call.Progress("erasing "+d.Name, int64(d.Erased), 100)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		var err error
		if d, err = find(ctx, call, d.Name); err != nil {
			return err
		}
	}
	call.Infof("disk %s is erased", d.Name)
	return nil
}
