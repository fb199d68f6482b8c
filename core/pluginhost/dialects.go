package pluginhost

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/valence-rsd/valence/internal/wire"
)

// dialects are versions of the protocol, each with what talks to a plugin in
// it. The shell offers all, the plugin picks the highest that it has too; see
// docs/decisions/0005.
type dialects map[int]plugin.Plugin

// spoken are the versions that this shell speaks. A version stays here for as
// long as plugins that know no later one are to go on working.
func spoken() dialects {
	return dialects{wire.Protocol: stub{}}
}

// sets are the dialects as go-plugin wants them, which adds to the map.
func (d dialects) sets() map[int]plugin.PluginSet {
	sets := map[int]plugin.PluginSet{}
	for version, p := range d {
		sets[version] = plugin.PluginSet{wire.PluginName: p}
	}
	return sets
}

// String lists the versions, such as 1, 2.
func (d dialects) String() string {
	var out []string
	for _, version := range slices.Sorted(maps.Keys(d)) {
		out = append(out, fmt.Sprint(version))
	}
	return strings.Join(out, ", ")
}

// older is the side to upgrade when a plugin speaks only another version.
func (d dialects) older(version int) string {
	if version > slices.Max(slices.Collect(maps.Keys(d))) {
		return "valence"
	}
	return "the plugin"
}

// stub is the shell's side of go-plugin's registration.
type stub struct{ plugin.NetRPCUnsupportedPlugin }

// GRPCServer has no use on this side.
func (stub) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("the shell serves no plugins")
}

// GRPCClient makes the protocol's client.
func (stub) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, c *grpc.ClientConn) (any, error) {
	return wire.NewPluginClient(c), nil
}
