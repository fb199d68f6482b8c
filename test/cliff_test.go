package test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/output"
)

// cliffCases are tables, and the ways in which each of them is printed.
type cliffCases struct {
	Lists, Records []cliffVariant
	Tables         []cliffTable
}

// cliffVariant holds options under cliff's names, so that the other side can
// give them to cliff's own parser.
type cliffVariant struct {
	Format         string
	NoIndent       bool
	Quote          string
	Prefix         string
	Column         []string
	SortColumn     []string `json:"sort-column"`
	SortAscending  bool     `json:"sort-ascending"`
	SortDescending bool     `json:"sort-descending"`
	MaxWidth       int      `json:"max-width"`
	FitWidth       bool     `json:"fit-width"`
	PrintEmpty     bool     `json:"print-empty"`
}

type cliffTable struct {
	Name     string
	Columns  []string
	Rows     []json.RawMessage
	Variants []cliffVariant    // of lists, besides those that every table has
	Differs  map[string]string // where we differ on purpose, such as record.shell, and why
}

// Every table must come out with cliff's bytes, except where a case says why
// not; there it must not, or the reason is out of date.
func TestOutputIsCliffs(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import cliff, osc_lib, yaml").Run(); err != nil {
		t.Skip("Debian's python3-openstackclient is not installed")
	}
	dir := filepath.Join("testdata", "cliff")
	raw, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases cliffCases
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(python, filepath.Join(dir, "reference.py"), filepath.Join(dir, "cases.json"))
	run.Stderr = os.Stderr
	raw, err = run.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	for _, table := range cases.Tables {
		t.Run(table.Name, func(t *testing.T) {
			for _, v := range append(cases.Lists[:len(cases.Lists):len(cases.Lists)], table.Variants...) {
				table.check(t, v, "list", want[0])
				want = want[1:]
			}
			if len(table.Rows) == 0 {
				return
			}
			table.Rows = table.Rows[:1]
			for _, v := range cases.Records {
				table.check(t, v, "record", want[0])
				want = want[1:]
			}
		})
	}
}

func (c cliffTable) check(t *testing.T, v cliffVariant, kind, want string) {
	t.Helper()
	got := c.print(t, v, kind == "record")
	reason, differs := c.Differs[kind+"."+v.Format]
	if v.Quote != "" && !differs {
		reason, differs = c.Differs[kind+"."+v.Format+"."+v.Quote]
	}
	switch {
	case !differs && got != want:
		t.Errorf("%s %+v (-cliff +ours):\n%s", kind, v, cmp.Diff(want, got))
	case differs && got == want:
		t.Errorf("%s %+v is cliff's, but the case says that it differs: %s", kind, v, reason)
	}
}

func (c cliffTable) print(t *testing.T, v cliffVariant, record bool) string {
	t.Helper()
	columns := make(output.Columns, len(c.Columns))
	for i, name := range c.Columns {
		columns[i] = output.Column{Name: name, Heading: name}
	}
	var out bytes.Buffer
	p, err := output.New(&out, output.Request{
		Format: v.Format, Record: record, Columns: columns, Wanted: v.Column,
		Sort:     output.Sort{Columns: v.SortColumn, Ascending: v.SortAscending, Descending: v.SortDescending},
		NoIndent: v.NoIndent, Quote: v.Quote, Prefix: v.Prefix,
		Table: output.Table{MaxWidth: v.MaxWidth, FitWidth: v.FitWidth, PrintEmpty: v.PrintEmpty},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range c.Rows {
		if err := p.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
