package main

import (
	"context"
	"iter"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

type grammar struct {
	Podmanager struct {
		Create createCmd                                `cmd:"" help:"Register a pod manager."`
		List   plugin.ListCmd[podmanagers.PodManager]   `cmd:"" help:"List pod managers."`
		Show   plugin.ShowCmd[podmanagers.PodManager]   `cmd:"" help:"Show a pod manager."`
		Delete plugin.DeleteCmd[podmanagers.PodManager] `cmd:"" help:"Forget pod managers that have no nodes."`
	} `cmd:"" help:"Pod managers, which own the hardware."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Podmanager.List, g.Podmanager.Show, g.Podmanager.Delete = resource.ListCmd(), resource.ShowCmd(), resource.DeleteCmd()
	return g
}

// The columns are those of the Python client, and why and since when the status
// is what it is.
var resource = plugin.Resource[podmanagers.PodManager]{
	Name: "podmanager",
	Columns: []plugin.Column[podmanagers.PodManager]{
		{Name: "uuid", Heading: "UUID", Value: func(p podmanagers.PodManager) any { return p.UUID }},
		{Name: "name", Heading: "Name", Value: func(p podmanagers.PodManager) any { return p.Name }},
		{Name: "url", Heading: "URL", Value: func(p podmanagers.PodManager) any { return p.URL }},
		{Name: "driver", Heading: "Driver", Value: func(p podmanagers.PodManager) any { return p.Driver }},
		{Name: "status", Heading: "Status", Value: func(p podmanagers.PodManager) any { return p.Status }},
		{Name: "status_reason", Heading: "Status Reason", Show: plugin.LongOnly, Value: func(p podmanagers.PodManager) any { return p.StatusReason }},
		{Name: "status_since", Heading: "Status Since", Show: plugin.LongOnly, Value: func(p podmanagers.PodManager) any { return p.StatusSince }},
		{Name: "created_at", Heading: "Created At", Show: plugin.LongOnly, Value: func(p podmanagers.PodManager) any { return p.CreatedAt }},
		{Name: "updated_at", Heading: "Updated At", Show: plugin.LongOnly, Value: func(p podmanagers.PodManager) any { return p.UpdatedAt }},
	},
	List: func(ctx context.Context, call *plugin.Call) iter.Seq2[podmanagers.PodManager, error] {
		client, err := connect(call)
		if err != nil {
			return func(yield func(podmanagers.PodManager, error) bool) { yield(podmanagers.PodManager{}, err) }
		}
		return podmanagers.All(ctx, client, nil)
	},
	Find: func(ctx context.Context, call *plugin.Call, nameOrID string) (podmanagers.PodManager, error) {
		client, err := connect(call)
		if err != nil {
			return podmanagers.PodManager{}, err
		}
		return podmanagers.Find(ctx, client, nameOrID)
	},
	Delete: func(ctx context.Context, call *plugin.Call, p podmanagers.PodManager) error {
		client, err := connect(call)
		if err != nil {
			return err
		}
		return podmanagers.Delete(ctx, client, p.UUID, nil).ExtractErr()
	},
}

func connect(call *plugin.Call) (*gophercloud.ServiceClient, error) {
	return valence.NewClient(call.Service("rack-scale"))
}
