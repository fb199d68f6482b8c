package shell

import (
	"reflect"
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/internal/wire"
)

// line is a command line after parsing.
type line struct {
	globals globals
	given   []string        // the globals that stood on the line, as --name=value
	path    []*wire.Command // from the noun to the command; empty: no command
	flags   []setFlag       // of the command, in the manifest's order
	args    [][]string      // of the command, as far as they were given
}

// setFlag is a flag that stood on the line, with all its values.
type setFlag struct {
	wire.Flag
	values []string
}

// parse reads a line against the globals and one noun. Errors about the line
// are faults; any other is about the noun's grammar.
func parse(noun *wire.Command, args []string) (*line, error) {
	l := &line{}
	parser, err := newParser(&l.globals, noun, args)
	if err != nil {
		return nil, err
	}
	trace, err := kong.Trace(parser, args)
	if err != nil {
		return nil, err
	}
	l.follow(noun, trace)
	if trace.Error != nil {
		return nil, l.misread(trace, args)
	}
	// Without Validate: the manifest is checked afterwards, by check.
	if err := trace.Reset(); err != nil {
		return nil, err
	}
	if _, err := trace.Apply(); err != nil {
		return nil, err
	}
	for _, f := range trace.Model.Flags {
		if f.Set {
			for _, value := range texts(f.Target) {
				l.given = append(l.given, "--"+f.Name+"="+value)
			}
		}
	}
	l.globals.said = saidOf(trace.Model.Flags)
	l.read(trace)
	return l, nil
}

// command is the last of the path, or nil.
func (l *line) command() *wire.Command {
	if len(l.path) == 0 {
		return nil
	}
	return l.path[len(l.path)-1]
}

// result is what the line prints.
func (l *line) result() wire.Result {
	return l.command().Result.With(func(flag string) bool { return l.flag(flag) != nil })
}

// follow finds the commands that kong went through in the manifest.
func (l *line) follow(noun *wire.Command, trace *kong.Context) {
	for _, p := range trace.Path {
		switch {
		case p.Command == nil:
		case len(l.path) == 0:
			l.path = append(l.path, noun)
		default:
			l.path = append(l.path, named(l.command().Commands, p.Command.Name))
		}
	}
}

// read takes the values over. The fields of kong's node stand in the order of
// the manifest, because the grammar was made from it.
func (l *line) read(trace *kong.Context) {
	node, command := trace.Selected(), l.command()
	if node == nil || len(command.Commands) > 0 {
		return
	}
	for i, f := range allFlags(*command) {
		if node.Flags[i].Set {
			l.flags = append(l.flags, setFlag{f, texts(node.Flags[i].Target)})
		}
	}
	for _, arg := range node.Positional {
		if arg.Set {
			l.args = append(l.args, texts(arg.Target))
		}
	}
}

// long tells whether the shell's own flag of lists was given.
func (l *line) long() bool {
	for _, f := range l.flags {
		if f.Name == longName && mayList(*l.command()) {
			return f.values[0] == "true"
		}
	}
	return false
}

// texts are the values of a field of the grammar, as text.
func texts(v reflect.Value) []string {
	switch v.Kind() {
	case reflect.Bool:
		return []string{strconv.FormatBool(v.Bool())}
	case reflect.Int, reflect.Int64:
		return []string{strconv.FormatInt(v.Int(), 10)}
	case reflect.Pointer:
		return texts(v.Elem())
	case reflect.Slice:
		var out []string
		for i := range v.Len() {
			out = append(out, texts(v.Index(i))...)
		}
		return out
	}
	return []string{v.String()}
}
