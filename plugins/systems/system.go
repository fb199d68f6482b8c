package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

type grammar struct {
	System struct {
		List      listCmd      `cmd:"" help:"List systems."`
		Show      showCmd      `cmd:"" help:"Show a system."`
		Inventory inventoryCmd `cmd:"" help:"List what a system is made of."`
	} `cmd:"" help:"Computer systems of the pods, composed or not."`
}

// The API has Name and Description with capitals; they are as everywhere else
// here, and completion looks for name.
var resource = plugin.Resource[systems.System]{
	Name: "system",
	Columns: []plugin.Column[systems.System]{
		{Name: "uuid", Heading: "UUID", Value: func(s systems.System) any { return s.UUID }},
		{Name: "name", Heading: "Name", Value: func(s systems.System) any { return s.Name }},
		{Name: "power_state", Heading: "Power State", Value: func(s systems.System) any { return s.PowerState }},
		{Name: "health", Heading: "Health", Value: func(s systems.System) any { return s.Health }},
		{Name: "cpu_cores", Heading: "Cores", Value: func(s systems.System) any { return s.CPU.Cores }},
		{Name: "ram", Heading: "Memory GiB", Value: func(s systems.System) any { return s.RAM }},
		{Name: "storage", Heading: "Storage GiB", Value: func(s systems.System) any { return s.Storage }},
		{Name: "podm_id", Heading: "Pod Manager", Value: func(s systems.System) any { return s.PodManagerID }},
		{Name: "id", Heading: "ID", Show: plugin.LongOnly, Value: func(s systems.System) any { return s.ID }},
		{Name: "network", Heading: "Interfaces", Show: plugin.LongOnly, Value: func(s systems.System) any { return s.Network }},
		{Name: "cpu_arch", Heading: "Architecture", Show: plugin.LongOnly, Value: func(s systems.System) any { return s.CPU.Arch }},
		{Name: "cpu_model", Heading: "Processor", Show: plugin.LongOnly, Value: func(s systems.System) any { return s.CPU.Model }},
		{Name: "chassis_id", Heading: "Chassis", Show: plugin.LongOnly, Value: func(s systems.System) any { return s.ChassisID }},
		{Name: "location", Heading: "Location", Show: plugin.LongOnly, Value: func(s systems.System) any { return s.Location }},
		{Name: "resource_uri", Heading: "Resource URI", Show: plugin.LongOnly, Value: func(s systems.System) any { return s.ResourceURI }},
		{Name: "inventory_at", Heading: "Read At", Show: plugin.LongOnly, Value: func(s systems.System) any { return command.Moment(s.InventoryAt) }},
		{Name: "description", Heading: "Description", Show: plugin.RecordOnly, Value: func(s systems.System) any { return s.Description }},
		{Name: "assettag", Heading: "Asset Tag", Show: plugin.RecordOnly, Value: func(s systems.System) any { return s.AssetTag }},
	},
}

// target is one system.
type target struct {
	System     string `arg:"" help:"Name or UUID of the system, or the id that its pod has for it." complete:"system"`
	PodManager string `help:"The pod manager that has it, where several have one of that name." placeholder:"NAME|UUID" complete:"podmanager"`
	Refresh    bool   `help:"Read it from its pod now, instead of showing what was read last."`
}

func (t target) opts() systems.GetOpts {
	return systems.GetOpts{PodManagerID: t.PodManager, Refresh: t.Refresh}
}

// advise adds to the refusal of a name that several have what to do about it.
func advise(err error) error {
	answer, ok := errors.AsType[*valence.Error](err)
	if !ok || answer.Status != http.StatusConflict {
		return err
	}
	return &plugin.Error{
		Code: plugin.Conflict, Message: answer.Error(), Status: answer.Status, RequestID: answer.RequestID(),
		Hint: "name its pod manager with --pod-manager, or the system by its UUID",
	}
}

// showCmd shows a system.
type showCmd struct{ target }

// Result is the system.
func (c *showCmd) Result() plugin.Result { return resource.RecordResult() }

// Examples are for the help.
func (c *showCmd) Examples() []string {
	return []string{"system show my-system", "system show 9 --pod-manager row4-podm --refresh -f json"}
}

// Run shows.
func (c *showCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	got := systems.Get(ctx, client, c.System, c.opts())
	system, err := got.Extract()
	if err != nil {
		return advise(err)
	}
	command.Warn(call, got.Freshness())
	return resource.Emit(call, *system)
}
