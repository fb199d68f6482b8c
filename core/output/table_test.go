package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColorOnlyOnStatesAndOnlyWhenWanted(t *testing.T) {
	t.Parallel()
	columns := Columns{{Name: "name", Heading: "Name"}, {Name: "health_status", Heading: "Health"}}
	rows := []string{`["failed", "OK"]`, `["online", "Critical"]`, `["x", "strange"]`}
	plain := printAll(t, Request{Columns: columns}, rows...)
	colored := printAll(t, Request{Columns: columns, Table: Table{Color: true}}, rows...)
	want := strings.NewReplacer("OK", "\x1b[32mOK\x1b[0m", "Critical", "\x1b[31mCritical\x1b[0m").Replace(plain)
	if diff := cmp.Diff(want, colored); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	one := printAll(t, Request{Record: true, Columns: columns, Table: Table{Color: true}}, rows[0])
	if !strings.Contains(one, "\x1b[32mOK\x1b[0m ") || strings.Contains(one, "mfailed") {
		t.Errorf("the record is %q", one)
	}
}

// A terminal counts columns, not characters.
func TestWideCharactersAreFitted(t *testing.T) {
	t.Parallel()
	row := `["日本語の説明はとても長いので折り返す必要があります", "short"]`
	got := printAll(t, Request{Columns: Columns{{Heading: "A"}, {Heading: "B"}}, Table: Table{MaxWidth: 30}}, row)
	want := `+--------------------+-------+
| A                  | B     |
+--------------------+-------+
| 日本語の説明はとて | short |
| も長いので折り返す |       |
| 必要があります     |       |
+--------------------+-------+
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTheTerminalCountsOnlyWhenTheTableIsToFit(t *testing.T) {
	t.Parallel()
	row := `["` + strings.Repeat("word ", 20) + `"]`
	columns := Columns{{Heading: "A"}}
	natural := printAll(t, Request{Columns: columns}, row)
	for name, c := range map[string]struct {
		table Table
		lines int
	}{
		"a terminal":         {Table{Terminal: 40}, 5},
		"fit, no terminal":   {Table{FitWidth: true}, 5},
		"fit, a terminal":    {Table{FitWidth: true, Terminal: 40}, 7},
		"limit, no terminal": {Table{MaxWidth: 40}, 7},
		"limit beats both":   {Table{MaxWidth: 200, FitWidth: true, Terminal: 40}, 5},
		"no limit":           {Table{MaxWidth: -1}, 5},
	} {
		got := printAll(t, Request{Columns: columns, Table: c.table}, row)
		if lines := strings.Count(got, "\n"); lines != c.lines {
			t.Errorf("%s: %d lines, want %d:\n%s", name, lines, c.lines, got)
		}
		if c.lines == 5 && got != natural {
			t.Errorf("%s: not the natural table:\n%s", name, got)
		}
	}
}

func TestOddSortsAreWarnedOf(t *testing.T) {
	t.Parallel()
	var warnings []string
	r := Request{
		Format: "value", Columns: Columns{{Name: "a"}, {Name: "b"}}, Sort: Sort{Columns: []string{"c", "a", "B"}},
		Warn: func(format string, args ...any) { warnings = append(warnings, format) },
	}
	got := printAll(t, r, `[1, 2]`, `["x", 1]`, `[null, 3]`)
	if want := "x 1\n1 2\nNone 3\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	if len(warnings) != 2 {
		t.Errorf("warnings are %q", warnings)
	}
}

func TestSortsExactly(t *testing.T) {
	t.Parallel()
	r := Request{Format: "value", Columns: Columns{{Name: "n"}}, Sort: Sort{Columns: []string{"n"}}}
	got := printAll(t, r, `[1e999]`, `[123456789012345678901234567891]`, `[123456789012345678901234567890]`, `[true]`, `[0.5]`, `[-3]`)
	want := "-3\n0.5\nTrue\n123456789012345678901234567890\n123456789012345678901234567891\n1e999\n"
	if got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	got = printAll(t, r, `[[2]]`, `[[1, "b"]]`, `[[1, "a", 3]]`, `[[1, "a"]]`, `[[]]`, `[[null, 1]]`, `[[null]]`)
	if want := "[2]\n"; strings.HasSuffix(got, want) { // null and numbers cannot be compared: the order stays
		t.Errorf("printed %q", got)
	}
	got = printAll(t, r, `[[2]]`, `[[1, "b"]]`, `[[1, "a", 3]]`, `[[1, "a"]]`, `[[]]`)
	if want := "[]\n[1, 'a']\n[1, 'a', 3]\n[1, 'b']\n[2]\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}
