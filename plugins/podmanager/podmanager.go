package main

import (
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

type grammar struct {
	Podmanager struct {
		Create createCmd                              `cmd:"" help:"Register a pod manager."`
		List   plugin.ListCmd[podmanagers.PodManager] `cmd:"" help:"List pod managers."`
		Show   plugin.ShowCmd[podmanagers.PodManager] `cmd:"" help:"Show a pod manager."`
		Set    setCmd                                 `cmd:"" help:"Change a pod manager."`
		Delete deleteCmd                              `cmd:"" help:"Forget pod managers."`
	} `cmd:"" help:"Pod managers, which own the hardware."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Podmanager.List, g.Podmanager.Show = resource.ListCmd(), resource.ShowCmd()
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
		{Name: "status_since", Heading: "Status Since", Show: plugin.LongOnly, Value: func(p podmanagers.PodManager) any { return command.Moment(p.StatusSince) }},
		{Name: "description", Heading: "Description", Show: plugin.RecordOnly, Value: func(p podmanagers.PodManager) any { return p.Description }},
		{Name: "location", Heading: "Location", Show: plugin.LongOnly, Value: func(p podmanagers.PodManager) any { return p.Location }},
		{Name: "ca_certificate", Heading: "CA Certificate", Show: plugin.RecordOnly, Value: func(p podmanagers.PodManager) any { return p.CACertificate }},
		{Name: "created_at", Heading: "Created At", Show: plugin.LongOnly, Value: func(p podmanagers.PodManager) any { return command.Moment(p.CreatedAt) }},
		{Name: "updated_at", Heading: "Updated At", Show: plugin.LongOnly, Value: func(p podmanagers.PodManager) any { return command.Moment(p.UpdatedAt) }},
	},
	List: command.List(podmanagers.All, nil),
	Find: command.Find(podmanagers.Find),
}
