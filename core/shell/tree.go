package shell

import (
	"slices"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// columnNoun marks options that take names of columns of the command's result.
const columnNoun = "column"

// newTree is all that completion can know before it is asked.
func newTree(plugins []pluginhost.Plugin) *complete.Tree {
	flags := globalFlags()
	t := &complete.Tree{Flags: completeFlags(flags, nil)}
	for i, o := range cloud.Options() { // globalFlags begin with them
		t.Flags[i].Rare, t.Flags[i].Hidden = t.Flags[i].Hidden, o.Hidden
	}
	for _, topic := range topics() {
		t.Topics = append(t.Topics, complete.Word{Text: topic.name, Help: topic.text})
	}
	commands := coreCommands()
	families := make([]complete.Word, len(plugins))
	for i, p := range plugins {
		commands = append(commands, p.Manifest.Commands...)
		families[i] = complete.Word{Text: p.Manifest.Family, Help: p.Path}
	}
	t.Commands = completeCommands(commands, families, flags)
	return t
}

func completeCommands(commands []wire.Command, families []complete.Word, globals []wire.Flag) []complete.Command {
	out := make([]complete.Command, len(commands))
	for i, c := range commands {
		out[i] = complete.Command{
			Word: complete.Word{Text: c.Name, Help: c.Help}, Aliases: c.Aliases, Hidden: c.Hidden,
			Commands: completeCommands(c.Commands, families, globals),
		}
		if len(c.Commands) > 0 {
			continue
		}
		for _, a := range c.Args {
			v := completeValue(a)
			if v.Noun == complete.Plugin {
				v = complete.Value{Words: families, Repeat: a.Repeat}
			}
			out[i].Args = append(out[i].Args, v)
		}
		out[i].Flags = completeFlags(slices.Concat(allFlags(c), columnFlags(c.Result, globals)), c.Result.Columns)
	}
	return out
}

// columnFlags are the shell's options that take the columns of this result:
// with the command's own words they go before those of the shell.
func columnFlags(r wire.Result, globals []wire.Flag) []wire.Flag {
	if len(r.Columns) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(globals), func(f wire.Flag) bool { return f.Complete != columnNoun })
}

func completeFlags(flags []wire.Flag, columns []wire.Column) []complete.Flag {
	out := make([]complete.Flag, len(flags))
	for i, f := range flags {
		out[i] = complete.Flag{
			Word: complete.Word{Text: f.Name, Help: f.Help}, Value: completeValue(f.Value),
			Short: f.Short, Switch: f.Type == wire.Bool, Negatable: f.Negatable, Hidden: f.Hidden,
		}
		if f.Complete != columnNoun {
			continue
		}
		out[i].Noun = ""
		for _, c := range columns {
			out[i].Words = append(out[i].Words, complete.Word{Text: c.Name, Help: c.Heading})
		}
	}
	return out
}

func completeValue(v wire.Value) complete.Value {
	out := complete.Value{Noun: v.Complete, Repeat: v.Repeat}
	for _, word := range said(v.Enum) {
		out.Words = append(out.Words, complete.Word{Text: word})
	}
	return out
}
