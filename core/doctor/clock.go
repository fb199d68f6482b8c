package doctor

import (
	"fmt"
	"net/http"
	"time"
)

// How far clocks may be apart: beyond the first tokens and certificates may be
// taken for old or for not valid yet, beyond the second they will be.
const (
	near = 30 * time.Second
	far  = 5 * time.Minute
)

// clock compares the clock of this machine with that of the other side.
func (p probe) clock() Finding {
	theirs, err := http.ParseTime(p.date)
	if err != nil {
		return skipped("it does not say what time it is there")
	}
	// The header has whole seconds, so half of one is added.
	apart := p.begin.Add(p.end.Sub(p.begin) / 2).Sub(theirs.Add(time.Second / 2)).Round(time.Second)
	found, remedy := fmt.Sprintf("this machine's clock is %s ahead", apart), "set the clock of the one that is wrong, with NTP: tokens may look expired"
	if apart < 0 {
		found = fmt.Sprintf("this machine's clock is %s behind", -apart)
	}
	switch {
	case apart.Abs() > far:
		return failed(found, remedy)
	case apart.Abs() > near:
		return warning(found, remedy)
	case apart.Abs() <= time.Second:
		return ok("the clocks agree")
	}
	return ok(found)
}
