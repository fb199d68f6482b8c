package output

import (
	"context"
	"encoding/json"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Table says how a table is drawn.
type Table struct {
	MaxWidth   int  // columns of text at most; 0 or less: no limit
	FitWidth   bool // not wider than the terminal
	Terminal   int  // columns of the terminal that the output is; 0: it is none
	PrintEmpty bool // the headings of a list without rows
	Color      bool // words that tell a state
}

// tableWriter draws openstackclient's tables. A list has a line per row, a
// record a line per column. Widths need all rows, so they are kept until End.
type tableWriter struct {
	out     io.Writer
	columns Columns
	record  bool
	options Table
	rows    [][]cell
}

// cell is a value as text.
type cell struct {
	text   string
	number bool
}

func openTable(out io.Writer, columns Columns, r Request) Writer {
	return &tableWriter{out: out, columns: columns, record: r.Record, options: r.Table}
}

func (w *tableWriter) Row(values []any) error {
	row := make([]cell, len(values))
	for i, value := range values {
		_, number := value.(json.Number)
		row[i] = cell{readable(value), number}
	}
	w.rows = append(w.rows, row)
	return nil
}

func (w *tableWriter) End(context.Context) error {
	text := ""
	switch {
	case w.record:
		text = w.drawRecord()
	case len(w.rows) > 0 || w.options.PrintEmpty:
		text = w.drawList()
	}
	// An empty list is one empty line, as openstackclient has it.
	_, err := io.WriteString(w.out, text+"\n")
	return err
}

func (w *tableWriter) drawRecord() string {
	grid := [][]string{{"Field", "Value"}}
	for i, c := range w.columns {
		grid = append(grid, []string{Line(c.Heading), w.rows[0][i].text})
	}
	widths := wrapGrid(grid, w.options, 16)
	for i, c := range w.columns {
		grid[i+1][1] = w.paint(c, grid[i+1][1])
	}
	return draw(grid, widths, make([]table.ColumnConfig, 2))
}

// drawList puts a column to the right when its first value is a number.
func (w *tableWriter) drawList() string {
	grid := make([][]string, 1, len(w.rows)+1)
	configs := make([]table.ColumnConfig, len(w.columns))
	for i, c := range w.columns {
		grid[0] = append(grid[0], Line(c.Heading))
		if len(w.rows) > 0 && w.rows[0][i].number {
			configs[i] = table.ColumnConfig{Align: text.AlignRight, AlignHeader: text.AlignRight}
		}
	}
	for _, row := range w.rows {
		line := make([]string, len(row))
		for i, c := range row {
			line[i] = c.text
		}
		grid = append(grid, line)
	}
	widths := wrapGrid(grid, w.options, 8)
	for _, line := range grid[1:] {
		for i, c := range w.columns {
			line[i] = w.paint(c, line[i])
		}
	}
	return draw(grid, widths, configs)
}

func draw(grid [][]string, widths []int, configs []table.ColumnConfig) string {
	t := table.NewWriter()
	style := table.StyleDefault
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	for i := range configs {
		configs[i].Number = i + 1
		if widths != nil {
			configs[i].WidthMin = widths[i]
		}
	}
	t.SetColumnConfigs(configs)
	for i, line := range grid {
		row := make(table.Row, len(line))
		for j, s := range line {
			row[j] = s
		}
		if i == 0 {
			t.AppendHeader(row)
		} else {
			t.AppendRow(row)
		}
	}
	return t.Render()
}
