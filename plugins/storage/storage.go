package main

import (
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

type grammar struct {
	Storage struct {
		Create createCmd                        `cmd:"" help:"Make a storage out of a pool."`
		List   listCmd                          `cmd:"" help:"List storages."`
		Show   plugin.ShowCmd[storages.Storage] `cmd:"" help:"Show a storage and what its pod says of it."`
		Set    setCmd                           `cmd:"" help:"Change what is known of a storage."`
		Delete deleteCmd                        `cmd:"" help:"Delete storages: their room goes back to the pool."`
		Attach attachCmd                        `cmd:"" help:"Attach a storage to a node."`
		Detach detachCmd                        `cmd:"" help:"Detach storages from their nodes."`
	} `cmd:"" help:"Pooled storage, which nodes can have attached."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Storage.Show = resource.ShowCmd()
	return g
}

var resource = plugin.Resource[storages.Storage]{
	Name: "storage",
	Columns: []plugin.Column[storages.Storage]{
		{Name: "uuid", Heading: "UUID", Value: func(s storages.Storage) any { return s.UUID }},
		{Name: "name", Heading: "Name", Value: func(s storages.Storage) any { return s.Name }},
		{Name: "state", Heading: "State", Value: func(s storages.Storage) any { return s.State }},
		{Name: "capacity_gib", Heading: "GiB", Value: func(s storages.Storage) any { return s.CapacityGiB }},
		{Name: "protocol", Heading: "Protocol", Value: func(s storages.Storage) any { return s.Protocol }},
		{Name: "node_id", Heading: "Node", Value: func(s storages.Storage) any { return command.Text(s.NodeID) }},
		{Name: "podm_id", Heading: "Pod Manager", Show: plugin.LongOnly, Value: func(s storages.Storage) any { return s.PodManagerID }},
		{Name: "pool", Heading: "Pool", Show: plugin.LongOnly, Value: func(s storages.Storage) any { return s.Pool }},
		{Name: "erase_on_detach", Heading: "Erase On Detach", Show: plugin.LongOnly, Value: func(s storages.Storage) any { return s.EraseOnDetach }},
		{Name: "description", Heading: "Description", Show: plugin.LongOnly, Value: func(s storages.Storage) any { return s.Description }},
		{Name: "resource_uri", Heading: "Resource URI", Show: plugin.LongOnly, Value: func(s storages.Storage) any { return s.ResourceURI }},
		{Name: "health_status", Heading: "Health", Show: plugin.RecordOnly, Value: func(s storages.Storage) any { return command.Text(s.Health) }},
		{Name: "erased", Heading: "Erased", Show: plugin.RecordOnly, Value: func(s storages.Storage) any { return s.Erased }},
		{Name: "failure", Heading: "Failure", Show: plugin.RecordOnly, Value: func(s storages.Storage) any { return s.Failure }},
		{Name: "project_id", Heading: "Project", Show: plugin.RecordOnly, Value: func(s storages.Storage) any { return s.ProjectID }},
		{Name: "created_at", Heading: "Created At", Show: plugin.RecordOnly, Value: func(s storages.Storage) any { return command.Moment(s.CreatedAt) }},
		{Name: "updated_at", Heading: "Updated At", Show: plugin.RecordOnly, Value: func(s storages.Storage) any { return command.Moment(s.UpdatedAt) }},
	},
	Find: command.Find(storages.Find),
}
