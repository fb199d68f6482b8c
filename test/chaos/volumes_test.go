package chaos

import (
	"context"
	"net/http"
	"slices"
)

// volume is a storage as the service shows it.
type volume struct {
	UUID        string `json:"uuid"`
	Name        string `json:"name"`
	State       string `json:"state"`
	NodeID      string `json:"node_id"` // empty for null
	ResourceURI string `json:"resource_uri"`
}

func (c *client) createVolume(ctx context.Context) {
	x := c.newThing("volume")
	body := map[string]any{"name": x.name, "capacity_gib": 1 + c.rand.IntN(4)}
	var v volume
	e := c.write(ctx, "create storage", func(ctx context.Context, _ bool) error {
		return c.send(ctx, http.MethodPost, []string{"storages"}, body, &v, map[string]string{"Idempotency-Key": x.name})
	})
	if e.err == nil && v.State != "available" {
		c.w.Errorf("%s was made and is %s", x, v.State)
	}
	x.contents = []string{""}
	x.created(v.UUID, e)
	c.volumes.keep(x, e)
}

func detached(x *thing) bool { return x.contents[0] == "" }

func attached(x *thing) bool { return x.contents[0] != "" }

func (c *client) attach(ctx context.Context) {
	x, n := c.volumes.pick(c.rand, detached), c.nodes.pick(c.rand, nil)
	if x == nil || n == nil {
		return
	}
	e := c.write(ctx, "attach storage", func(ctx context.Context, _ bool) error {
		return c.send(ctx, http.MethodPost, []string{"nodes", n.uuid, "storages"}, map[string]any{"volumeId": x.uuid}, nil, nil)
	})
	x.changed(n.uuid, e)
	c.volumes.keep(x, e)
}

func (c *client) detach(ctx context.Context) {
	x := c.volumes.pick(c.rand, attached)
	if x == nil {
		return
	}
	e := c.write(ctx, "detach storage", func(ctx context.Context, again bool) error {
		err := c.send(ctx, http.MethodDelete, []string{"nodes", x.contents[0], "storages", x.uuid}, nil, nil, nil)
		return doneBefore(err, again)
	})
	x.changed("", e)
	c.volumes.keep(x, e)
}

// freed is what is known of the volumes of a node after a request to delete it.
func (c *client) freed(n *thing, e ending) {
	for _, x := range c.made {
		at := slices.Index(x.contents, n.uuid)
		switch {
		case x.kind != "volume" || at < 0:
		case e.err == nil:
			x.contents[at] = ""
		case e.unsure:
			x.contents = append(x.contents, "")
			c.volumes.drop(x)
		}
	}
}

func (c *client) deleteVolume(ctx context.Context) {
	x := c.volumes.pick(c.rand, detached)
	if x == nil {
		return
	}
	e := c.write(ctx, "delete storage", func(ctx context.Context, again bool) error {
		err := c.send(ctx, http.MethodDelete, []string{"storages", x.uuid}, nil, nil, nil)
		return doneBefore(err, again)
	})
	x.deleted(e)
	c.volumes.keep(x, e)
}

func (c *client) showVolume(ctx context.Context) {
	x := c.volumes.pick(c.rand, nil)
	if x == nil {
		return
	}
	var v volume
	err := c.read(ctx, "show storage", func(ctx context.Context) error {
		return c.send(ctx, http.MethodGet, []string{"storages", x.uuid}, nil, &v, nil)
	})
	switch {
	case statusOf(err) == http.StatusNotFound:
		c.w.Errorf("%s is lost", x)
	case err == nil && (v.Name != x.name || !x.may(v.NodeID)):
		c.w.Errorf("%s is shown as %+v; expected it at one of the nodes %q", x, v, x.contents)
	}
}

func (c *client) listVolumes(ctx context.Context) {
	found := map[string]bool{}
	err := c.read(ctx, "list storages", func(ctx context.Context) error {
		all, err := c.allVolumes(ctx)
		for _, v := range all {
			found[v.UUID] = true
		}
		return err
	})
	c.compare("volume", found, err)
}

// allVolumes reads all volumes, which fit on one page.
func (c *client) allVolumes(ctx context.Context) (all []volume, err error) {
	err = c.send(ctx, http.MethodGet, []string{"storages"}, nil, &all, nil)
	return all, err
}
