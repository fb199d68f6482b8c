package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

// attachments are what is attached to nodes.
var attachments = plugin.Resource[storages.Attachment]{
	Columns: []plugin.Column[storages.Attachment]{
		{Name: "id", Heading: "ID", Value: func(a storages.Attachment) any { return a.ID }},
		{Name: "volumeId", Heading: "Storage", Value: func(a storages.Attachment) any { return a.StorageID }},
		{Name: "serverId", Heading: "Node", Value: func(a storages.Attachment) any { return a.NodeID }},
		{Name: "device", Heading: "Device", Value: func(a storages.Attachment) any { return a.Device }},
		{Name: "state", Heading: "State", Value: func(a storages.Attachment) any { return a.State }},
	},
}

// storageListCmd lists what is attached to a node.
type storageListCmd struct {
	Node string `arg:"" help:"Name or UUID of the node." complete:"node"`
}

// Examples are for the help.
func (c *storageListCmd) Examples() []string {
	return []string{"node storage list web-1", "node storage list web-1 -f json"}
}

// Result is a list of attachments.
func (c *storageListCmd) Result() plugin.Result { return attachments.ListResult() }

// Run lists.
func (c *storageListCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	node, err := nodes.FindBrief(ctx, client, c.Node)
	if err != nil {
		return err
	}
	return attachments.EmitList(call, storages.AllAttachments(ctx, client, node.UUID, nil))
}
