package plugin

import "context"

// Family is what a plugin offers: the commands for one kind of resource, or
// for a few that belong together.
type Family struct {
	// Name is the family's name, such as "nodes"; the program is called
	// valence-plugin-NAME.
	Name string
	// Version is the plugin's own version, shown by "valence plugin list".
	Version string
	// Services are the service types that the commands send requests to, such
	// as "rack-scale". The shell refuses requests to any other.
	Services []string
	// Grammar makes the commands: a pointer to a kong struct whose fields are
	// the nouns, each a group of commands. It is called once for each command
	// line, because kong keeps what it parsed.
	Grammar func() any
}

// Runner is what the struct of a command implements. The context ends when the
// person interrupts the command.
type Runner interface {
	Run(ctx context.Context, call *Call) error
}

// Resulter is implemented by the struct of a command that prints rows or a
// record; Resource makes the Result.
type Resulter interface{ Result() Result }

// Exampler is implemented by the struct of a command that has examples for its
// help: command lines without the program's name.
type Exampler interface{ Examples() []string }
