package output

import (
	"encoding/json"
	"strings"
	"testing"
)

// A drawing takes the place of a table, and of nothing else.
func TestDraw(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{"": "rack\n\\x1b[2J└── sled\n", "table": "rack\n\\x1b[2J└── sled\n", "value": "a\n"} {
		var out strings.Builder
		p, err := New(&out, Request{Format: format, Columns: Columns{{Name: "name", Heading: "Name"}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Row(json.RawMessage(`["a"]`)); err != nil {
			t.Fatal(err)
		}
		p.Draw("rack\n\x1b[2J└── sled")
		if err := p.Close(t.Context()); err != nil || out.String() != want {
			t.Errorf("%s: %q, %v", format, out.String(), err)
		}
	}
}

// What comes over a long time is written as it comes.
func TestFlush(t *testing.T) {
	t.Parallel()
	for format, want := range map[string][2]string{"table": {"a\n", "a\nb\n"}, "value": {"a\n", "a\nb\n"}, "json": {"[\n  {\n    \"name\": \"a\"\n  }", ""}} {
		var out strings.Builder
		p, err := New(&out, Request{Format: format, Columns: Columns{{Name: "name", Heading: "Name"}}})
		if err != nil || p.Pending() {
			t.Fatal(err)
		}
		for i, row := range []string{"a", "b"} {
			p.Draw(row)
			if err := p.Row(json.RawMessage(`["` + row + `"]`)); err != nil {
				t.Fatal(err)
			}
			if err := p.Flush(); err != nil || p.Pending() || want[i] != "" && out.String() != want[i] {
				t.Errorf("%s, row %d: %q, %v", format, i, out.String(), err)
			}
		}
		before := out.String()
		if err := p.Close(t.Context()); err != nil || format != "json" && out.String() != before {
			t.Errorf("%s: the end adds to it: %q, %v", format, out.String(), err)
		}
	}
}
