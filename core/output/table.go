package output

import (
	"encoding/json"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// tableWriter draws openstackclient's tables. A list has a line per row, a
// record a line per column. Widths need all rows, so they are kept until End.
type tableWriter struct {
	out     io.Writer
	columns Columns
	record  bool
	rows    [][]cell
}

// cell is a value as text.
type cell struct {
	text   string
	number bool
}

func openTable(out io.Writer, columns Columns, record bool) Writer {
	return &tableWriter{out: out, columns: columns, record: record}
}

func (w *tableWriter) Row(values []json.RawMessage) error {
	row := make([]cell, len(values))
	for i, value := range values {
		row[i] = readable(value)
	}
	w.rows = append(w.rows, row)
	return nil
}

func (w *tableWriter) End() error {
	t := table.NewWriter()
	t.SetStyle(tableStyle())
	switch {
	case w.record:
		t.AppendHeader(table.Row{"Field", "Value"})
		for i, c := range w.columns {
			t.AppendRow(table.Row{c.Heading, w.rows[0][i].text})
		}
	case len(w.rows) > 0:
		w.list(t)
	}
	// An empty list is one empty line, as openstackclient has it.
	_, err := io.WriteString(w.out, t.Render()+"\n")
	return err
}

func (w *tableWriter) list(t table.Writer) {
	head := make(table.Row, len(w.columns))
	configs := make([]table.ColumnConfig, len(w.columns))
	for i, c := range w.columns {
		head[i] = c.Heading
		configs[i] = table.ColumnConfig{Number: i + 1}
		if w.numeric(i) {
			configs[i].Align = text.AlignRight
			configs[i].AlignHeader = text.AlignRight
		}
	}
	t.AppendHeader(head)
	t.SetColumnConfigs(configs)
	for _, row := range w.rows {
		line := make(table.Row, len(row))
		for i, c := range row {
			line[i] = c.text
		}
		t.AppendRow(line)
	}
}

// numeric tells whether a column holds numbers and nothing else.
func (w *tableWriter) numeric(column int) bool {
	found := false
	for _, row := range w.rows {
		c := row[column]
		if c.text != "" && !c.number {
			return false
		}
		found = found || c.number
	}
	return found
}

func tableStyle() table.Style {
	style := table.StyleDefault
	style.Format.Header = text.FormatDefault
	return style
}
