package shell

import (
	"fmt"

	"github.com/valence-rsd/valence/internal/wire"
)

// coreCommands are the shell's own commands, described like a plugin's.
func coreCommands() []wire.Command {
	return append(cloudNouns(), []wire.Command{
		pluginNoun(),
		doctorCommand(),
		{
			Name:     "completion",
			Help:     "Print the script with which a shell completes valence.",
			Detail:   completionHelp,
			Examples: []string{"completion bash", "completion zsh", "completion fish"},
			Args:     []wire.Value{{Name: "shell", Type: wire.String, Required: true, Enum: shells(), Help: "Shell to complete in."}},
		},
		{
			Name:     "shell",
			Help:     "Read commands from the terminal, one after the other.",
			Detail:   shellHelp,
			Examples: []string{"shell", "--os-cloud rsd shell"},
		},
		{
			Name:     "help",
			Help:     "Show help for a command, or a topic such as exit-codes.",
			Examples: []string{"help", "help node create", "help exit-codes"},
			Args:     []wire.Value{{Name: "command", Type: wire.String, Repeat: true, Complete: "help", Help: "Words of the command, or a topic."}},
		},
		{
			Name: "version",
			Help: "Print the version.",
		},
	}...)
}

// reserved are the nouns that no plugin may take.
func reserved() []string {
	var nouns []string
	for _, c := range coreCommands() {
		nouns = append(nouns, c.Name)
	}
	return nouns
}

func (s *shell) printVersion() error {
	_, err := fmt.Fprintf(s.Out, "valence %s\n", s.Version)
	return err
}
