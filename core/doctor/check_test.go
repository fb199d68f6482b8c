package doctor

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRun(t *testing.T) {
	t.Parallel()
	meet := make(chan bool)
	findings := run(t.Context(), []check{
		// These two end only if they are looked at at the same time.
		simple("left", nil, func(context.Context) Finding { meet <- true; return ok("met") }),
		simple("right", nil, func(context.Context) Finding { <-meet; return warning("met", "part") }),
		simple("bad", []string{"right"}, func(context.Context) Finding { return failed("two\nlines", "mend\tit") }),
		simple("on bad", []string{"left", "bad"}, func(context.Context) Finding { panic("it was looked at") }),
		simple("on that", []string{"on bad"}, func(context.Context) Finding { panic("it was looked at") }),
		simple("empty", nil, func(context.Context) Finding { return skipped("nothing there") }),
		simple("on nothing", []string{"empty", "not done"}, func(context.Context) Finding { return ok("fine") }),
		{"many", nil, func(context.Context) []Finding {
			return []Finding{ok("1"), {Check: "one of many", State: OK, Found: "2"}}
		}},
	})
	want := []Finding{
		{Check: "left", State: OK, Found: "met"},
		{Check: "right", State: Warning, Found: "met", Remedy: "part"},
		{Check: "bad", State: Failed, Found: "two lines", Remedy: "mend it"},
		{Check: "on bad", State: Skipped, Found: "not looked at, because the check bad failed"},
		{Check: "on that", State: Skipped, Found: "not looked at, because the check bad failed"},
		{Check: "empty", State: Skipped, Found: "nothing there"},
		{Check: "on nothing", State: OK, Found: "fine"},
		{Check: "many", State: OK, Found: "1"},
		{Check: "one of many", State: OK, Found: "2"},
	}
	if diff := cmp.Diff(want, findings, cmpopts.IgnoreUnexported(Finding{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
