package words

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"":                                 nil,
		"  \t ":                            nil,
		"# a note":                         nil,
		"node list":                        {"node", "list"},
		"  node\t list  # the lot":         {"node", "list"},
		"node show a#b":                    {"node", "show", "a#b"},
		`node show '#1' "#2" \#3`:          {"node", "show", "#1", "#2", "#3"},
		`a 'b c' "d e" f\ g`:               {"a", "b c", "d e", "f g"},
		`a '' "" b`:                        {"a", "", "", "b"},
		`--name="x y"z'w'`:                 {"--name=x yz" + "w"},
		`"a\"b\\c\$d" 'e\f' "g\h"`:         {`a"b\c$d`, `e\f`, `g\h`},
		`$HOME *.txt ; a|b && c > d (e) ~`: {"$HOME", "*.txt", ";", "a|b", "&&", "c", ">", "d", "(e)", "~"},
		"knoten zeige häuschen 机":          {"knoten", "zeige", "häuschen", "机"},
	} {
		got, err := Split(line)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", line, err, diff)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]error{
		`a "b`: ErrQuote, `a 'b" `: ErrQuote, `a 'it\'s'`: ErrQuote, `a \`: ErrBackslash, `"a\`: ErrQuote,
	} {
		if got, err := Split(line); !errors.Is(err, want) || got != nil {
			t.Errorf("%q: %q, %v", line, got, err)
		}
	}
}

func TestPartial(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]Line{
		"":               {},
		"no":             {Last: "no"},
		"node ":          {Words: []string{"node"}},
		"node sh":        {Words: []string{"node"}, Last: "sh"},
		`node show 'a b`: {Words: []string{"node", "show"}, Last: "a b", Quote: '\''},
		`show "a`:        {Words: []string{"show"}, Last: "a", Quote: '"'},
		`show "a"`:       {Words: []string{"show"}, Last: "a"},
		`show a\ b`:      {Words: []string{"show"}, Last: "a b"},
		`show # a`:       {Words: []string{"show"}, Note: true},
	} {
		if diff := cmp.Diff(want, Partial(line)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

// FuzzSplit writes whatever it gets as words of a line in each of three ways,
// and wants it back.
func FuzzSplit(f *testing.F) {
	f.Add("a b", "c'd\"e\\")
	f.Add("", "#$`")
	f.Fuzz(func(t *testing.T, a, b string) {
		_, _ = Split(a)
		for _, quote := range []string{"", "'", `"`} {
			if quote == "" && (a == "" || b == "") {
				continue
			}
			var open byte
			if quote != "" {
				open = quote[0]
			}
			line := quote + Quote(a, open) + quote + " \t" + quote + Quote(b, open)
			before := Partial(line)
			if !slices.Equal(before.Words, []string{a}) || before.Last != b || before.Quote != open {
				t.Errorf("%q in the making is %+v", line, before)
			}
			got, err := Split(line + quote)
			if err != nil || !slices.Equal(got, []string{a, b}) {
				t.Errorf("%q gives %q, %v", line+quote, got, err)
			}
		}
		if strings.TrimRight(a, " \t") == a && !strings.HasSuffix(a, `\`) && Partial(a).Quote == 0 {
			if _, err := Split(a); err != nil {
				t.Errorf("%q: %v", a, err)
			}
		}
	})
}
