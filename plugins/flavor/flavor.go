package main

import (
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
)

type grammar struct {
	Flavor struct {
		Create createCmd                        `cmd:"" help:"Make a flavor."`
		List   plugin.ListCmd[flavors.Flavor]   `cmd:"" help:"List flavors."`
		Show   plugin.ShowCmd[flavors.Flavor]   `cmd:"" help:"Show a flavor."`
		Set    setCmd                           `cmd:"" help:"Change a flavor; nodes composed from it stay as they are."`
		Delete plugin.DeleteCmd[flavors.Flavor] `cmd:"" help:"Delete flavors; nodes composed from them stay."`
	} `cmd:"" help:"Flavors: named sets of requirements for nodes."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Flavor.List, g.Flavor.Show, g.Flavor.Delete = resource.ListCmd(), resource.ShowCmd(), resource.DeleteCmd()
	return g
}

var resource = plugin.Resource[flavors.Flavor]{
	Name: "flavor",
	Columns: []plugin.Column[flavors.Flavor]{
		{Name: "uuid", Heading: "UUID", Value: func(f flavors.Flavor) any { return f.UUID }},
		{Name: "name", Heading: "Name", Value: func(f flavors.Flavor) any { return f.Name }},
		{Name: "properties", Heading: "Properties", Value: func(f flavors.Flavor) any { return f.Properties }},
		{Name: "description", Heading: "Description", Show: plugin.LongOnly, Value: func(f flavors.Flavor) any { return f.Description }},
		{Name: "created_at", Heading: "Created At", Show: plugin.LongOnly, Value: func(f flavors.Flavor) any { return command.Moment(f.CreatedAt) }},
		{Name: "updated_at", Heading: "Updated At", Show: plugin.LongOnly, Value: func(f flavors.Flavor) any { return command.Moment(f.UpdatedAt) }},
	},
	List:   command.List(flavors.All, nil),
	Find:   command.Find(flavors.Find),
	Delete: command.Delete(flavors.Delete, func(f flavors.Flavor) string { return f.UUID }),
}
