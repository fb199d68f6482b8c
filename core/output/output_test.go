package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

func nodeColumns() Columns {
	return Columns{
		{Name: "uuid", Heading: "UUID"},
		{Name: "name", Heading: "Name"},
		{Name: "memory_gib", Heading: "Memory GiB"},
		{Name: "metadata", Heading: "Metadata"},
		{Name: "index", Heading: "Index", Long: true},
	}
}

func nodeRows() []string {
	return []string{
		`["8c0f", "web-1", 64, {"network": [{"mac": "aa", "vlan": 2}, {"mac": "bb", "vlan": null}], "health": {"state": "OK"}}, 1]`,
		`["17a2", "naïve \u001b[31m\ud83d\ude00 \"q\"", 1099511627776, [], "one"]`,
		`["9d11", "two\nlines\tand \u202e", null, [{"b": true, "a": null}, {"a": "x"}], true]`,
		`["02ff", "", 0, ["x", 1, false, ["<y>", null]], false]`,
		`["03ff", "deep", 1.5, {"a": {"b": [{"c": "<d>"}], "e": []}, "f": ["g", 2]}, ""]`,
	}
}

func printAll(t *testing.T, r Request, rows ...string) string {
	t.Helper()
	var out bytes.Buffer
	p, err := New(&out, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := p.Row(json.RawMessage(row)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFormats(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		request Request
		rows    []string
	}{
		"list":         {Request{}, nodeRows()},
		"list-long":    {Request{Long: true}, nodeRows()},
		"list-picked":  {Request{Wanted: []string{"MEMORY GIB", "name", "Index"}}, nodeRows()},
		"list-bare":    {Request{Wanted: []string{"memorygib", "UU id"}, Sort: Sort{Columns: []string{"Memory_GiB", "name"}, Descending: true}}, nodeRows()},
		"list-tight":   {Request{NoIndent: true, Quote: "minimal", Table: Table{MaxWidth: 50}}, nodeRows()},
		"list-heads":   {Request{Quote: "all", Table: Table{PrintEmpty: true}}, nil},
		"list-empty":   {Request{}, nil},
		"record":       {Request{Record: true}, nodeRows()[:1]},
		"record-none":  {Request{Record: true}, nil},
		"record-tight": {Request{Record: true, NoIndent: true, Prefix: "node_", Table: Table{FitWidth: true, Terminal: 40}}, nodeRows()[2:3]},
		"record-one":   {Request{Record: true, Wanted: []string{"Uuid"}}, nodeRows()[:1]},
	}
	for name, c := range cases {
		for _, format := range formatsOf(c.request.Record) {
			t.Run(name+"."+format, func(t *testing.T) {
				t.Parallel()
				request := c.request // the formats run at the same time
				request.Format, request.Columns = format, nodeColumns()
				golden(t, name+"."+format, printAll(t, request, c.rows...))
			})
		}
	}
}

// formatsOf are the formats of a record, or of a list.
func formatsOf(record bool) []string {
	return slices.DeleteFunc(Formats(), func(f string) bool { return f == "csv" && record || f == "shell" && !record })
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestTableKeepsControlCharactersFromTheTerminal(t *testing.T) {
	t.Parallel()
	got := printAll(t, Request{Columns: Columns{{Name: "name", Heading: "Name"}}}, `["\u001b]0;x\u0007\u009b\r\u202e\u0000"]`)
	for _, r := range got {
		if r < ' ' && r != '\n' || r >= 0x7f {
			t.Errorf("%U reached the output %q", r, got)
		}
	}
	if want := `\x1b]0;x\x07\x9b \u202e\x00`; !strings.Contains(got, want) {
		t.Errorf("%q does not hold %q", got, want)
	}
}

// The same document goes through Python's own json module.
func TestJSONIsPythons(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	values := []string{
		`0`, `-1`, `1.0`, `1.50`, `1e3`, `1e15`, `1e16`, `1e-4`, `1e-5`, `123456789012345678901234567890`, `-0.0`, `2.5E-10`, `1E400`[:3],
		`true`, `false`, `null`, `""`, `"a\/b\u0041\u00e9\ud83d\ude00"`, `"<&>'\"\\\b\f\n\r\t\u0000\u007f\u2028"`, `"née €"`,
		`{}`, `[]`, `[ ]`, `{ "b" : [1, {"a":[], "c":{}}] ,"a":"x"}`, `[[],[[1]],{"x":[true,null]}]`, `{"e":"t:f,]}{["}`,
	}
	raw := "[" + strings.Join(values, ",") + "]"
	columns := make(Columns, len(values))
	for i := range columns {
		columns[i].Name = "ключ " + strings.Repeat("x", i)
	}
	for _, record := range []bool{true, false} {
		got := printAll(t, Request{Format: "json", Record: record, Columns: columns}, raw)
		run := exec.Command(python, "-c", "import json,sys; json.dump(json.load(sys.stdin), sys.stdout, indent=2); print()")
		run.Stdin = strings.NewReader(got)
		want, err := run.Output()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("record %v (-python +got):\n%s", record, diff)
		}
		var back any
		if err := json.Unmarshal([]byte(got), &back); err != nil {
			t.Error(err)
		}
	}
}

func TestWrongRequests(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		request       Request
		message, hint string
	}{
		"format":       {Request{Format: "xml"}, `there is no output format "xml"`, "the formats are table, json, yaml, csv, value, shell, ndjson"},
		"list":         {Request{Format: "shell"}, `a list cannot be printed as shell`, "the formats of a list are table, json, yaml, csv, value, ndjson"},
		"record":       {Request{Format: "csv", Record: true}, `a record cannot be printed as csv`, "the formats of a record are table, json, yaml, value, shell, ndjson"},
		"column":       {Request{Wanted: []string{"nam"}}, `there is no column "nam"`, "the columns are uuid, name, memory_gib, metadata, index"},
		"quote":        {Request{Format: "csv", Quote: "some"}, `--quote cannot be "some"`, "it is one of nonnumeric, all, minimal, none"},
		"prefix":       {Request{Prefix: "a-b"}, `--prefix cannot be "a-b"`, "it begins the name of a variable: letters, digits and _, no digit first"},
		"prefix digit": {Request{Prefix: "export 1"}, `--prefix cannot be "1"`, "it begins the name of a variable: letters, digits and _, no digit first"},
		"prefix word":  {Request{Prefix: "rm x"}, `--prefix cannot be "rm x"`, "it begins the name of a variable: letters, digits and _, no digit first"},
		"direction":    {Request{Sort: Sort{Ascending: true, Descending: true}}, "--sort-ascending and --sort-descending cannot be used together", ""},
		"jq format":    {Request{JQ: ".", Format: "csv"}, "--jq works on JSON, so the format cannot be csv", ""},
		"jq token":     {Request{JQ: "\"é\" | .b c"}, `--jq: unexpected token "c" at character 10 of "\"é\" | .b c"`, ""},
		"jq end":       {Request{JQ: ".a |"}, `--jq: unexpected EOF at character 5 of ".a |"`, ""},
		"jq function":  {Request{JQ: "nope(1)"}, `--jq: function not defined: nope/1 in "nope(1)"`, ""},
	}
	for name, c := range cases {
		c.request.Columns = nodeColumns()
		_, err := New(&bytes.Buffer{}, c.request)
		want := &fault.Error{Code: fault.Usage, Message: c.message, Hint: c.hint}
		if diff := cmp.Diff(want, fault.Of(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWrongRows(t *testing.T) {
	t.Parallel()
	for _, format := range formatsOf(true) {
		for name, rows := range map[string][]string{
			"not JSON":    {`[1,`},
			"not a row":   {`{"a":1}`},
			"too short":   {`[1]`},
			"second":      {`[1,2]`, `[1,2]`},
			"inner wrong": {`[1,{"a":}]`},
		} {
			var out bytes.Buffer
			p, err := New(&out, Request{Format: format, Record: true, Columns: Columns{{Name: "a"}, {Name: "b"}}})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				err = p.Row(json.RawMessage(row))
			}
			if err == nil || fault.Of(err).Code != fault.PluginFault {
				t.Errorf("%s, %s: %v, want a fault of the plugin", format, name, err)
			}
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestABrokenPipeCanBeToldFromOtherErrors(t *testing.T) {
	t.Parallel()
	p, err := New(brokenPipe{}, Request{Format: "json", Columns: Columns{{Name: "a"}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 10_000 { // more than any buffer holds
		if err = p.Row(json.RawMessage(`["x"]`)); err != nil {
			break
		}
	}
	if !errors.Is(err, syscall.EPIPE) {
		t.Errorf("Row gave %v, want EPIPE in time to stop a long list", err)
	}
}

func TestMachine(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]bool{"json": true, "csv": true, "shell": true, "ndjson": true, "table": false, "": false, "nonsense": false} {
		if got := Machine(format); got != want {
			t.Errorf("Machine(%q) = %v", format, got)
		}
	}
}

// Whatever a plugin sends is refused or comes out as the same JSON.
func FuzzRow(f *testing.F) {
	for _, row := range nodeRows() {
		f.Add([]byte(row))
	}
	f.Add([]byte(`[1e5, -0, "\ud800", {"a": [{}, []]}, null]`))
	f.Fuzz(func(t *testing.T, row []byte) {
		for _, format := range Formats() {
			var out bytes.Buffer
			p, err := New(&out, Request{Format: format, Record: format != "csv", Columns: nodeColumns()})
			if err != nil {
				t.Fatal(err)
			}
			if p.Row(row) != nil {
				continue
			}
			if err := p.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if format != "json" && format != "ndjson" {
				continue
			}
			var sent []any
			var printed map[string]any
			if err := errors.Join(json.Unmarshal(row, &sent), json.Unmarshal(out.Bytes(), &printed)); err != nil {
				var tooBig *json.UnmarshalTypeError // 1e999: JSON, but no float
				if !errors.As(err, &tooBig) {
					t.Fatalf("%v: %s printed as %s", err, row, out.Bytes())
				}
				continue
			}
			for i, c := range nodeColumns() {
				if diff := cmp.Diff(sent[i], printed[c.Name]); diff != "" {
					t.Errorf("%s (-sent +printed):\n%s", c.Name, diff)
				}
			}
		}
	})
}
