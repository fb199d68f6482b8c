package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// manageCmd adopts a machine.
type manageCmd struct {
	Index      string `arg:"" help:"What the pod calls the machine: the last segment of its path there."`
	PodManager string `help:"Pod manager that has it; needed only when there are several." placeholder:"NAME|UUID" complete:"podmanager"`
	Name       string `help:"Name of the node; the one that the pod has for it when not given." placeholder:"NAME"`
}

// Help is shown below the synopsis.
func (c *manageCmd) Help() string {
	return "The machine itself is not changed. From now on it is a node like one that was composed here."
}

// Examples are for the help.
func (c *manageCmd) Examples() []string {
	return []string{"node manage 12", "node manage --pod-manager row4-podm --name web-1 12"}
}

// Result is the node.
func (c *manageCmd) Result() plugin.Result { return resource.RecordResult() }

// Run adopts.
func (c *manageCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	opts := nodes.ManageOpts{Index: c.Index, Name: c.Name}
	if opts.PodManagerID, err = command.PodManagerID(ctx, client, c.PodManager); err != nil {
		return err
	}
	node, err := nodes.Manage(ctx, client, opts).Extract()
	if err != nil {
		return err
	}
	full, err := nodes.Get(ctx, client, node.UUID).Extract()
	if err != nil {
		return err
	}
	return resource.Emit(call, *full)
}

// registerCmd enrols nodes.
type registerCmd struct {
	targets
	Driver         string            `help:"Hardware type there; redfish when not given." placeholder:"TYPE"`
	ResourceClass  string            `help:"Resource class there, which schedulers ask for." placeholder:"CLASS"`
	ConductorGroup string            `help:"Which conductors may manage it." placeholder:"GROUP"`
	DriverInfo     map[string]string `help:"Laid over what the service knows itself, such as deploy_kernel=URL. May be given several times." placeholder:"KEY=VALUE" mapsep:"none"`
	Property       map[string]string `help:"Any other field of a node there, such as extra={\"row\":4}: JSON, or else text. May be given several times." placeholder:"KEY=VALUE" mapsep:"none"`
}

// Help is shown below the synopsis.
func (c *registerCmd) Help() string {
	return "The service knows the address and the credentials of the pod manager, the processors, the memory and the network " +
		"interfaces; a node has the same UUID there as here. Registering it again brings it in step."
}

// Examples are for the help.
func (c *registerCmd) Examples() []string {
	return []string{"node register web-1", "node register --resource-class baremetal web-1 web-2"}
}

// Run enrols.
func (c *registerCmd) Run(ctx context.Context, call *plugin.Call) error {
	opts := nodes.RegisterOpts{
		Driver: c.Driver, ResourceClass: c.ResourceClass, ConductorGroup: c.ConductorGroup,
		DriverInfo: read(c.DriverInfo), More: read(c.Property),
	}
	return c.each(ctx, call, func(ctx context.Context, client *gophercloud.ServiceClient, n nodes.Node) error {
		_, err := nodes.Register(ctx, client, n.UUID, opts).Extract()
		return err
	})
}

// read takes values for the JSON that they are, or else for text.
func read(texts map[string]string) map[string]any {
	values := map[string]any{}
	for key, text := range texts {
		var value any
		if err := json.Unmarshal([]byte(strings.TrimSpace(text)), &value); err != nil {
			value = text
		}
		values[key] = value
	}
	return values
}

// deregisterCmd removes nodes from Bare Metal.
type deregisterCmd struct{ targets }

// Examples are for the help.
func (c *deregisterCmd) Examples() []string {
	return []string{"node deregister web-1", "node deregister web-1 web-2"}
}

// Run removes.
func (c *deregisterCmd) Run(ctx context.Context, call *plugin.Call) error {
	return c.each(ctx, call, func(ctx context.Context, client *gophercloud.ServiceClient, n nodes.Node) error {
		_, err := nodes.Deregister(ctx, client, n.UUID).Extract()
		return err
	})
}
