package shell

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

const installHelp = `A source is the file of a plugin (valence-plugin-FAMILY), a folder with such files, an archive of them (.tar.gz, .tgz, .zip), or the https address of a file or archive. An address needs --checksum; nothing else uses the network.

Each plugin is started once to see what it offers. If one cannot be used, or has a command that another plugin has, nothing is installed.

Plugins go to $XDG_DATA_HOME/valence/plugins, and their checksums are recorded: a plugin whose content changes is refused until it is installed again.`

// pluginNoun describes the commands that manage plugins.
func pluginNoun() wire.Command {
	column := func(name, heading string) wire.Column { return wire.Column{Name: name, Heading: heading} }
	long := func(name, heading string) wire.Column { return wire.Column{Name: name, Heading: heading, Long: true} }
	name := wire.Value{Name: "name", Type: wire.String, Required: true, Complete: complete.Plugin, Help: "Name of the plugin, such as nodes."}
	names := name
	names.Repeat, names.Help = true, "Names of plugins."
	all := names
	all.Required, all.Help = false, "Names of plugins; all that were installed when none is given."
	return wire.Command{Name: "plugin", Help: "Plugins, which bring the other commands.", Commands: []wire.Command{
		{
			Name: "list", Help: "List the plugins that were found.", Examples: []string{"plugin list", "plugin list --long", "plugin list -f json"},
			Detail: "A plugin is active; or shadowed, because another of its name comes first in the search path; or refused, and --long says why.",
			Result: wire.Result{Kind: wire.List, Columns: []wire.Column{
				column("name", "Name"), column("version", "Version"), column("commands", "Commands"), column("path", "Path"),
				column("status", "Status"), long("reason", "Reason"),
			}},
		},
		{
			Name: "show", Help: "Show all that is known of a plugin.", Examples: []string{"plugin show nodes"}, Args: []wire.Value{name},
			Result: wire.Result{Kind: wire.Record, Columns: []wire.Column{
				column("name", "Name"), column("status", "Status"), column("reason", "Reason"), column("version", "Version"),
				column("protocol", "Protocol"), column("services", "Services"), column("commands", "Commands"), column("path", "Path"),
				column("checksum", "Checksum"), column("installed_from", "Installed from"), column("installed_at", "Installed at"),
				column("shadows", "Shadows"),
			}},
		},
		{
			Name: "install", Help: "Install plugins from a file, a folder, an archive or an https address.", Detail: installHelp,
			Examples: []string{"plugin install ./valence-plugin-nodes", "plugin install plugins.tar.gz"},
			Args:     []wire.Value{{Name: "source", Type: wire.String, Required: true, Complete: complete.File, Help: "Where the plugins are."}},
			Flags: []wire.Flag{{Placeholder: "sha256:HEX", Value: wire.Value{
				Name: "checksum", Type: wire.String, Help: "Checksum that the file or archive must have."}}},
			Result: wire.Result{Kind: wire.List, Columns: []wire.Column{
				column("name", "Name"), column("version", "Version"), column("path", "Path"), column("checksum", "Checksum"),
			}},
		},
		{Name: "remove", Help: "Remove plugins that were installed.", Examples: []string{"plugin remove nodes"}, Args: []wire.Value{names}},
		{
			Name: "verify", Help: "Compare installed plugins with what was installed.", Args: []wire.Value{all},
			Detail:   "Hashes each file anew. The exit status is 1 when a plugin has changed or is missing.",
			Examples: []string{"plugin verify", "plugin verify nodes --long"},
			Result: wire.Result{Kind: wire.List, Columns: []wire.Column{
				column("name", "Name"), column("status", "Status"), column("path", "Path"),
				long("checksum", "Checksum"), long("installed_checksum", "Installed checksum"),
			}},
		},
		{
			Name: "exec", Help: "Run a command of a plugin, even when its name is taken by another.",
			Detail:   "The words after the name are a command line of the plugin: its command, options and arguments. --help there is the help of the plugin's command.",
			Examples: []string{"plugin exec nodes node list -f json", "plugin exec nodes node create --help"},
			Args:     []wire.Value{name, {Name: "words", Type: wire.String, Repeat: true, Help: "Command line for the plugin."}},
		},
		newCommand(),
	}}
}

// managePlugins runs the commands that pluginNoun describes; exec comes here
// only without its words.
func (s *shell) managePlugins(ctx context.Context, l *line) error {
	run := map[string]func(context.Context, *line, *output.Printer) error{
		"new": s.newPlugin, "list": s.listPlugins, "show": s.showPlugin, "install": s.installPlugins, "remove": s.removePlugins, "verify": s.verifyPlugins,
	}[l.command().Name]
	if run == nil {
		return fault.New(fault.Usage, "%s needs the name of a plugin and a command", title(l.path)).WithHint("usage: %s", synopsis(l.path))
	}
	printer, err := s.printer(l)
	if err != nil {
		return err
	}
	return finish(ctx, printer, l, run(ctx, l, printer))
}

// found is a plugin of any status.
type found struct {
	name, path, status, reason string
	plugin                     *pluginhost.Plugin // of an active one
}

// foundPlugins are all plugins: by name, and the active one of a name first.
func foundPlugins(c *pluginhost.Catalog) []found {
	reasons := map[string][]string{}
	for _, p := range c.Problems {
		reasons[p.Path] = append(reasons[p.Path], p.Reason)
	}
	var list []found
	for i, p := range c.Plugins {
		list = append(list, found{p.Manifest.Family, p.Path, "active", strings.Join(reasons[p.Path], "; "), &c.Plugins[i]})
		delete(reasons, p.Path) // what remains are those that cannot be used at all
	}
	for _, p := range c.Problems {
		if reasons[p.Path] != nil {
			list = append(list, found{name: p.Family, path: p.Path, status: "refused", reason: p.Reason})
		}
	}
	for _, p := range c.Shadowed {
		list = append(list, found{name: p.Family, path: p.Path, status: "shadowed", reason: "by " + p.By})
	}
	slices.SortStableFunc(list, func(a, b found) int { return strings.Compare(a.name, b.name) })
	return list
}

// listPlugins tells what the catalogue knows; the network is not asked.
func (s *shell) listPlugins(ctx context.Context, _ *line, printer *output.Printer) error {
	s.plugins(ctx)
	for _, f := range foundPlugins(s.catalog) {
		var version, commands any
		if f.plugin != nil {
			version, commands = f.plugin.Manifest.Version, allNouns(f.plugin)
		}
		if err := printValues(printer, f.name, version, commands, f.path, f.status, orNull(f.reason)); err != nil {
			return err
		}
	}
	return nil
}

// showPlugin shows the active plugin of a name, or else the first that is not.
func (s *shell) showPlugin(ctx context.Context, l *line, printer *output.Printer) error {
	s.plugins(ctx)
	all, name := foundPlugins(s.catalog), l.args[0][0]
	at := slices.IndexFunc(all, func(f found) bool { return f.name == name })
	if at < 0 {
		return s.noPlugin(name)
	}
	f := all[at]
	var version, protocol, services, commands, checksum, from, when any
	if p := f.plugin; p != nil {
		version, protocol, services, commands = p.Manifest.Version, p.Protocol, orEmpty(p.Manifest.Services), allNouns(p)
	}
	if sum, err := pluginhost.Checksum(f.path); err == nil {
		checksum = "sha256:" + sum
	}
	receipts, _ := s.installer().Installed() // when they are broken, that is the reason in f
	for _, r := range receipts {
		if r.Path == f.path {
			from, when = r.Source, r.At
		}
	}
	shadows := []string{}
	for _, other := range s.catalog.Shadowed {
		if other.By == f.path {
			shadows = append(shadows, other.Path)
		}
	}
	return printValues(printer, f.name, f.status, orNull(f.reason), version, protocol, services, commands, f.path, checksum, from, when, shadows)
}

// noPlugin is the error for a name that no plugin has.
func (s *shell) noPlugin(name string) error {
	var names []string
	for _, f := range foundPlugins(s.catalog) {
		names = append(names, f.name)
	}
	return fault.New(fault.NotFound, "there is no plugin %q", name).
		WithHint("%s", orElse(nearest(name, slices.Compact(names)), "valence plugin list shows all"))
}

// allNouns are the nouns of a plugin, those that are taken by another too.
func allNouns(p *pluginhost.Plugin) []string {
	return orEmpty(visibleNames(slices.Concat(p.Manifest.Commands, p.Taken)))
}

// orEmpty keeps null out of a list.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func printValues(printer *output.Printer, values ...any) error {
	row, err := json.Marshal(values)
	if err != nil {
		return err
	}
	return printer.Row(row)
}
