package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

// listCmd lists systems.
type listCmd struct {
	PodManager string   `help:"Only systems of this pod manager." placeholder:"NAME|UUID" complete:"podmanager"`
	Property   []string `help:"Only systems with this value of a property of Redfish, such as Status/Health=OK, or of a filter of the API, such as ram=64. May be given several times: all have to match." placeholder:"KEY=VALUE" sep:"none"`
	Refresh    bool     `help:"Read the pods now, instead of showing what was read last. May take long."`
}

// Result is a list of systems.
func (c *listCmd) Result() plugin.Result { return resource.ListResult() }

// Examples are for the help.
func (c *listCmd) Examples() []string {
	return []string{
		"system list", "system list --pod-manager row4-podm --refresh",
		"system list --property Status/Health=Critical --property ram=64 --long -f json",
	}
}

// Run lists.
func (c *listCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	filters, err := filters(c.Property)
	if err != nil {
		return err
	}
	opts := systems.ListOpts{PodManagerID: c.PodManager, Filters: filters, Refresh: c.Refresh}
	return blame(command.EmitPages(ctx, call, &resource, systems.List(client, opts), systems.ExtractSystems))
}

// filters takes the values of --property apart.
func filters(properties []string) (map[string]string, error) {
	filters := map[string]string{}
	for _, property := range properties {
		key, value, ok := strings.Cut(property, "=")
		if !ok || key == "" {
			return nil, plugin.Errorf(plugin.Usage, "--property takes KEY=VALUE, such as Status/Health=OK, not %q", property)
		}
		if _, twice := filters[key]; twice {
			return nil, plugin.Errorf(plugin.Usage, "--property has %q twice: a system has one value of it", key)
		}
		filters[key] = value
	}
	return filters, nil
}

// blame says that --property is wrong where it is: the client library knows
// what is no filter, and the service which filters there are.
func blame(err error) error {
	if wrong, ok := errors.AsType[gophercloud.ErrInvalidInput](err); ok {
		return plugin.Errorf(plugin.Usage, "--property takes what systems are chosen by, such as Status/Health=OK, not %q", wrong.Value)
	}
	if answer, ok := errors.AsType[*valence.Error](err); ok && answer.Status == http.StatusBadRequest {
		return &plugin.Error{
			Code: plugin.Usage, Message: "--property: " + answer.Detail, Status: answer.Status, RequestID: answer.RequestID(),
		}
	}
	return err
}
