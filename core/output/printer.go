package output

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/valence-rsd/valence/core/fault"
)

// Request says what to print and how.
type Request struct {
	Format   string // one of Formats; empty: the default
	Record   bool   // one row, printed as a record, rather than a list
	Columns  Columns
	Wanted   []string // names or headings; empty: all that are not long
	Long     bool     // the long columns of a list too
	Sort     Sort
	JQ       string // an expression to print the results of, over the JSON document
	NoIndent bool   // JSON in one line
	Quote    string // one of Quotings, for csv; empty: the default
	Prefix   string // before the names of the format shell
	Table    Table
	// Warn is told what is odd but no reason to stop. It may be nil.
	Warn func(format string, args ...any)
}

// Printer prints the rows of one result. Its methods must not be called from
// several goroutines at once.
type Printer struct {
	request  Request
	selected []int
	writer   Writer
	sorter   *sorter // nil: rows are printed as they come
	out      *bufio.Writer
	rows     int
	drawing  []byte // in place of a table, as far as it is not written
	drawn    bool   // a part of the drawing is
}

// New checks the request and gives a Printer to out. Whatever is wrong with the
// request is a fault.Usage error, so a wrong request costs no work. Nothing is
// written before the first row.
func New(out io.Writer, r Request) (*Printer, error) {
	if r.Warn == nil {
		r.Warn = func(string, ...any) {}
	}
	// A record has no long columns: whoever shows one thing wants all of it.
	selected, err := r.Columns.Select(r.Wanted, r.Long || r.Record)
	if err != nil {
		return nil, err
	}
	p := &Printer{request: r, selected: selected, out: bufio.NewWriter(out)}
	if p.sorter, err = newSorter(r); err != nil {
		return nil, err
	}
	if err := errors.Join(checkQuote(r.Quote), checkPrefix(r.Prefix)); err != nil {
		return nil, err
	}
	p.writer, err = r.open(p.out, r.Columns.at(selected))
	return p, err
}

// open gives the writer that the request wants.
func (r Request) open(out io.Writer, columns Columns) (Writer, error) {
	if r.JQ != "" {
		return openJQ(out, columns, r)
	}
	f, err := formatFor(r)
	if err != nil {
		return nil, err
	}
	return f.open(out, columns, r), nil
}

// Row prints one row: a JSON array with a value for each of the request's
// columns. A row of another shape is a fault.PluginFault error; other errors are
// those of the underlying writer.
func (p *Printer) Row(raw json.RawMessage) error {
	var values []json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		return fault.New(fault.PluginFault, "the plugin sent a row that is not a JSON array")
	}
	if len(values) != len(p.request.Columns) {
		return fault.New(fault.PluginFault, "the plugin sent a row of %d values for %d columns", len(values), len(p.request.Columns))
	}
	if p.request.Record && p.rows > 0 {
		return fault.New(fault.PluginFault, "the plugin sent more than one row for a record")
	}
	p.rows++
	row := pick(values, p.selected)
	if p.sorter != nil {
		p.sorter.add(pick(values, p.sorter.by), row)
		return nil
	}
	return wrap(p.writer.Row(row))
}

func pick(values []json.RawMessage, indexes []int) []any {
	out := make([]any, len(indexes))
	for i, at := range indexes {
		out[i] = decode(values[at])
	}
	return out
}

// Draw takes text for people that is printed in place of a table. Another
// format leaves it alone.
func (p *Printer) Draw(text string) {
	if p.request.table() {
		p.drawing = append(p.drawing, Lines(text)...)
	}
}

// Begun tells whether anything has come that is to be printed.
func (p *Printer) Begun() bool { return p.rows > 0 || len(p.drawing) > 0 || p.drawn }

// Pending tells whether Flush would write anything.
func (p *Printer) Pending() bool { return p.out.Buffered() > 0 || len(p.drawing) > 0 }

// Flush writes what can be written already: the rows of a format that prints
// them as they come, and what has been drawn, which ends a line of its own.
func (p *Printer) Flush() error {
	if len(p.drawing) > 0 {
		_, _ = p.out.Write(append(p.drawing, '\n')) // Flush returns the error
		p.drawing, p.drawn = nil, true
	}
	return wrap(p.out.Flush())
}

// Close ends the result and writes what is still held back. A record without
// its row prints nothing. The context ends what takes long: a --jq expression.
func (p *Printer) Close(ctx context.Context) error {
	switch {
	case len(p.drawing) > 0 || p.drawn:
		return p.Flush()
	case p.request.Record && p.rows == 0:
		return nil
	}
	if p.sorter != nil {
		for _, row := range p.sorter.sorted() {
			if err := p.writer.Row(row); err != nil {
				return wrap(err)
			}
		}
	}
	// Results that came before an error are printed all the same.
	if err := p.writer.End(ctx); err != nil {
		_ = p.out.Flush()
		return wrap(err)
	}
	return wrap(p.out.Flush())
}

func wrap(err error) error {
	if err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}
