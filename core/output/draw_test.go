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
