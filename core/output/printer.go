package output

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/valence-rsd/valence/core/fault"
)

// Request says what to print and how.
type Request struct {
	Format  string // one of Formats; empty: the default
	Record  bool   // one row, printed as a record, rather than a list
	Columns Columns
	Wanted  []string // names or headings; empty: all that are not long
	Long    bool     // the long columns of a list too
}

// Printer prints the rows of one result. Its methods must not be called from
// several goroutines at once.
type Printer struct {
	request  Request
	selected []int
	writer   Writer
	out      *bufio.Writer
	rows     int
}

// New checks the request and gives a Printer to out. An unknown format or
// column is a fault.Usage error, so a wrong request costs no work. Nothing is
// written before the first row.
func New(out io.Writer, r Request) (*Printer, error) {
	f, err := formatNamed(r.Format)
	if err != nil {
		return nil, err
	}
	// A record has no long columns: whoever shows one thing wants all of it.
	selected, err := r.Columns.Select(r.Wanted, r.Long || r.Record)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewWriter(out)
	columns := make(Columns, len(selected))
	for i, at := range selected {
		columns[i] = r.Columns[at]
	}
	return &Printer{request: r, selected: selected, out: buffered, writer: f.open(buffered, columns, r.Record)}, nil
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
	row := make([]json.RawMessage, len(p.selected))
	for i, at := range p.selected {
		row[i] = values[at]
	}
	return wrap(p.writer.Row(row))
}

// Rows is the number of rows printed so far.
func (p *Printer) Rows() int { return p.rows }

// Close ends the result and writes what is still held back. A record without
// its row prints nothing.
func (p *Printer) Close() error {
	if p.request.Record && p.rows == 0 {
		return nil
	}
	if err := p.writer.End(); err != nil {
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
