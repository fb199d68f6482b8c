package shell

import (
	"slices"
	"strings"
	"unicode"

	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/internal/wire"
)

func children(commands []wire.Command) []entry {
	var list []entry
	for _, c := range commands {
		if !c.Hidden {
			list = append(list, entry{strings.Join(append([]string{c.Name}, c.Aliases...), ", "), c.Help})
		}
	}
	return list
}

func argEntries(args []wire.Value) []entry {
	var list []entry
	for _, a := range args {
		list = append(list, entry{argName(a), describe(a)})
	}
	return list
}

func flagEntries(flags []wire.Flag) []entry {
	var list []entry
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		name := "    " + flagName(f)
		if f.Short != "" {
			name = "-" + f.Short + ", " + flagName(f)
		}
		list = append(list, entry{name, describe(f.Value)})
	}
	return list
}

// outputEntries are the shell's options that shape what the command prints.
func outputEntries(c wire.Command) []entry {
	if c.Result.Kind == wire.NoResult {
		return nil
	}
	var flags []wire.Flag
	for _, f := range globalFlags() {
		if f.Name == "format" || f.Name == "column" {
			flags = append(flags, f)
		}
	}
	return flagEntries(append(flags, longFlags(c)...))
}

// longFlags is --long, for a list that has long columns.
func longFlags(c wire.Command) []wire.Flag {
	columns := c.Result.Columns
	if c.Result.Instead != nil {
		columns = c.Result.Instead.Result.Columns
	}
	if !mayList(c) || !slices.ContainsFunc(columns, func(c wire.Column) bool { return c.Long }) {
		return nil
	}
	return allFlags(c)[len(c.Flags):]
}

// columnSections are the columns of a result, and of what a flag makes of it.
func columnSections(d document, r wire.Result) {
	section(d, "Columns", columnEntries(r))
	if other := r.Instead; other != nil {
		section(d, "Columns with --"+other.Flag, columnEntries(other.Result))
	}
}

func columnEntries(r wire.Result) []entry {
	var list []entry
	for _, c := range r.Columns {
		text := c.Heading
		if c.Long && r.Kind == wire.List {
			text += " (with --long)"
		}
		list = append(list, entry{output.Line(c.Name), text})
	}
	return list
}

func examples(lines []string) []entry {
	var list []entry
	for _, text := range lines {
		list = append(list, entry{"valence " + output.Line(text), ""})
	}
	return list
}

// describe is a value's help with what else is known of it.
func describe(v wire.Value) string {
	text := v.Help
	var more []string
	if words := said(v.Enum); !names(text, words) {
		more = append(more, "one of "+strings.Join(words, ", "))
	}
	if v.Default != "" {
		more = append(more, "default "+v.Default)
	}
	if v.Repeat && !strings.Contains(text, "repeat") && !strings.Contains(text, "several") && !strings.Contains(text, "each") {
		more = append(more, "several may be given")
	}
	if len(more) == 0 {
		return text
	}
	sentence, stopped := strings.CutSuffix(text, ".")
	text = strings.TrimSpace(sentence + " (" + strings.Join(more, "; ") + ")")
	if stopped {
		text += "."
	}
	return text
}

// said are the words of an enum that a person would type. An empty one stands
// for a flag that is not given.
func said(enum []string) []string {
	return slices.DeleteFunc(slices.Clone(enum), func(word string) bool { return word == "" })
}

// names tells whether a text has all of these words.
func names(text string, words []string) bool {
	has := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_", r)
	})
	return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(has, word) })
}

func argName(a wire.Value) string { return "<" + output.Line(a.Name) + ">" }

// flagName is a flag as it is written, with a word for its value.
func flagName(f wire.Flag) string {
	name := "--" + output.Line(f.Name)
	switch {
	case f.Negatable:
		return "--[no-]" + output.Line(f.Name)
	case f.Type == wire.Bool:
		return name
	case f.Placeholder != "":
		return name + " " + output.Line(f.Placeholder)
	}
	return name + " " + strings.ToUpper(f.Name[strings.LastIndex(f.Name, "-")+1:])
}
