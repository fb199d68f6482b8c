package chaos

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// compose makes a node: and waits for it, or is told of it early and waits
// then, or asks twice at once with one idempotency key.
func (c *client) compose(ctx context.Context) {
	x := c.newThing("node")
	opts := nodes.CreateOpts{Name: x.name, Description: "of " + c.name, IdempotencyKey: x.name}
	if f := c.flavors.pick(c.rand, nil); f != nil && c.rand.IntN(2) == 0 {
		opts.FlavorID = f.uuid
	}
	var n *nodes.Node
	var e ending
	switch c.rand.IntN(3) {
	case 0:
		n, e = c.create(ctx, "compose", opts)
	case 1:
		opts.Async = true
		n, e = c.create(ctx, "compose async", opts)
	default:
		n, e = c.createTwice(ctx, opts)
	}
	x.created(n.UUID, e)
	if e.err == nil && n.State != nodes.StateComposed {
		e = c.await(ctx, x)
	}
	c.nodes.keep(x, e)
}

func (c *client) create(ctx context.Context, kind string, opts nodes.CreateOpts) (*nodes.Node, ending) {
	n := &nodes.Node{}
	e := c.write(ctx, kind, func(ctx context.Context, _ bool) error {
		made, err := nodes.Create(ctx, c.ServiceClient, opts).Extract()
		if err == nil {
			n = made
		}
		return err
	})
	return n, e
}

// createTwice sends the same request twice at once, to two replicas.
func (c *client) createTwice(ctx context.Context, opts nodes.CreateOpts) (*nodes.Node, ending) {
	var made [2]*nodes.Node
	var ends [2]ending
	var both sync.WaitGroup
	for i := range 2 {
		both.Go(func() { made[i], ends[i] = c.create(ctx, "compose twice", opts) })
	}
	both.Wait()
	if ends[0].err == nil && ends[1].err == nil && made[0].UUID != made[1].UUID {
		c.w.Errorf("one idempotency key, %s, made two nodes: %s and %s", opts.IdempotencyKey, made[0].UUID, made[1].UUID)
	}
	if ends[0].err == nil {
		return made[0], ends[0]
	}
	ends[1].unsure = ends[1].unsure || ends[1].err != nil && ends[0].unsure
	return made[1], ends[1]
}

// await waits until a node is composed.
func (c *client) await(ctx context.Context, x *thing) ending {
	e := c.write(ctx, "wait for a node", func(ctx context.Context, _ bool) error {
		_, err := nodes.WaitFor(ctx, c.ServiceClient, x.uuid, nil)
		return err
	})
	if _, failed := errors.AsType[*nodes.FailedError](e.err); failed || statusOf(e.err) == http.StatusNotFound {
		c.w.Errorf("%s was accepted and not composed: %v", x, e.err)
	}
	return e
}

// power switches a machine on or off.
func (c *client) power(ctx context.Context) {
	x := c.nodes.pick(c.rand, nil)
	if x == nil {
		return
	}
	reset, state := nodes.ResetForceOff, "Off"
	if c.rand.IntN(2) == 0 {
		reset, state = nodes.ResetOn, "On"
	}
	e := c.write(ctx, "power", func(ctx context.Context, _ bool) error {
		return nodes.Reset(ctx, c.ServiceClient, x.uuid, reset).ExtractErr()
	})
	x.changed(state, e)
	c.nodes.keep(x, e)
}

func (c *client) deleteNode(ctx context.Context) {
	x := c.nodes.pick(c.rand, nil)
	if x == nil {
		return
	}
	e := c.write(ctx, "delete node", func(ctx context.Context, again bool) error {
		return doneBefore(nodes.Delete(ctx, c.ServiceClient, x.uuid).ExtractErr(), again)
	})
	x.deleted(e)
	c.nodes.keep(x, e)
	c.freed(x, e)
}

func (c *client) showNode(ctx context.Context) {
	x := c.nodes.pick(c.rand, nil)
	if x == nil {
		return
	}
	var n *nodes.Node
	err := c.read(ctx, "show node", func(ctx context.Context) (err error) {
		n, err = nodes.Get(ctx, c.ServiceClient, x.uuid).Extract()
		return err
	})
	switch {
	case statusOf(err) == http.StatusNotFound:
		c.w.Errorf("%s is lost", x)
	case err == nil && (n.State != nodes.StateComposed || n.Name != x.name || !x.may(n.PowerState)):
		c.w.Errorf("%s is shown as %q, %s, power %s; expected power %v", x, n.Name, n.State, n.PowerState, x.contents)
	}
}

func (c *client) listNodes(ctx context.Context) {
	found := map[string]bool{}
	err := c.read(ctx, "list nodes", func(ctx context.Context) error {
		for n, err := range nodes.All(ctx, c.ServiceClient, nil) {
			if err != nil {
				return err
			}
			found[n.UUID] = true
		}
		return nil
	})
	c.compare("node", found, err)
}

// compare compares a list, which has to contain every write that was
// acknowledged before, with what the client knows.
func (c *client) compare(kind string, found map[string]bool, err error) {
	if err != nil {
		return // it is among the failures
	}
	for _, x := range c.made {
		switch {
		case x.kind != kind || x.uuid == "":
		case !x.mayBeGone && !found[x.uuid]:
			c.w.Errorf("%s was acknowledged and is not in the list", x)
		case !x.mayExist && found[x.uuid]:
			c.w.Errorf("%s was deleted and is in the list", x)
		}
	}
}
