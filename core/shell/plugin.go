package shell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/core/session"
	"github.com/valence-rsd/valence/internal/wire"
)

// runPlugin runs a command of a plugin. All that can be wrong before the plugin
// is started is found before it is started.
func (s *shell) runPlugin(ctx context.Context, p pluginhost.Plugin, l *line) error {
	printer, err := s.printer(l)
	if err != nil {
		return err
	}
	call := pluginhost.Call{Command: l.names(), Args: l.canonical(), Do: offline}
	if len(p.Manifest.Services) > 0 {
		connection, err := s.connect(l.globals)
		if err != nil {
			return err
		}
		defer connection.Close()
		call.Do = connection.Do
	}
	call.Sink = &sink{screen: s.screen, printer: printer, quiet: l.globals.Quiet, width: s.Width}
	err = s.host.Run(ctx, p, call)
	return finish(printer, l, err)
}

// finish ends the output. Rows that came before a failure are still printed; a
// failure without any prints nothing, for an empty list would be a lie.
func finish(printer *output.Printer, l *line, err error) error {
	if l.command().Result.Kind == wire.NoResult || errors.Is(err, syscall.EPIPE) || err != nil && printer.Rows() == 0 {
		return err
	}
	if closed := printer.Close(); err == nil {
		return closed
	}
	return err
}

// printer checks what the line says of the output.
func (s *shell) printer(l *line) (*output.Printer, error) {
	result := l.command().Result
	if result.Kind == wire.NoResult && len(l.globals.Columns) > 0 {
		return nil, fault.New(fault.Usage, "%s prints nothing, so it has no columns to choose", title(l.path))
	}
	columns := make(output.Columns, len(result.Columns))
	for i, c := range result.Columns {
		columns[i] = output.Column{Name: c.Name, Heading: c.Heading, Long: c.Long}
	}
	return output.New(s.Out, output.Request{
		Format: l.globals.Format, Record: result.Kind == wire.Record,
		Columns: columns, Wanted: l.globals.Columns, Long: l.long(),
	})
}

// connect finds the cloud. It sends nothing: the session does when it is used.
func (s *shell) connect(g globals) (*session.Session, error) {
	c, err := cloud.Resolve(cloud.Request{Name: g.Cloud, Endpoint: g.Endpoint, Getenv: s.Getenv, Dir: s.Dir})
	if err != nil {
		return nil, err
	}
	for _, text := range c.Warnings {
		s.warn("%s", text)
	}
	log := s.logger(g)
	log.Info("cloud", "name", c.Name, "file", c.File, "auth_type", c.AuthType)
	return session.New(c, session.Options{UserAgent: "valence/" + s.Version, Log: log}), nil
}

func offline(context.Context, string, *http.Request) (*http.Response, error) {
	return nil, fault.New(fault.PluginFault, "the plugin's manifest declares no service, so it may send no request")
}

// sink prints what a plugin sends.
type sink struct {
	screen  *screen
	printer *output.Printer
	quiet   bool
	width   int
}

// Row prints a row of the result.
func (s *sink) Row(values json.RawMessage) error {
	s.screen.clear()
	return s.printer.Row(values)
}

// Notice prints a line for the person. Errors are printed even when it should
// be quiet: they say which part of the work failed.
func (s *sink) Notice(level, text string) {
	prefix := map[string]string{"info": "", "warning": "valence: warning: "}
	before, mild := prefix[level]
	if !mild {
		before = "valence: "
	}
	if s.quiet && mild {
		return
	}
	fmt.Fprintf(s.screen, "%s%s\n", before, output.Line(text))
}

// Progress shows how far the work has come.
func (s *sink) Progress(text string, done, total int64) {
	if !s.quiet {
		s.screen.progress(text, done, total, s.width)
	}
}

// runCore runs a command of the shell itself.
func (s *shell) runCore(ctx context.Context, l *line) error {
	switch strings.Join(l.names(), " ") {
	case "version":
		return s.printVersion()
	case "help":
		return s.printHelpOn(ctx, slices.Concat(l.args...))
	case "plugin list":
		return s.listPlugins(ctx, l)
	}
	return fmt.Errorf("the command %q is not built in", title(l.path))
}
