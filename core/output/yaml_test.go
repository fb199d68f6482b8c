package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The reference is PyYAML; test/cliff_test.go has many more cases, but needs it.
func TestYAMLStrings(t *testing.T) {
	t.Parallel()
	words := strings.Repeat("a long line ", 10) + "ends"
	for value, want := range map[string]string{
		"plain":                                "plain",
		"":                                     "''",
		"yes":                                  "'yes'",
		"0x1f":                                 "'0x1f'",
		"1e5":                                  "1e5", // YAML 1.1 wants a point and a sign
		"12:30":                                "'12:30'",
		"2026-01-02":                           "'2026-01-02'",
		"a: b":                                 "'a: b'",
		"a:b":                                  "a:b",
		"- x":                                  "'- x'",
		"it's":                                 "it's",
		"'it's'":                               "'''it''s'''",
		" x":                                   "' x'",
		"a\nb":                                 "'a\n\n  b'",
		"a\n\n":                                "'a\n\n\n  '",
		"a \nb":                                `"a \nb"`,
		"é":                                    `"\xE9"`,
		"日😀":                                   `"\u65E5\U0001F600"`,
		"\x00\x1b\t":                           `"\0\e\t"`,
		words:                                  strings.Repeat("a long line ", 6) + "a long\n  line " + strings.Repeat("a long line ", 3) + "ends",
		"é" + words:                            `"\xE9` + strings.Repeat("a long line ", 6) + "a\\\n  \\ long line " + strings.Repeat("a long line ", 3) + `ends"`,
		"# " + words:                           "'# " + strings.Repeat("a long line ", 6) + "a long\n  line " + strings.Repeat("a long line ", 3) + "ends'",
		"no blank: " + strings.Repeat("x", 90): "'no blank: " + strings.Repeat("x", 90) + "'",
	} {
		got := printAll(t, Request{Format: "yaml", Record: true, Columns: Columns{{Name: "k"}}}, string(encoded(t, []string{value})))
		if diff := cmp.Diff("k: "+want+"\n", got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", value, diff)
		}
	}
}
