package ironic

import (
	"context"
	"net/http"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/ports"

	"github.com/valence-rsd/valence/service"
)

// matchPorts gives a node one port for each MAC address, and no others.
func (c *call) matchPorts(ctx context.Context, node string, macs []string) error {
	there, err := c.ports(ctx, ports.ListOpts{NodeUUID: node})
	if err != nil {
		return c.trouble(ctx, "reading the ports of the node in Ironic", err)
	}
	for _, mac := range macs {
		if slices.ContainsFunc(there, func(p ports.Port) bool { return p.Address == mac }) {
			continue
		}
		if err := c.addPort(ctx, node, mac); err != nil {
			return err
		}
	}
	for _, p := range there {
		if slices.Contains(macs, p.Address) {
			continue
		}
		err := c.patiently(ctx, func() error { return ports.Delete(ctx, c.client, p.UUID).ExtractErr() })
		if err != nil && !notFound(err) {
			return c.trouble(ctx, "removing the port "+p.Address+" of the node in Ironic", err)
		}
	}
	return nil
}

func (c *call) ports(ctx context.Context, o ports.ListOpts) ([]ports.Port, error) {
	o.Fields = []string{"uuid", "address", "node_uuid"}
	page, err := ports.List(c.client, o).AllPages(ctx)
	if err != nil {
		return nil, err
	}
	return ports.ExtractPorts(page)
}

// addPort makes a port. Ironic does not say whose the address is when it is
// another's.
func (c *call) addPort(ctx context.Context, node, mac string) error {
	err := c.patiently(ctx, func() error {
		return ports.Create(ctx, c.client, ports.CreateOpts{NodeUUID: node, Address: mac}).Err
	})
	if statusOf(err) == http.StatusConflict {
		owner := c.ownerOf(ctx, mac)
		if owner == node {
			return nil
		}
		if owner != "" {
			return service.Errorf(service.Conflict, "the MAC address %s belongs to another node in Ironic: %s", mac, owner)
		}
	}
	return c.trouble(ctx, "adding the port "+mac+" to the node in Ironic", err)
}

// ownerOf is the UUID of the node that has a MAC address; empty where there is
// none that may be seen.
func (c *call) ownerOf(ctx context.Context, mac string) string {
	found, err := c.ports(ctx, ports.ListOpts{Address: mac})
	if err != nil || len(found) == 0 {
		return ""
	}
	return found[0].NodeUUID
}
