package shell

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/internal/wire"
)

// newParser makes kong's grammar of the globals and of one noun, or of the
// globals alone when the noun is nil. It parses one line: a parser that is used
// again keeps its "was set" marks, and has only those options of the cloud that
// stand on this line.
//
// Kong splits the line, finds the command and converts the values. Help,
// defaults, enums and what is required stay in the manifest: kong would read
// ${} and commas in them, and says what is missing in words of its own.
func newParser(g *globals, noun *wire.Command, args []string) (*kong.Kong, error) {
	root := struct {
		Cloud kong.Plugins `embed:""`
		*globals
		kong.Plugins
	}{Cloud: kong.Plugins{cloudGrammar(args)}, globals: g}
	if noun != nil {
		t, err := groupType([]wire.Command{pruned(*noun, args)})
		if err != nil {
			return nil, err
		}
		root.Plugins = kong.Plugins{reflect.New(t).Interface()}
	}
	return kong.New(&root, kong.Name("valence"), kong.NoDefaultHelp(), kong.Exit(func(int) {}))
}

// pruned is a command without what the line cannot reach: commands below it
// whose names are no words of the line keep nothing but their names.
func pruned(c wire.Command, args []string) wire.Command {
	c.Commands = slices.Clone(c.Commands)
	for i, below := range c.Commands {
		if slices.ContainsFunc(args, func(arg string) bool { return arg == below.Name || slices.Contains(below.Aliases, arg) }) {
			c.Commands[i] = pruned(below, args)
		} else {
			c.Commands[i] = wire.Command{Name: below.Name, Aliases: below.Aliases}
		}
	}
	return c
}

// groupType is a struct with a field for each command.
func groupType(commands []wire.Command) (reflect.Type, error) {
	fields := make([]reflect.StructField, len(commands))
	for i, c := range commands {
		t, err := commandType(c)
		if err != nil {
			return nil, fmt.Errorf("command %s: %w", c.Name, err)
		}
		if err := checkNames(append([]string{c.Name}, c.Aliases...)...); err != nil {
			return nil, err
		}
		fields[i] = field("Command", i, t, `cmd:"" name:%q`, c.Name)
		if len(c.Aliases) > 0 {
			fields[i].Tag += reflect.StructTag(fmt.Sprintf(` aliases:%q`, strings.Join(c.Aliases, ",")))
		}
	}
	return reflect.StructOf(fields), nil
}

func commandType(c wire.Command) (reflect.Type, error) {
	if len(c.Commands) > 0 {
		return groupType(c.Commands)
	}
	fields := make([]reflect.StructField, 0, len(c.Args)+len(c.Flags)+1)
	for i, a := range c.Args {
		if err := checkNames(a.Name); err != nil {
			return nil, err
		}
		fields = append(fields, field("Arg", i, valueType(a), `arg:"" optional:"" name:%q sep:"none"`, a.Name))
	}
	for i, f := range allFlags(c) {
		if err := checkNames(f.Name, "x"+f.Short); err != nil || len(f.Short) > 1 {
			return nil, errors.Join(fmt.Errorf("flag %q, %q", f.Name, f.Short), err)
		}
		fields = append(fields, field("Flag", i, valueType(f.Value), `name:%q sep:"none"`, f.Name))
		last := &fields[len(fields)-1]
		if f.Short != "" {
			last.Tag += reflect.StructTag(fmt.Sprintf(` short:%q`, f.Short))
		}
		if f.Negatable {
			last.Tag += ` negatable:""`
		}
	}
	return reflect.StructOf(fields), nil
}

func field(kind string, i int, t reflect.Type, tag string, args ...any) reflect.StructField {
	return reflect.StructField{Name: kind + strconv.Itoa(i), Type: t, Tag: reflect.StructTag(fmt.Sprintf(tag, args...))}
}

func valueType(v wire.Value) reflect.Type {
	t := reflect.TypeFor[string]()
	switch v.Type {
	case wire.Bool:
		return reflect.TypeFor[bool]()
	case wire.Int:
		t = reflect.TypeFor[int64]()
	}
	if v.Repeat {
		return reflect.SliceOf(t)
	}
	return t
}

// checkNames checks names that come from a plugin before they go into a struct tag
// or onto a screen.
func checkNames(names ...string) error {
	for _, name := range names {
		plain := func(r rune) bool {
			return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r)
		}
		if strings.Trim(name, "-") != name || name == "" || strings.TrimFunc(name, plain) != "" {
			return fmt.Errorf("%q cannot be a name", name)
		}
	}
	return nil
}

// longName is the flag that every list has: the shell's, not the plugin's.
const longName = "long"

// mayList tells whether a command prints a list, always or with a flag.
func mayList(c wire.Command) bool {
	return c.Result.Kind == wire.List || c.Result.Instead != nil && c.Result.Instead.Result.Kind == wire.List
}

// allFlags are a command's flags and those that the shell adds to it.
func allFlags(c wire.Command) []wire.Flag {
	if !mayList(c) {
		return c.Flags
	}
	long := wire.Flag{Value: wire.Value{Name: longName, Type: wire.Bool, Help: "Print the long columns too."}}
	return append(c.Flags[:len(c.Flags):len(c.Flags)], long)
}
