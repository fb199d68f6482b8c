package main

import (
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// The services.
const (
	apiName    = "valence-api"
	podsimName = "valence-podsim"
)

// The states of a service, and what manages it.
const (
	running = "running"
	stopped = "stopped"
	stale   = "stale"  // there is a pid file, and its process is gone
	failed  = "failed" // systemd says so

	bySystemd = "systemd"
	byPidFile = "pidfile"
)

// service is a service on this host.
type service struct {
	Name, State, Manager, URL, Log string
	PID                            int
	Since                          time.Time
}

type grammar struct {
	Service struct {
		List  plugin.ListCmd[service] `cmd:"" help:"List the Valence services on this host."`
		Show  showCmd                 `cmd:"" help:"Show a service on this host."`
		Start startCmd                `cmd:"" help:"Start services, or a simulated pod with a service to try Valence on."`
		Stop  stopCmd                 `cmd:"" help:"Ask services to stop, and wait until they have."`
		Kill  killCmd                 `cmd:"" help:"End services outright, whatever they are doing."`
		Logs  logsCmd                 `cmd:"" help:"Show the end of a service's log."`
	} `cmd:"" help:"The Valence services on this host, under systemd or by pid file."`
}

func newGrammar(h *host) *grammar {
	g := &grammar{}
	resource := resourceOf(h)
	g.Service.List = resource.ListCmd()
	g.Service.Show.host, g.Service.Start.host, g.Service.Stop.host = h, h, h
	g.Service.Kill.host, g.Service.Logs.host = h, h
	return g
}

func resourceOf(h *host) *plugin.Resource[service] {
	return &plugin.Resource[service]{Name: "service", Columns: columns, List: h.list}
}

var columns = []plugin.Column[service]{
	{Name: "name", Heading: "Name", Value: func(s service) any { return s.Name }},
	{Name: "state", Heading: "State", Value: func(s service) any { return s.State }},
	{Name: "pid", Heading: "PID", Value: func(s service) any { return some(s.PID, s.PID) }},
	{Name: "manager", Heading: "Manager", Value: func(s service) any { return s.Manager }},
	{Name: "url", Heading: "URL", Value: func(s service) any { return some(s.URL, s.URL) }},
	{Name: "since", Heading: "Since", Show: plugin.LongOnly, Value: func(s service) any { return some(s.Since, s.Since.UTC().Format(time.RFC3339)) }},
	{Name: "log", Heading: "Log", Show: plugin.LongOnly, Value: func(s service) any { return some(s.Log, s.Log) }},
}

// some is the value to show, nil where what it comes from is nothing.
func some[T comparable](from T, shown any) any {
	var nothing T
	if from == nothing {
		return nil
	}
	return shown
}
