package valence

import (
	"net/http"
	"strconv"
	"time"
)

// Freshness is how current an answer about hardware is, which the service shows
// as it was read from the pods last.
type Freshness struct {
	// ReadAt is when the oldest part was read, to the second; zero where
	// nothing is known, and from services that do not say.
	ReadAt time.Time
	// Age is how old the oldest part was when the service answered, in whole
	// seconds; zero where ReadAt is.
	Age time.Duration
	// Stale names the pod managers that cannot be read now, each with the time
	// of the last reading and the reason; what they have is shown as it was.
	Stale string
	// Incomplete names the pod managers that cannot be read now and of which
	// nothing is known, each with the reason; what they have is missing.
	Incomplete string
}

// FreshnessOf reads the headers of an answer about systems, racks or devices.
func FreshnessOf(h http.Header) Freshness {
	f := Freshness{Stale: oneLine(h.Get("Valence-Stale")), Incomplete: oneLine(h.Get("Valence-Incomplete"))}
	readAt, err := http.ParseTime(h.Get("Last-Modified"))
	if err != nil {
		return f
	}
	f.ReadAt = readAt
	if seconds, err := strconv.ParseUint(h.Get("Age"), 10, 31); err == nil {
		f.Age = time.Duration(seconds) * time.Second
	}
	return f
}

// Warnings are lines for people: what is not current and what is missing, of
// which pod manager, and why. There are none where all is well.
func (f Freshness) Warnings() []string {
	var lines []string
	if f.Stale != "" {
		lines = append(lines, "not up to date: "+f.Stale)
	}
	if f.Incomplete != "" {
		lines = append(lines, "missing what these pod managers have: "+f.Incomplete)
	}
	return lines
}

// HardwarePage is what the page types of hardware embed.
type HardwarePage struct{ PageBase }

// Freshness says how current the page is. What AllPages makes of several pages
// does not know it any more.
func (p HardwarePage) Freshness() Freshness { return FreshnessOf(p.Header) }

// IsEmpty says whether there is nothing left to see. That something is missing
// has to be seen, even when all is.
func (p HardwarePage) IsEmpty() (bool, error) {
	empty, err := p.PageBase.IsEmpty()
	return empty && len(p.Freshness().Warnings()) == 0, err
}
