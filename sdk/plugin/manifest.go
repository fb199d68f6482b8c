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
	for _, f := range flags {
		c.Flags = append(c.Flags, flag(f))
	}
	return c, nil
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
