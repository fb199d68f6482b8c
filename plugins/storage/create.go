package main

import (
	"context"
	"fmt"
	"math"

	"github.com/google/uuid"
	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

// createCmd makes a storage.
type createCmd struct {
	Name          string   `arg:"" help:"Name of the storage."`
	Size          capacity `help:"How large it is at least: whole GiB, or with a unit such as 2T." placeholder:"SIZE" required:""`
	PodManager    string   `help:"Pod manager to make it on; needed only when there are several." placeholder:"NAME|UUID" complete:"podmanager"`
	Pool          string   `help:"Pool to take it from; one that has room when not given." placeholder:"NAME|RESOURCE-URI"`
	Protocol      string   `help:"How it is attached, such as NVMeOverFabrics or iSCSI." placeholder:"PROTOCOL"`
	Description   string   `help:"What the storage is for." placeholder:"TEXT"`
	EraseOnDetach bool     `help:"Erase it whenever it is detached."`
	DryRun        bool     `help:"Show what would be sent, and change nothing."`
}

// Help is shown below the synopsis.
func (c *createCmd) Help() string {
	return "Takes room from a pool and waits until the pod has made the storage. If the command is interrupted, the service goes on."
}

// Examples are for the help.
func (c *createCmd) Examples() []string {
	return []string{
		"storage create data --size 100G",
		"storage create scratch --size 2T --protocol NVMeOverFabrics --erase-on-detach",
		"storage create data --size 100G --pod-manager row4 --dry-run",
	}
}

// Result is the storage.
func (c *createCmd) Result() plugin.Result { return resource.RecordResult() }

// Run makes the storage, or shows it.
func (c *createCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	opts := storages.CreateOpts{
		Name: c.Name, Description: c.Description, CapacityGiB: int64(c.Size), Protocol: c.Protocol, Pool: c.Pool,
		EraseOnDetach: c.EraseOnDetach, IdempotencyKey: uuid.NewString(),
	}
	if opts.PodManagerID, err = command.PodManagerID(ctx, client, c.PodManager); err != nil {
		return err
	}
	if c.DryRun {
		return showPlan(call, opts)
	}
	made, err := c.create(ctx, call, client, opts)
	if err != nil {
		return err
	}
	return resource.Emit(call, made)
}

// create asks for the storage until it is made, which is safe: the key says that
// it is the same one. What could not be made after the service had given up
// waiting is forgotten once its reason was told.
func (c *createCmd) create(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient, opts storages.CreateOpts) (storages.Storage, error) {
	var made *storages.Storage
	err := work{"making storage " + c.Name, c.Name}.do(ctx, call, func(bool) (err error) {
		made, err = storages.Create(ctx, client, opts).Extract()
		return err
	})
	if err != nil {
		return storages.Storage{}, err
	}
	if made.State != storages.StateFailed {
		return *made, nil
	}
	if cleanup := storages.Delete(ctx, client, made.UUID).ExtractErr(); cleanup != nil {
		call.Warnf("the failed storage %s is left: %v", made.UUID, cleanup)
	}
	return *made, &storages.FailedError{Storage: *made}
}

// showPlan shows what would be sent.
func showPlan(call *plugin.Call, opts storages.CreateOpts) error {
	call.Infof("nothing was sent")
	return resource.Emit(call, storages.Storage{
		Name: opts.Name, Description: opts.Description, PodManagerID: opts.PodManagerID, CapacityGiB: float64(opts.CapacityGiB),
		Protocol: opts.Protocol, Pool: opts.Pool, EraseOnDetach: opts.EraseOnDetach,
	})
}

// capacity is a size in GiB.
type capacity int64

// UnmarshalText reads a size; without a unit it is in GiB.
func (c *capacity) UnmarshalText(text []byte) error {
	size, err := plugin.ParseSize(string(text), plugin.GiB)
	if err != nil {
		return err
	}
	if size < plugin.GiB || size%plugin.GiB != 0 || size/plugin.GiB > math.MaxInt32 {
		return fmt.Errorf("%q is not a size for a storage: expected whole GiB, at least 1G", text)
	}
	*c = capacity(size / plugin.GiB)
	return nil
}
