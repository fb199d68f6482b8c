package plugin

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/internal/wire"
)

// parser makes a kong parser of a fresh grammar. It parses one command line: a
// reused parser keeps "was set" marks.
func (f Family) parser() (*kong.Kong, error) {
	return kong.New(f.Grammar(), kong.Name("valence"), kong.NoDefaultHelp(), kong.Exit(func(int) {}))
}

// Describe gives the family's manifest, the JSON from which the shell builds
// grammar, help and completion. An error is a mistake in the family itself.
func (f Family) Describe() ([]byte, error) {
	m, err := f.manifest()
	if err != nil {
		return nil, fmt.Errorf("family %s: %w", f.Name, err)
	}
	return json.Marshal(m)
}

func (f Family) manifest() (wire.Manifest, error) {
	parser, err := f.parser()
	if err != nil {
		return wire.Manifest{}, fmt.Errorf("building the grammar: %w", err)
	}
	m := wire.Manifest{Protocol: wire.Protocol, Family: f.Name, Version: f.Version, Services: f.Services}
	for _, noun := range parser.Model.Children {
		c, err := command(noun, parser.Model.Flags)
		if err != nil {
			return wire.Manifest{}, err
		}
		m.Commands = append(m.Commands, c)
	}
	return m, nil
}

// command describes a node of the grammar. Flags of a group belong to every
// command below it.
func command(n *kong.Node, inherited []*kong.Flag) (wire.Command, error) {
	c := wire.Command{Name: n.Name, Aliases: n.Aliases, Help: n.Help, Detail: n.Detail, Hidden: n.Hidden}
	if c.Help == "" {
		return c, fmt.Errorf("command %q has no help", n.FullPath())
	}
	flags := slices.Concat(inherited, n.Flags)
	for _, child := range n.Children {
		sub, err := command(child, flags)
		if err != nil {
			return c, err
		}
		c.Commands = append(c.Commands, sub)
	}
	if len(c.Commands) > 0 {
		return c, nil
	}
	return leaf(c, n, flags)
}

func leaf(c wire.Command, n *kong.Node, flags []*kong.Flag) (wire.Command, error) {
	target := n.Target.Addr().Interface()
	if _, ok := target.(Runner); !ok {
		return c, fmt.Errorf("command %q: %T has no method Run(context.Context, *plugin.Call) error", n.FullPath(), target)
	}
	if r, ok := target.(Resulter); ok {
		c.Result = r.Result().wire
	}
	if e, ok := target.(Exampler); ok {
		c.Examples = e.Examples()
	}
	for _, p := range n.Positional {
		c.Args = append(c.Args, value(p))
	}
	if r, ok := target.(refers); ok && r.refersTo() != "" {
		c.Args[0] = reference(c.Args[0], r.refersTo())
		c.Examples = referenceExamples(n, c.Args[0])
	}
	for _, f := range flags {
		c.Flags = append(c.Flags, flag(f))
	}
	return c, nil
}

// refers is implemented by the kit's own commands, whose argument names things
// of one resource. Struct tags cannot say which.
type refers interface{ refersTo() string }

// reference describes an argument that names things of a resource.
func reference(v wire.Value, resource string) wire.Value {
	v.Name, v.Complete, v.Help = resource, resource, "Name or UUID of the "+resource+"."
	if v.Repeat {
		v.Help = "Name or UUID of each " + resource + "."
	}
	return v
}

func referenceExamples(n *kong.Node, v wire.Value) []string {
	one := strings.TrimPrefix(n.FullPath(), "valence ") + " my-" + v.Name
	if v.Repeat {
		return []string{one, one + " other-" + v.Name}
	}
	return []string{one, one + " -f json"}
}

func flag(f *kong.Flag) wire.Flag {
	out := wire.Flag{Value: value(f.Value), Placeholder: f.PlaceHolder, Hidden: f.Hidden, Xor: f.Xor}
	out.Negatable = f.Tag.Negatable != ""
	if f.Short != 0 {
		out.Short = string(f.Short)
	}
	return out
}

func value(v *kong.Value) wire.Value {
	out := wire.Value{Name: v.Name, Help: v.Help, Type: typeOf(v.Target), Required: v.Required, Repeat: v.IsCumulative()}
	out.Complete = v.Tag.Get("complete")
	if v.HasDefault {
		out.Default = v.Default
	}
	if v.Enum != "" {
		for word := range strings.SplitSeq(v.Enum, ",") {
			out.Enum = append(out.Enum, strings.TrimSpace(word))
		}
	}
	return out
}

// typeOf gives the type that the shell can check by itself. A type with a
// mapper or text unmarshaller of its own is a string to the shell.
func typeOf(v reflect.Value) wire.Type {
	t := v.Type()
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.PkgPath() != "":
		return wire.String
	case t.Kind() == reflect.Bool:
		return wire.Bool
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return wire.Int
	}
	return wire.String
}
