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

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// runPlugin runs a command of a plugin. All that can be wrong before the plugin
// is started is found before it is started.
func (s *shell) runPlugin(ctx context.Context, p pluginhost.Plugin, l *line) error {
	printer, err := s.printer(l)
	if err != nil {
		return err
	}
	call := pluginhost.Call{Command: l.names(), Args: l.canonical(), Do: offline, Answer: s.answer}
	if len(p.Manifest.Services) > 0 {
		connection, err := s.session(l)
		if err != nil {
			return err
		}
		defer s.release(connection)
		call.Do = connection.Do
	}
	call.Sink = &sink{screen: s.screen, printer: printer, quiet: l.globals.Quiet, width: s.Width}
	err = s.host.Run(ctx, p, call)
	return finish(ctx, printer, l, err)
}

// finish ends the output. Rows that came before a failure are still printed; a
// failure without any prints nothing, for an empty list would be a lie.
func finish(ctx context.Context, printer *output.Printer, l *line, err error) error {
	if l.result().Kind == wire.NoResult || errors.Is(err, syscall.EPIPE) || err != nil && !printer.Begun() {
		return err
	}
	if closed := printer.Close(ctx); err == nil {
		return closed
	}
	return err
}

// printer checks what the line says of the output.
func (s *shell) printer(l *line) (*output.Printer, error) {
	return s.printerOf(l, l.result())
}

// printerOf is printer for a result that is known only now.
func (s *shell) printerOf(l *line, result wire.Result) (*output.Printer, error) {
	if result.Kind == wire.NoResult && len(l.globals.Columns) > 0 {
		return nil, fault.New(fault.Usage, "%s prints nothing, so it has no columns to choose", title(l.path))
	}
	columns := make(output.Columns, len(result.Columns))
	for i, c := range result.Columns {
		columns[i] = output.Column{Name: c.Name, Heading: c.Heading, Long: c.Long}
	}
	g := l.globals
	table, err := s.tableOptions(g)
	if err != nil {
		return nil, err
	}
	return output.New(s.Out, output.Request{
		Format: g.Format, Record: result.Kind == wire.Record,
		Columns: columns, Wanted: g.Columns, Long: l.long(),
		Sort: output.Sort{Columns: g.SortBy, Ascending: g.SortUp, Descending: g.SortDown},
		JQ:   g.JQ, NoIndent: g.NoIndent, Quote: g.Quote, Prefix: g.Prefix,
		Table: table, Warn: s.warn,
	})
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

// Draw prints text in place of a table.
func (s *sink) Draw(text string) {
	s.screen.clear()
	s.printer.Draw(text)
}

// Progress shows how far the work has come. A plugin that is still at work
// keeps nobody waiting for what it has found so far.
func (s *sink) Progress(text string, done, total int64) {
	if s.printer.Pending() {
		s.screen.clear()
		_ = s.printer.Flush() // an error comes again at the end
	}
	if !s.quiet {
		s.screen.progress(text, done, total, s.width)
	}
}

// runCore runs a command of the shell itself.
func (s *shell) runCore(ctx context.Context, l *line) error {
	switch strings.Join(l.names(), " ") {
	case "version":
		return s.printVersion()
	case "completion":
		return s.printScript(l.args[0][0])
	case "shell":
		return s.interactive(l)
	case "help":
		return s.printHelpOn(ctx, slices.Concat(l.args...))
	}
	switch l.path[0].Name {
	case "plugin":
		return s.managePlugins(ctx, l)
	case "doctor":
		return s.examine(ctx, l)
	case "configuration", "token", "catalog":
		return s.runCloud(ctx, l)
	}
	return fmt.Errorf("the command %q is not built in", title(l.path))
}
