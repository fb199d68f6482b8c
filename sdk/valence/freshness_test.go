package valence_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/valence"
)

func TestFreshnessOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		header http.Header
		want   valence.Freshness
		lines  []string
	}{
		"current": {
			http.Header{"Age": {"17"}, "Last-Modified": {"Sun, 01 Mar 2026 10:00:00 GMT"}},
			valence.Freshness{ReadAt: at, Age: 17 * time.Second}, nil,
		},
		"a service that says nothing": {http.Header{}, valence.Freshness{}, nil},
		"nonsense": {
			http.Header{"Age": {"-3"}, "Last-Modified": {"Sun, 01 Mar 2026 10:00:00 GMT"}},
			valence.Freshness{ReadAt: at}, nil,
		},
		"an age of nothing": {http.Header{"Age": {"17"}, "Last-Modified": {"today"}}, valence.Freshness{}, nil},
		"stale and incomplete": {
			http.Header{"Valence-Stale": {"row4 as it was\x1b at noon: no answer"}, "Valence-Incomplete": {"lab: it is down"}},
			valence.Freshness{Stale: "row4 as it was at noon: no answer", Incomplete: "lab: it is down"},
			[]string{"not up to date: row4 as it was at noon: no answer", "missing what these pod managers have: lab: it is down"},
		},
	} {
		got := valence.FreshnessOf(c.header)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if d := cmp.Diff(c.lines, got.Warnings()); d != "" {
			t.Errorf("%s, its warnings (-want +got):\n%s", name, d)
		}
	}
}

// FuzzFreshnessOf: whatever the headers are, a warning is one line, and no age
// is negative.
func FuzzFreshnessOf(f *testing.F) {
	f.Add("17", "Sun, 01 Mar 2026 10:00:00 GMT", "row4: no\nanswer")
	f.Fuzz(func(t *testing.T, age, modified, stale string) {
		got := valence.FreshnessOf(http.Header{"Age": {age}, "Last-Modified": {modified}, "Valence-Stale": {stale}})
		if got.Age < 0 || strings.ContainsFunc(strings.Join(got.Warnings(), ""), unicode.IsControl) {
			t.Errorf("%q, %q, %q became %+v", age, modified, stale, got)
		}
	})
}
