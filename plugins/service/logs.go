package main

import (
	"context"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

type logsCmd struct {
	choice
	Name   string `arg:"" help:"Name of the service." complete:"service"`
	Lines  int    `help:"How many of the last lines to show." default:"50"`
	Follow bool   `help:"Go on with what is logged from now on, until interrupted."`
}

// Examples are for the help.
func (c *logsCmd) Examples() []string {
	return []string{"service logs valence-api", "service logs valence-api --lines 5 --follow", "service logs valence-api -f ndjson"}
}

var logLines = plugin.Resource[string]{
	Columns: []plugin.Column[string]{{Name: "line", Heading: "Line", Value: func(line string) any { return line }}},
}

// Result are the lines.
func (c *logsCmd) Result() plugin.Result { return logLines.ListResult() }

// Run shows.
func (c *logsCmd) Run(ctx context.Context, call *plugin.Call) error {
	if c.Lines < 0 {
		return plugin.Errorf(plugin.Usage, "--lines is %d, expected 0 or more", c.Lines)
	}
	m, err := c.pick(ctx, c.Name)
	if err != nil {
		return err
	}
	if c.Follow {
		defer stayAwake(call, c.following())()
	}
	return m.logs(ctx, c.Name, c.Lines, c.Follow, c.give(call))
}

func (c *logsCmd) following() string { return "following the log of " + c.Name }

// give hands over lines. People see them as they are, without a table around
// them; and a progress has the shell print what it has.
func (c *logsCmd) give(call *plugin.Call) func(line string) error {
	between := ""
	return func(line string) error {
		call.Draw(between + line)
		err := logLines.Emit(call, line)
		if c.Follow {
			call.Progress(c.following(), 0, 0)
		} else {
			between = "\n"
		}
		return err
	}
}

// stayAwake tells the shell that the command is at work while nothing is
// logged, until the function that it returns is called.
func stayAwake(call *plugin.Call, text string) (stop func()) {
	ticker, done := time.NewTicker(5*time.Second), make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				call.Progress(text, 0, 0)
			case <-done:
				return
			}
		}
	}()
	return func() { ticker.Stop(); close(done) }
}
