package chaos

import (
	"context"
	"fmt"
	"net/http"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
)

// createFlavor makes a flavor. There is no key for repeating that: whoever does
// not know whether it was made looks.
func (c *client) createFlavor(ctx context.Context) {
	x := c.newThing("flavor")
	opts := flavors.CreateOpts{
		Name: x.name, Description: "first", Properties: valence.Properties{Memory: valence.Memory{CapacityMiB: 1024}},
	}
	var uuid string
	e := c.write(ctx, "create flavor", func(ctx context.Context, again bool) error {
		if again {
			if f, err := flavors.Find(ctx, c.ServiceClient, x.name); err == nil {
				uuid = f.UUID
				return nil
			}
		}
		f, err := flavors.Create(ctx, c.ServiceClient, opts).Extract()
		if err == nil {
			uuid = f.UUID
		}
		return err
	})
	x.contents = []string{opts.Description}
	x.created(uuid, e)
	c.flavors.keep(x, e)
}

// changeFlavor changes a flavor that nobody may have changed since it was read.
func (c *client) changeFlavor(ctx context.Context) {
	x := c.flavors.pick(c.rand, nil)
	if x == nil {
		return
	}
	read := c.showFlavor(ctx, x)
	if read.Err != nil {
		return
	}
	content := fmt.Sprint("number ", c.rand.Uint32())
	e := c.write(ctx, "change flavor", func(ctx context.Context, again bool) error {
		err := c.send(ctx, http.MethodPatch, []string{"flavors", x.uuid}, map[string]any{"description": content}, nil,
			map[string]string{"If-Match": read.Header.Get("ETag")})
		if statusOf(err) == http.StatusPreconditionFailed && again {
			// Changed by this client, perhaps.
			if f, err := flavors.Get(ctx, c.ServiceClient, x.uuid).Extract(); err == nil && f.Description == content {
				return nil
			}
		}
		return err
	})
	if statusOf(e.err) == http.StatusPreconditionFailed && !e.unsure {
		c.w.Errorf("%s: nobody has changed it, but it is refused as changed", x)
	}
	x.changed(content, e)
	c.flavors.keep(x, e)
}

func (c *client) deleteFlavor(ctx context.Context) {
	x := c.flavors.pick(c.rand, nil)
	if x == nil {
		return
	}
	e := c.write(ctx, "delete flavor", func(ctx context.Context, again bool) error {
		return doneBefore(flavors.Delete(ctx, c.ServiceClient, x.uuid).ExtractErr(), again)
	})
	x.deleted(e)
	c.flavors.keep(x, e)
}

// showFlavor reads a flavor, and looks whether it is as it was left.
func (c *client) showFlavor(ctx context.Context, x *thing) (r flavors.GetResult) {
	err := c.read(ctx, "show flavor", func(ctx context.Context) error {
		r = flavors.Get(ctx, c.ServiceClient, x.uuid)
		return r.Err
	})
	f, broken := r.Extract()
	switch {
	case statusOf(err) == http.StatusNotFound:
		c.w.Errorf("%s is lost", x)
	case err == nil && (broken != nil || f.Name != x.name || !x.may(f.Description)):
		c.w.Errorf("%s is shown as %+v, %v; expected %q", x, f, broken, x.contents)
	}
	return r
}

func (c *client) showAnyFlavor(ctx context.Context) {
	if x := c.flavors.pick(c.rand, nil); x != nil {
		c.showFlavor(ctx, x)
	}
}

func (c *client) listFlavors(ctx context.Context) {
	found := map[string]bool{}
	err := c.read(ctx, "list flavors", func(ctx context.Context) error {
		for f, err := range flavors.All(ctx, c.ServiceClient, nil) {
			if err != nil {
				return err
			}
			found[f.UUID] = true
		}
		return nil
	})
	c.compare("flavor", found, err)
}
