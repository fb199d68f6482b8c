package output

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// Writer writes one result in one format. It is opened with the selected
// columns; every row holds one value for each of them, as decode gives it.
type Writer interface {
	Row(values []any) error
	// End writes what is still held back. The context ends work that takes long.
	End(ctx context.Context) error
}

type format struct {
	name         string
	machine      bool // for programs: errors are then printed for programs too
	list, record bool // what it can print
	open         func(out io.Writer, columns Columns, r Request) Writer
}

// formats are all formats, the default first. Lists and records have those that
// openstackclient gives them, and ndjson.
func formats() []format {
	return []format{
		{name: "table", list: true, record: true, open: openTable},
		{name: "json", machine: true, list: true, record: true, open: openJSON},
		{name: "yaml", machine: true, list: true, record: true, open: openYAML},
		{name: "csv", machine: true, list: true, open: openCSV},
		{name: "value", machine: true, list: true, record: true, open: openValue},
		{name: "shell", machine: true, record: true, open: openShell},
		{name: "ndjson", machine: true, list: true, record: true, open: openNDJSON},
	}
}

// Formats are the names of all formats, the default first.
func Formats() []string { return namesOf(formats()) }

// Machine tells whether the format is one for programs.
func Machine(name string) bool {
	i := slices.IndexFunc(formats(), func(f format) bool { return f.name == name })
	return i >= 0 && formats()[i].machine
}

// formatFor is the format that a request wants.
func formatFor(r Request) (format, error) {
	all := formats()
	if r.Format == "" {
		return all[0], nil
	}
	if i := slices.IndexFunc(all, func(f format) bool { return f.name == r.Format }); i < 0 {
		return format{}, fault.New(fault.Usage, "there is no output format %q", r.Format).
			WithHint("the formats are %s", strings.Join(Formats(), ", "))
	}
	kind := "list"
	if r.Record {
		kind = "record"
	}
	all = slices.DeleteFunc(all, func(f format) bool { return r.Record && !f.record || !r.Record && !f.list })
	i := slices.IndexFunc(all, func(f format) bool { return f.name == r.Format })
	if i < 0 {
		return format{}, fault.New(fault.Usage, "a %s cannot be printed as %s", kind, r.Format).
			WithHint("the formats of a %s are %s", kind, strings.Join(namesOf(all), ", "))
	}
	return all[i], nil
}

// table tells whether the request is for people.
func (r Request) table() bool {
	return r.JQ == "" && (r.Format == "" || r.Format == formats()[0].name)
}

func namesOf(all []format) []string {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.name
	}
	return names
}
