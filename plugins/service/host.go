package main

import (
	"context"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// manager is what starts and ends services.
type manager interface {
	// find looks at a service; known is whether the manager has it.
	find(ctx context.Context, name string) (s service, known bool, err error)
	// start starts a service and waits until it runs; one that runs is left alone.
	start(ctx context.Context, call *plugin.Call, name string, timeout time.Duration) (service, error)
	// stop asks a service to end and waits for it, kill ends it outright.
	stop(ctx context.Context, call *plugin.Call, name string, timeout time.Duration) error
	kill(ctx context.Context, call *plugin.Call, name string) error
	// logs gives the last lines of the log, and with follow those that come,
	// until the context ends.
	logs(ctx context.Context, name string, lines int, follow bool, give func(line string) error) error
}

// host is this machine with its managers.
type host struct {
	pidfiles *pidfiles
	systemd  manager // nil where it does not run
}

func thisHost() *host {
	h := &host{pidfiles: &pidfiles{folder: stateFolder(os.Getenv), program: findProgram}}
	// This is how sd_booted(3) tells.
	if info, err := os.Lstat("/run/systemd/system"); err == nil && info.IsDir() {
		h.systemd = systemd{}
	}
	return h
}

// names are the services that there can be.
func names() []string { return []string{apiName, podsimName} }

// managed is a service with what manages it.
type managed struct {
	manager
	service
}

// find gives the service of that name: of systemd where it has a unit, of a pid
// file where there is one, and of both if need be; where neither has it, it can
// be started by pid file.
func (h *host) find(ctx context.Context, name string) ([]managed, error) {
	var out []managed
	if err := supported(); err != nil {
		return nil, err
	}
	if !slices.Contains(names(), name) {
		return nil, plugin.Errorf(plugin.NotFound, "no service is named %q: there are %s", name, strings.Join(names(), " and "))
	}
	if h.systemd != nil {
		s, known, err := h.systemd.find(ctx, name)
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, managed{h.systemd, s})
		}
	}
	s, known, err := h.pidfiles.find(ctx, name)
	if err != nil {
		return nil, err
	}
	if known || len(out) == 0 {
		out = append(out, managed{h.pidfiles, s})
	}
	return out, nil
}

func (h *host) list(ctx context.Context, _ *plugin.Call) iter.Seq2[service, error] {
	return func(yield func(service, error) bool) {
		for _, name := range names() {
			found, err := h.find(ctx, name)
			if err != nil {
				yield(service{}, err)
				return
			}
			for _, m := range found {
				if !yield(m.service, nil) {
					return
				}
			}
		}
	}
}

// choice says which service of a name is meant.
type choice struct {
	host    *host
	Manager string `help:"Which service is meant, where systemd and a pid file both have one of that name." enum:"any,systemd,pidfile" default:"any"`
}

// pick gives the one service of that name.
func (c *choice) pick(ctx context.Context, name string) (managed, error) {
	found, err := c.host.find(ctx, name)
	if err != nil {
		return managed{}, err
	}
	if c.Manager != "any" {
		found = slices.DeleteFunc(found, func(m managed) bool { return m.Manager != c.Manager })
	}
	switch len(found) {
	case 0:
		return managed{}, plugin.Errorf(plugin.NotFound, "%s has no service %s", c.Manager, name)
	case 1:
		return found[0], nil
	}
	e := plugin.Errorf(plugin.Conflict, "there are two services %s, one of systemd and one that you have started", name)
	e.Hint = "say which with --manager systemd or --manager pidfile"
	return managed{}, e
}

// each does something to the services of these names, going on after a failure.
func (c *choice) each(ctx context.Context, call *plugin.Call, names []string, do func(context.Context, managed) error) error {
	return plugin.ForEach(ctx, call, names, func(ctx context.Context, name string) error {
		m, err := c.pick(ctx, name)
		if err != nil {
			return err
		}
		return do(ctx, m)
	})
}

// several are the services that a command is about.
type several struct {
	choice
	Names []string `arg:"" optional:"" name:"name" help:"Names of services." complete:"service"`
	All   bool     `help:"All services on this host."`
}

// chosen are the names; to say nothing must not mean everything.
func (s *several) chosen() ([]string, error) {
	switch {
	case s.All && len(s.Names) > 0:
		return nil, plugin.Errorf(plugin.Usage, "--all and names exclude each other")
	case s.All:
		return names(), nil
	case len(s.Names) == 0:
		return nil, plugin.Errorf(plugin.Usage, "say which services: %s, or --all", strings.Join(names(), ", "))
	}
	return s.Names, nil
}
