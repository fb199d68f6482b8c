package shell

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/core/pluginnew"
	"github.com/valence-rsd/valence/internal/wire"
)

const newHelp = `Writes a Go module with a family of commands, their tests and a README, which builds, tests and installs as it stands. Nothing is overwritten.

The module is built with the kit of this very valence: that of the checkout in which it was built, or else that of its release. --sdk takes the kit from another checkout.

At the end "go get" completes the go.mod, over the network where it has to.`

func newCommand() wire.Command {
	column := func(name, heading string) wire.Column { return wire.Column{Name: name, Heading: heading} }
	option := func(name, placeholder, completion, help string) wire.Flag {
		return wire.Flag{Placeholder: placeholder, Value: wire.Value{Name: name, Type: wire.String, Complete: completion, Help: help}}
	}
	return wire.Command{
		Name: "new", Help: "Begin a plugin of your own.", Detail: newHelp,
		Examples: []string{"plugin new disks", "plugin new storage --noun volume --module example.org/lab/storage"},
		Args:     []wire.Value{{Name: "name", Type: wire.String, Required: true, Help: "Name of the family of commands, such as disks."}},
		Flags: []wire.Flag{
			option("noun", "WORD", "", "First word of its commands; the name without the s of a plural when not given."),
			option("dir", "FOLDER", complete.File, "Where to write it; a folder of its name when not given."),
			option("module", "PATH", "", "Module path; example.org/valence-plugin-NAME when not given."),
			option("sdk", "FOLDER", complete.File, "Checkout of Valence to take the plugin kit from."),
		},
		Result: wire.Result{Kind: wire.Record, Columns: []wire.Column{
			column("name", "Name"), column("noun", "Noun"), column("module", "Module"), column("path", "Path"), column("sdk", "Plugin kit"),
		}},
	}
}

func (s *shell) newPlugin(ctx context.Context, l *line, printer *output.Printer) error {
	p, err := pluginnew.New(l.args[0][0], l.value("noun"), l.value("module"))
	if err != nil {
		return err
	}
	if err := s.vacantNoun(ctx, p.Noun); err != nil {
		return err
	}
	if p.Kit, err = pluginnew.FindKit(s.path(l.value("sdk")), s.Executable, s.Version); err != nil {
		return err
	}
	shown := orElse(l.value("dir"), p.Family)
	dir, err := filepath.Abs(s.path(shown))
	if err != nil {
		return err
	}
	if err := p.Write(dir); err != nil {
		return err
	}
	err = pluginnew.Require(ctx, dir, s.Environ)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		s.warn("go.mod is not complete: run go get -t ./... in %s before anything else, for now it failed: %v", dir, err)
	}
	if !s.early.quiet {
		fmt.Fprintf(s.screen, "now: cd %s && go build -o %s . && go test ./... && valence plugin install ./%[2]s && valence %s list\n",
			output.Line(shown), p.Binary(), p.Noun)
	}
	return printValues(printer, p.Family, p.Noun, p.Module, dir, p.Kit.String())
}

// vacantNoun refuses a noun that "plugin install" would refuse, or that would
// hide the commands of another plugin.
func (s *shell) vacantNoun(ctx context.Context, word string) error {
	n := s.lookUp(ctx, word)
	switch {
	case n.command == nil:
		return nil
	case n.plugin == nil:
		return fault.New(fault.Usage, "the noun %q is taken by the shell itself", word).WithHint("choose another with --noun")
	}
	return fault.New(fault.Conflict, "the noun %q is taken by the plugin %s (%s)", word, n.plugin.Manifest.Family, n.plugin.Path).
		WithHint("choose another with --noun")
}

// path is a path of the command line, seen from the current directory.
func (s *shell) path(path string) string {
	if s.Dir == "" || path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(s.Dir, path)
}
