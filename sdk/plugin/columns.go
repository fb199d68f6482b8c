package plugin

import "github.com/valence-rsd/valence/internal/wire"

// Column is one column of a list and one field of a record.
type Column[T any] struct {
	// Name is the API's field name: the key in machine formats, and what -c
	// takes. It is a promise to scripts.
	Name string
	// Heading stands over the column in tables.
	Heading string
	// Value takes the value out of the thing: anything that encoding/json can
	// write; nil where there is none.
	Value func(T) any
	// Show says where the column appears.
	Show Where
}

// Where says in which results a column appears.
type Where int

// The places of a column.
const (
	Always     Where = iota // lists and records
	LongOnly                // records, and lists with --long
	RecordOnly              // records
)

// Result is the shape of what a command prints. Make one with the methods of
// Resource.
type Result struct{ wire wire.Result }

// ListWhen is the result of a command that prints a record, but with that flag
// a list: the result of ListResult.
func (r Result) ListWhen(flag string, list Result) Result {
	r.wire.Instead = &wire.Instead{Flag: flag, Result: list.wire}
	return r
}

func listResult[T any](columns []Column[T]) Result {
	r := wire.Result{Kind: wire.List}
	for _, c := range listed(columns) {
		r.Columns = append(r.Columns, wire.Column{Name: c.Name, Heading: c.Heading, Long: c.Show == LongOnly})
	}
	return Result{r}
}

func recordResult[T any](columns []Column[T]) Result {
	r := wire.Result{Kind: wire.Record}
	for _, c := range columns {
		r.Columns = append(r.Columns, wire.Column{Name: c.Name, Heading: c.Heading})
	}
	return Result{r}
}

func listed[T any](columns []Column[T]) []Column[T] {
	var out []Column[T]
	for _, c := range columns {
		if c.Show != RecordOnly {
			out = append(out, c)
		}
	}
	return out
}

func values[T any](columns []Column[T], thing T) []any {
	out := make([]any, len(columns))
	for i, c := range columns {
		out[i] = c.Value(thing)
	}
	return out
}
