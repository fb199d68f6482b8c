package main

import (
	"context"
	"strings"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

type showCmd struct {
	choice
	Name string `arg:"" help:"Name of the service." complete:"service"`
}

// Examples are for the help.
func (c *showCmd) Examples() []string {
	return []string{"service show valence-api", "service show valence-api -f value -c url"}
}

// Result is the service.
func (c *showCmd) Result() plugin.Result { return resourceOf(nil).RecordResult() }

// Run shows.
func (c *showCmd) Run(ctx context.Context, call *plugin.Call) error {
	m, err := c.pick(ctx, c.Name)
	if err != nil {
		return err
	}
	return resourceOf(nil).Emit(call, m.service)
}

// patience is how long a command waits for a service.
type patience struct {
	Timeout time.Duration `help:"How long to wait for each." default:"1m"`
}

// Validate is called by kong.
func (p patience) Validate() error {
	if p.Timeout <= 0 {
		return plugin.Errorf(plugin.Usage, "--timeout is %s, expected more than nothing, such as 30s", p.Timeout)
	}
	return nil
}

type startCmd struct {
	choice
	patience
	Names    []string `arg:"" optional:"" name:"name" help:"Names of services." complete:"service"`
	Simulate bool     `help:"Start a simulated pod, and a service without authentication that knows it, on addresses of this machine only."`
}

// Examples are for the help.
func (c *startCmd) Examples() []string {
	return []string{"service start --simulate", "service start valence-api"}
}

// Result are the services that run.
func (c *startCmd) Result() plugin.Result { return resourceOf(nil).ListResult() }

// Run starts. What runs already is shown and left alone.
func (c *startCmd) Run(ctx context.Context, call *plugin.Call) error {
	switch {
	case c.Simulate && (len(c.Names) > 0 || c.Manager == bySystemd):
		return plugin.Errorf(plugin.Usage, "--simulate starts services of your own, so it takes neither names nor --manager systemd")
	case c.Simulate:
		return c.host.simulate(ctx, call, c.Timeout)
	case len(c.Names) == 0:
		e := plugin.Errorf(plugin.Usage, "say which services to start: %s or %s", apiName, podsimName)
		e.Hint = "\"service start --simulate\" starts all that is needed to try Valence"
		return e
	}
	return c.each(ctx, call, c.Names, func(ctx context.Context, m managed) error {
		s, err := m.start(ctx, call, m.Name, c.Timeout)
		if err != nil {
			return err
		}
		return resourceOf(nil).Emit(call, s)
	})
}

type stopCmd struct {
	several
	patience
}

// Examples are for the help.
func (c *stopCmd) Examples() []string {
	return []string{"service stop valence-api", "service stop --all --timeout 3m"}
}

// Run stops. A service that does not run is told of and no failure.
func (c *stopCmd) Run(ctx context.Context, call *plugin.Call) error {
	names, err := c.chosen()
	if err != nil {
		return err
	}
	return c.each(ctx, call, names, func(ctx context.Context, m managed) error {
		return m.stop(ctx, call, m.Name, c.Timeout)
	})
}

type killCmd struct {
	several
	plugin.Destructive
}

// Examples are for the help.
func (c *killCmd) Examples() []string {
	return []string{"service kill valence-api", "service kill --all --yes"}
}

// Run kills. A service that does not run is told of and no failure.
func (c *killCmd) Run(ctx context.Context, call *plugin.Call) error {
	names, err := c.chosen()
	if err != nil {
		return err
	}
	if err := c.Confirm(ctx, call, "Kill "+strings.Join(names, ", ")+"?"); err != nil {
		return err
	}
	return c.each(ctx, call, names, func(ctx context.Context, m managed) error {
		if c.DryRun {
			call.Infof("would kill %s, which is %s", m.Name, m.State)
			return nil
		}
		return m.kill(ctx, call, m.Name)
	})
}
