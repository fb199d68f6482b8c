package doctor

import (
	"net/http"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		off   time.Duration
		state State
		says  string
	}{
		"right":      {0, OK, "the clocks agree"},
		"near":       {20 * time.Second, OK, " behind"},
		"a bit late": {time.Minute, Warning, " behind; set the clock"},
		"early":      {-time.Minute, Warning, " ahead"},
		"far behind": {time.Hour, Failed, " behind"},
		"far ahead":  {-6 * time.Minute, Failed, " ahead"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := service()
			inner := a["/"]
			a["/"] = func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", time.Now().Add(c.off).UTC().Format(http.TimeFormat))
				inner(w, r)
			}
			chart := examine(t, patientOf(t, alone(serve(t, a).URL)))
			chart.is("service clock", c.state, c.says)
			chart.is("access", OK)
		})
	}
}

func TestNoClock(t *testing.T) {
	t.Parallel()
	a := service()
	inner := a["/"]
	a["/"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		inner(w, r)
	}
	examine(t, patientOf(t, alone(serve(t, a).URL))).is("service clock", Skipped, "does not say what time it is")
}
