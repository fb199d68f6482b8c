package shell

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/core/session"
	"github.com/valence-rsd/valence/internal/wire"
)

// cloudNouns describe the commands about the cloud and about signing in.
func cloudNouns() []wire.Command {
	column := func(name, heading string) wire.Column { return wire.Column{Name: name, Heading: heading} }
	boolean := func(name, help string) wire.Flag {
		return wire.Flag{Value: wire.Value{Name: name, Type: wire.Bool, Help: help}}
	}
	return []wire.Command{
		{Name: "configuration", Help: "What is known of the cloud.", Commands: []wire.Command{{
			Name: "show", Help: "Show what options, environment and files say of the cloud.",
			Detail:   "Nothing is sent. The fields are those of clouds.yaml, with all that is inferred; fields of auth begin with \"auth.\".",
			Examples: []string{"configuration show", "configuration show --origin", "configuration show -c region_name -f value"},
			Flags:    []wire.Flag{boolean("unmask", "Show secrets too."), boolean("origin", "Show where each value comes from.")},
			Result:   wire.Result{Kind: wire.Record},
		}}},
		{Name: "token", Help: "Tokens of Keystone.", Commands: []wire.Command{
			{
				Name: "issue", Help: "Sign in and show the new token.", Examples: []string{"token issue", "token issue -c id -f value"},
				Result: wire.Result{Kind: wire.Record, Columns: []wire.Column{
					column("expires", "expires"), column("id", "id"), column("project_id", "project_id"), column("user_id", "user_id"),
				}},
			},
			{
				Name: "revoke", Help: "End a token.", Examples: []string{"token revoke gAAAAABn…"},
				Args: []wire.Value{{Name: "token", Type: wire.String, Required: true, Help: "The token."}},
			},
		}},
		{Name: "catalog", Help: "Services of the cloud.", Commands: []wire.Command{{
			Name: "list", Help: "List the services of the catalog.", Examples: []string{"catalog list", "catalog list -f json"},
			Result: wire.Result{Kind: wire.List, Columns: []wire.Column{column("name", "Name"), column("type", "Type"), column("endpoints", "Endpoints")}},
		}}},
	}
}

// runCloud runs the commands that cloudNouns describe.
func (s *shell) runCloud(ctx context.Context, l *line) error {
	if l.path[0].Name == "configuration" {
		return s.showConfiguration(ctx, l)
	}
	connection, err := s.session(l)
	if err != nil {
		return err
	}
	defer s.release(connection)
	if title(l.path) == "token revoke" {
		return connection.Revoke(ctx, l.args[0][0])
	}
	printer, err := s.printer(l)
	if err != nil {
		return err
	}
	if l.path[0].Name == "token" {
		err = issueToken(ctx, connection, printer)
	} else {
		err = listCatalog(ctx, connection, printer)
	}
	return finish(ctx, printer, l, err)
}

func (s *shell) showConfiguration(ctx context.Context, l *line) error {
	c, err := cloud.Resolve(s.cloudRequest(l.globals))
	if err != nil {
		return err
	}
	for _, text := range c.Warnings {
		s.warn("%s", text)
	}
	values := c.Show(l.on("unmask"))
	keys := slices.Sorted(maps.Keys(values))
	result, rows := wire.Result{Kind: wire.Record}, [][]any{nil}
	if l.on("origin") {
		result, rows = originRows(c, keys, values)
	} else {
		for _, key := range keys {
			result.Columns = append(result.Columns, wire.Column{Name: key, Heading: key})
			rows[0] = append(rows[0], values[key])
		}
	}
	printer, err := s.printerOf(l, result)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := printRow(printer, row...); err != nil {
			return err
		}
	}
	return printer.Close(ctx)
}

// originRows are a row for each value of the configuration.
func originRows(c *cloud.Resolved, keys []string, values map[string]any) (wire.Result, [][]any) {
	result := wire.Result{Kind: wire.List, Columns: []wire.Column{
		{Name: "field", Heading: "Field"}, {Name: "value", Heading: "Value"}, {Name: "origin", Heading: "Origin"},
	}}
	var rows [][]any
	for _, key := range keys {
		rows = append(rows, []any{key, values[key], c.Origins[key].String()})
	}
	return result, rows
}

func issueToken(ctx context.Context, connection *session.Session, printer *output.Printer) error {
	t, err := connection.Token(ctx)
	if err != nil {
		return err
	}
	var project any
	if t.Project != nil {
		project = t.Project.ID
	}
	return printRow(printer, t.ExpiresAt.UTC().Format(time.RFC3339), t.ID, project, t.User.ID)
}

func listCatalog(ctx context.Context, connection *session.Session, printer *output.Printer) error {
	entries, err := connection.Catalog(ctx)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := printRow(printer, e.Name, e.Type, e.Endpoints); err != nil {
			return err
		}
	}
	return nil
}

func printRow(printer *output.Printer, values ...any) error {
	row, err := json.Marshal(values)
	if err != nil {
		return fault.New(fault.Failed, "a value cannot be printed: %v", err)
	}
	return printer.Row(row)
}

// on tells whether a switch of the command is on.
func (l *line) on(name string) bool {
	f := l.flag(name)
	return f != nil && f.values[0] == "true"
}
