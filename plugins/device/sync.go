package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/devices"
)

// syncCmd looks for devices.
type syncCmd struct {
	PodManager string `help:"Look on this pod manager only." placeholder:"NAME|UUID" complete:"podmanager"`
}

// outcome is what became of one pod manager.
var outcome = plugin.Resource[devices.PodManagerSync]{
	Columns: []plugin.Column[devices.PodManagerSync]{
		{Name: "podm_id", Heading: "Pod Manager", Value: func(s devices.PodManagerSync) any { return s.PodManagerID }},
		{Name: "status", Heading: "Status", Value: func(s devices.PodManagerSync) any { return s.Status }},
		{Name: "detail", Heading: "Detail", Value: func(s devices.PodManagerSync) any { return command.Text(s.Detail) }},
	},
}

// Help is shown below the synopsis.
func (c *syncCmd) Help() string {
	return "Waits until all pod managers were read, or could not be. The service does the same by itself from time to time."
}

// Examples are for the help.
func (c *syncCmd) Examples() []string {
	return []string{"device sync", "device sync --pod-manager row4 -f json"}
}

// Result is a list of pod managers.
func (c *syncCmd) Result() plugin.Result { return outcome.ListResult() }

// Run looks for devices. A pod manager that could not be read fails the command
// once the others were shown.
func (c *syncCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	var opts devices.SyncOpts
	if opts.PodManagerID, err = command.PodManagerID(ctx, client, c.PodManager); err != nil {
		return err
	}
	call.Progress("looking for devices", 0, 0)
	results, err := devices.Sync(ctx, client, opts).Extract()
	if err != nil {
		return err
	}
	if err := outcome.EmitAll(call, results...); err != nil {
		return err
	}
	if n := failures(results); n > 0 {
		return plugin.Errorf(plugin.Failed, "%d of %d pod managers could not be read", n, len(results))
	}
	return nil
}

func failures(results []devices.PodManagerSync) (n int) {
	for _, r := range results {
		if r.Status != devices.SyncSuccess {
			n++
		}
	}
	return n
}
