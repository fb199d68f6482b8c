package output

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

func TestJQ(t *testing.T) {
	t.Parallel()
	rows := nodeRows()[:3]
	cases := []struct {
		expression string
		request    Request
		want       string
	}{
		{".[].name", Request{}, "web-1\nnaïve \x1b[31m😀 \"q\"\ntwo\nlines\tand \u202e\n"},
		{"length", Request{}, "3\n"},
		{"map(.memory_gib)", Request{NoIndent: true}, "[64,1099511627776,null]\n"},
		{".[0] | {uuid, name}", Request{}, "{\n  \"name\": \"web-1\",\n  \"uuid\": \"8c0f\"\n}\n"},
		{".[0].metadata.network[1].mac", Request{Format: "json"}, "bb\n"},
		{".[0] | keys", Request{Wanted: []string{"Memory GiB"}, NoIndent: true}, "[\"memory_gib\"]\n"},
		{"[.[].uuid]", Request{Sort: Sort{Columns: []string{"uuid"}}, NoIndent: true}, "[\"17a2\",\"8c0f\",\"9d11\"]\n"},
		{"empty", Request{}, ""},
		{"1, halt, 2", Request{}, "1\n"},
		{"env | length", Request{}, "0\n"},
		{"\"<é&>\" | [.]", Request{NoIndent: true}, "[\"<é&>\"]\n"},
	}
	for _, c := range cases {
		c.request.JQ, c.request.Columns = c.expression, nodeColumns()
		if got := printAll(t, c.request, rows...); got != c.want {
			t.Errorf("%s printed %q, want %q", c.expression, got, c.want)
		}
	}
	one := Request{JQ: ".memory_gib", Record: true, Columns: nodeColumns()}
	if got := printAll(t, one, rows[1]); got != "1099511627776\n" {
		t.Errorf("of a record: %q", got)
	}
	none := Request{JQ: ".", Columns: nodeColumns()}
	if got := printAll(t, none); got != "[]\n" {
		t.Errorf("of an empty list: %q", got)
	}
}

func TestJQKeepsLargeNumbers(t *testing.T) {
	t.Parallel()
	r := Request{JQ: ".[0].n", Columns: Columns{{Name: "n"}}}
	if got := printAll(t, r, `[123456789012345678901234567890]`); got != "123456789012345678901234567890\n" {
		t.Errorf("printed %s", got)
	}
}

// What came before the failure is printed.
func TestJQFails(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p, err := New(&out, Request{JQ: ".[] | .name, .name.x", Columns: Columns{{Name: "name"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Row(json.RawMessage(`["web-1"]`)); err != nil {
		t.Fatal(err)
	}
	e := fault.Of(p.Close(t.Context()))
	want := `--jq: expected an object but got: string ("web-1")`
	if e.Code != fault.Failed || e.Message != want || out.String() != "web-1\n" {
		t.Errorf("%+v after %q, want %q", e, out.String(), want)
	}
}

func TestJQCanBeInterrupted(t *testing.T) {
	t.Parallel()
	p, err := New(&bytes.Buffer{}, Request{JQ: "[range(infinite)]", Columns: Columns{{Name: "name"}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if e := fault.Of(p.Close(ctx)); e.Code != fault.Timeout {
		t.Errorf("%+v, want a time-out", e)
	}
}
