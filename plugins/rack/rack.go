package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/racks"
)

type grammar struct {
	Rack struct {
		List listCmd `cmd:"" help:"List racks."`
		Show showCmd `cmd:"" help:"Show a rack."`
	} `cmd:"" help:"Racks of the pods."`
}

var resource = plugin.Resource[racks.Rack]{
	Name: "rack",
	Columns: []plugin.Column[racks.Rack]{
		{Name: "id", Heading: "ID", Value: func(r racks.Rack) any { return r.ID }},
		{Name: "name", Heading: "Name", Value: func(r racks.Rack) any { return r.Name }},
		{Name: "system_count", Heading: "Systems", Value: func(r racks.Rack) any { return len(r.Systems) }},
		{Name: "health", Heading: "Health", Value: func(r racks.Rack) any { return r.Health }},
		{Name: "podm_id", Heading: "Pod Manager", Value: func(r racks.Rack) any { return r.PodManagerID }},
		{Name: "manufacturer", Heading: "Manufacturer", Show: plugin.LongOnly, Value: func(r racks.Rack) any { return r.Manufacturer }},
		{Name: "model", Heading: "Model", Show: plugin.LongOnly, Value: func(r racks.Rack) any { return r.Model }},
		{Name: "serial_number", Heading: "Serial Number", Show: plugin.LongOnly, Value: func(r racks.Rack) any { return r.SerialNumber }},
		{Name: "description", Heading: "Description", Show: plugin.LongOnly, Value: func(r racks.Rack) any { return r.Description }},
		{Name: "resource_uri", Heading: "Resource URI", Show: plugin.LongOnly, Value: func(r racks.Rack) any { return r.ResourceURI }},
		{Name: "inventory_at", Heading: "Read At", Show: plugin.LongOnly, Value: func(r racks.Rack) any { return command.Moment(r.InventoryAt) }},
		{Name: "systems", Heading: "System UUIDs", Show: plugin.LongOnly, Value: func(r racks.Rack) any { return r.Systems }},
	},
}

// listCmd lists racks.
type listCmd struct {
	PodManager string `help:"Only racks of this pod manager." placeholder:"NAME|UUID" complete:"podmanager"`
	Tree       bool   `help:"Draw what stands in each rack, and which of the nodes that you may see uses it. Other formats than the table are as without it."`
	Refresh    bool   `help:"Read the pods now, instead of showing what was read last. May take long."`
}

// Result is a list of racks.
func (c *listCmd) Result() plugin.Result { return resource.ListResult() }

// Examples are for the help.
func (c *listCmd) Examples() []string {
	return []string{"rack list", "rack list --tree --pod-manager row4-podm", "rack list --long -f json"}
}

// Run lists.
func (c *listCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	all, err := c.read(ctx, call, client)
	if err != nil {
		return err
	}
	if c.Tree {
		if err := draw(ctx, call, client, c.PodManager, all); err != nil {
			return err
		}
	}
	return resource.EmitAll(call, all...)
}

// read reads the racks, with the details that --long shows.
func (c *listCmd) read(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient) ([]racks.Rack, error) {
	var all []racks.Rack
	opts := racks.ListOpts{PodManagerID: c.PodManager, ShowDetail: true, Refresh: c.Refresh}
	err := racks.List(client, opts).EachPage(ctx, func(_ context.Context, page pagination.Page) (bool, error) {
		found, err := racks.ExtractRacks(page)
		if err != nil {
			return false, err
		}
		command.Warn(call, page.(racks.RackPage).Freshness())
		all = append(all, found...)
		return true, nil
	})
	return all, err
}

// showCmd shows a rack.
type showCmd struct {
	Rack       string `arg:"" help:"Name of the rack, or the id that its pod has for it." complete:"rack"`
	PodManager string `help:"The pod manager that has it, where several have one of that name." placeholder:"NAME|UUID" complete:"podmanager"`
	Tree       bool   `help:"Draw what stands in the rack, and which of the nodes that you may see uses it. Other formats than the table are as without it."`
	Refresh    bool   `help:"Read the pods now, instead of showing what was read last. May take long."`
}

// Result is the rack.
func (c *showCmd) Result() plugin.Result { return resource.RecordResult() }

// Examples are for the help.
func (c *showCmd) Examples() []string {
	return []string{"rack show my-rack", "rack show my-rack --tree", "rack show 2 --pod-manager row4-podm -f json"}
}

// Run shows.
func (c *showCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	got := racks.Get(ctx, client, c.Rack, racks.GetOpts{PodManagerID: c.PodManager, Refresh: c.Refresh})
	rack, err := got.Extract()
	if err != nil {
		return advise(err)
	}
	command.Warn(call, got.Freshness())
	if c.Tree {
		if err := draw(ctx, call, client, rack.PodManagerID, []racks.Rack{*rack}); err != nil {
			return err
		}
	}
	return resource.Emit(call, *rack)
}

// advise adds to the refusal of a name that several have what to do about it.
func advise(err error) error {
	answer, ok := errors.AsType[*valence.Error](err)
	if !ok || answer.Status != http.StatusConflict {
		return err
	}
	return &plugin.Error{
		Code: plugin.Conflict, Message: answer.Error(), Status: answer.Status, RequestID: answer.RequestID(),
		Hint: "name its pod manager with --pod-manager",
	}
}
