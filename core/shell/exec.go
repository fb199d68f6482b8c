package shell

import (
	"context"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// execLine takes plugin exec NAME out of a line. What remains is a line of the
// plugin's own, with the shell's options wherever they stood. The family is
// empty when the line is another.
func execLine(args []string, flags []wire.Flag) (family string, rest []string) {
	var kept []string
	rest = args
	for _, word := range []string{"plugin", "exec", ""} {
		at := firstWord(rest, flags)
		if at < 0 || word != "" && rest[at] != word {
			return "", nil
		}
		kept = append(kept, rest[:at]...)
		family, rest = rest[at], rest[at+1:]
	}
	kept = slices.DeleteFunc(kept, func(arg string) bool { return arg == "--" })
	return family, append(kept, rest...)
}

// execPlugin runs a line with the commands of one plugin, those that another
// has taken included.
func (s *shell) execPlugin(ctx context.Context, family string, args []string) error {
	s.wanted = family
	s.plugins(ctx)
	p := s.catalog.Plugin(family)
	if p == nil {
		return s.notExecutable(family)
	}
	own := slices.Concat(p.Manifest.Commands, p.Taken)
	at := firstWord(args, s.flags)
	if at < 0 {
		return s.execNothing(p, args)
	}
	command := named(own, args[at])
	if command == nil {
		command = aliased(own, args[at])
	}
	if command == nil {
		return fault.New(fault.Usage, "the plugin %s has no command %q", family, args[at]).
			WithHint("%s", orElse(nearest(args[at], visibleNames(own)), "it has "+strings.Join(visibleNames(own), ", ")))
	}
	return s.runLine(ctx, noun{command: command, plugin: p}, args)
}

// notExecutable says why no plugin of a name can be run.
func (s *shell) notExecutable(family string) error {
	for _, p := range s.catalog.Problems {
		if p.Family == family {
			return fault.New(fault.PluginFault, "plugin %s cannot be used: %s", family, p.Reason)
		}
	}
	return s.noPlugin(family)
}

// execNothing answers a line without a command: help, where it asks for that.
func (s *shell) execNothing(p *pluginhost.Plugin, args []string) error {
	l, err := parse(nil, args)
	if err != nil {
		return err
	}
	own := slices.Concat(p.Manifest.Commands, p.Taken)
	if !l.globals.Help {
		return fault.New(fault.Usage, "plugin exec %s needs a command: %s", p.Manifest.Family, strings.Join(visibleNames(own), ", ")).
			WithHint("valence plugin exec %s --help explains them", p.Manifest.Family)
	}
	page := s.newPage()
	page.heading("Usage")
	page.entries([]entry{{"valence plugin exec " + p.Manifest.Family + " <command> [options]", ""}})
	page.heading("Commands")
	page.entries(overview(own))
	return s.show(page)
}
