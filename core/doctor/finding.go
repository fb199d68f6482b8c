package doctor

import (
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// State is how a check ended.
type State string

// The states of a check.
const (
	OK      State = "ok"
	Warning State = "warning" // it works, but not as it should
	Failed  State = "failed"
	Skipped State = "skipped" // it could not be looked at, or there is nothing to look at
)

// Finding is what a check saw.
type Finding struct {
	Check  string
	State  State
	Found  string // one line, without secrets
	Remedy string // what to do; empty where there is nothing to mend

	because string // the failed check for which this one was skipped
}

func ok(found string) Finding { return Finding{State: OK, Found: found} }

func warning(found, remedy string) Finding {
	return Finding{State: Warning, Found: found, Remedy: remedy}
}

func failed(found, remedy string) Finding {
	return Finding{State: Failed, Found: found, Remedy: remedy}
}

func skipped(found string) Finding { return Finding{State: Skipped, Found: found} }

// failure is the finding of an error. Its hint is the remedy; otherwise is that of
// an error without.
func failure(err error, otherwise string) Finding {
	e := fault.Of(err)
	if e.Hint == "" {
		return failed(e.Message, otherwise)
	}
	return failed(e.Message, e.Hint)
}

// line makes one line of a text of somebody else's.
func line(text string) string { return strings.Join(strings.Fields(text), " ") }
