package shell

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/internal/wire"
)

// printRootHelp shows what the shell can do: the core's commands and those of
// all plugins, from their manifests.
func (s *shell) printRootHelp(ctx context.Context) error {
	p := s.newPage()
	p.text("Valence composes machines out of the processors, memory and drives of a rack, through the OpenStack Valence service.")
	p.heading("Usage")
	p.entries([]entry{{"valence [options] <command> [arguments]", ""}})
	commands := []wire.Command{}
	for _, plugin := range s.plugins(ctx) {
		commands = append(commands, plugin.Manifest.Commands...)
	}
	p.heading("Commands")
	p.entries(overview(withCore(commands)))
	if len(commands) == 0 {
		p.text("No plugins were found, so only the shell's own commands are here.")
	}
	p.heading("Options")
	p.entries(flagEntries(globalFlags()))
	p.heading("More")
	more := []entry{{"valence <command> --help", "What a command does, takes and prints."}}
	for _, t := range topics() {
		more = append(more, entry{"valence help " + t.name, t.text})
	}
	p.entries(more)
	return s.show(p)
}

// withCore are commands of plugins in the order of the alphabet, and those of
// the shell.
func withCore(commands []wire.Command) []wire.Command {
	byName := func(a, b wire.Command) int { return strings.Compare(a.Name, b.Name) }
	return append(slices.SortedStableFunc(slices.Values(commands), byName), coreCommands()...)
}

// overview lists nouns, each with what can be done with it.
func overview(commands []wire.Command) []entry {
	var list []entry
	for _, c := range commands {
		if c.Hidden {
			continue
		}
		text := c.Help
		if verbs := visibleNames(c.Commands); len(verbs) > 0 {
			text = strings.TrimSuffix(text, ".") + " (" + strings.Join(verbs, ", ") + ")."
		}
		list = append(list, entry{c.Name, text})
	}
	return list
}

// printHelp shows the help of one command or group.
func (s *shell) printHelp(path []*wire.Command) error {
	p, c := s.newPage(), path[len(path)-1]
	p.heading("Usage")
	p.entries([]entry{{synopsis(path), ""}})
	p.text(c.Help)
	if c.Detail != "" {
		p.text(c.Detail)
	}
	if len(c.Commands) > 0 {
		p.heading("Commands")
		p.entries(children(c.Commands))
		p.text("More on each: valence " + title(path) + " <command> --help")
		return s.show(p)
	}
	section(p, "Arguments", argEntries(c.Args))
	section(p, "Options", flagEntries(c.Flags))
	section(p, "Output", outputEntries(*c))
	columnSections(p, c.Result)
	section(p, "Examples", examples(c.Examples))
	p.text("Options of the shell, such as --os-cloud, may stand anywhere on the line; valence --help lists them. " +
		"What the exit status says: valence help exit-codes.")
	return s.show(p)
}

// printHelpOn shows the help that `help` with these words asks for.
func (s *shell) printHelpOn(ctx context.Context, words []string) error {
	switch {
	case len(words) == 0:
		return s.printRootHelp(ctx)
	case topicNamed(words) != nil:
		p := s.newPage()
		topicNamed(words).write(p)
		return s.show(p)
	}
	n := s.lookUp(ctx, words[0])
	if n.command == nil {
		return s.unknown(words)
	}
	path := []*wire.Command{n.command}
	for _, word := range words[1:] {
		below := path[len(path)-1].Commands
		next := named(below, word)
		if next == nil {
			next = aliased(below, word)
		}
		if next == nil {
			return unknownBelow(path, word)
		}
		path = append(path, next)
	}
	return s.printHelp(path)
}

func writeExitCodes(d document) {
	d.text("The exit status says how a command ended.")
	d.heading("Exit codes")
	list := []entry{{fmt.Sprint(exitDone), "done"}}
	for _, e := range exits() {
		list = append(list, entry{fmt.Sprint(e.status), fmt.Sprintf("%s (%s)", e.text, e.code)})
	}
	d.entries(list)
	d.text("With a format for programs, such as -f json, an error is one line of JSON on stderr with code " +
		"(a word in brackets above), status (of HTTP, or 0), message, hint where there is one, request_id and exit_code.")
}

func (s *shell) show(p *page) error {
	_, err := io.WriteString(s.Out, p.String())
	return err
}

// title is a command's name, such as node create.
func title(path []*wire.Command) string {
	names := make([]string, len(path))
	for i, c := range path {
		names[i] = output.Line(c.Name)
	}
	return strings.Join(names, " ")
}

// synopsis is how a command is written.
func synopsis(path []*wire.Command) string {
	c := path[len(path)-1]
	words := []string{"valence", title(path)}
	if len(c.Commands) > 0 {
		return strings.Join(append(words, "<command>", "[options]"), " ")
	}
	optional := c.Result.Kind != wire.NoResult
	for _, f := range c.Flags {
		if f.Required {
			words = append(words, flagName(f))
		} else {
			optional = true
		}
	}
	if optional {
		words = append(words, "[options]")
	}
	for _, a := range c.Args {
		name := argName(a)
		if a.Repeat {
			name += "..."
		}
		if !a.Required {
			name = "[" + name + "]"
		}
		words = append(words, name)
	}
	return strings.Join(words, " ")
}
