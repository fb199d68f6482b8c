package shell

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/valence-rsd/valence/internal/wire"
)

// coreCommands are the shell's own commands, described like a plugin's.
func coreCommands() []wire.Command {
	return []wire.Command{
		{
			Name: "plugin",
			Help: "Plugins, which bring the other commands.",
			Commands: []wire.Command{{
				Name:     "list",
				Help:     "List the plugins that can be used.",
				Examples: []string{"plugin list", "plugin list -f json"},
				Result: wire.Result{Kind: wire.List, Columns: []wire.Column{
					{Name: "name", Heading: "Name"},
					{Name: "version", Heading: "Version"},
					{Name: "commands", Heading: "Commands"},
					{Name: "path", Heading: "Path"},
				}},
			}},
		},
		{
			Name:     "help",
			Help:     "Show help for a command, or a topic such as exit-codes.",
			Examples: []string{"help", "help node create", "help exit-codes"},
			Args:     []wire.Value{{Name: "command", Type: wire.String, Repeat: true, Help: "Words of the command, or a topic."}},
		},
		{
			Name: "version",
			Help: "Print the version.",
		},
	}
}

// reserved are the nouns that no plugin may take: the core's own, and those
// that the core is going to have.
func reserved() []string {
	nouns := []string{"catalog", "completion", "configuration", "shell", "token"}
	for _, c := range coreCommands() {
		nouns = append(nouns, c.Name)
	}
	return nouns
}

func (s *shell) printVersion() error {
	_, err := fmt.Fprintf(s.Out, "valence %s\n", s.Version)
	return err
}

func (s *shell) listPlugins(ctx context.Context, l *line) error {
	printer, err := s.printer(l)
	if err != nil {
		return err
	}
	for _, p := range s.plugins(ctx) {
		commands := strings.Join(visibleNames(p.Manifest.Commands), ", ")
		row, err := json.Marshal([]string{p.Manifest.Family, p.Manifest.Version, commands, p.Path})
		if err != nil {
			return err
		}
		if err := printer.Row(row); err != nil {
			return err
		}
	}
	return printer.Close()
}
