package composition

import (
	"errors"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// defaultDuration is how long a reservation lasts where the service does not say.
const defaultDuration = 3 * time.Hour

// reserve makes a reservation of blocks, which ends by itself, and returns its id.
func (p *Pod) reserve(blocks []string, manifest object) string {
	collection := p.collectionAt(p.places.reservations, "CompositionReservation")
	n := len(listAt(collection, "Members")) + 1
	for p.tree.has(p.places.reservations + "/" + strconv.Itoa(n)) {
		n++
	}
	id := strconv.Itoa(n)
	uri := p.places.reservations + "/" + id
	p.tree.put(uri, newDocument("CompositionReservation.v1_0_2.CompositionReservation", uri, "Composition Reservation "+id, object{
		"ReservationTime": now(), "ReservedResourceBlocks": links(blocks...), "Manifest": maps.Clone(manifest),
	}))
	addLink(collection, "Members", uri)
	for _, block := range blocks {
		inner(p.tree.edit(block), "CompositionStatus")["Reserved"] = true
	}
	p.expire(id, uri, p.reservationTime())
	return id
}

// reservationTime is how long a reservation lasts.
func (p *Pod) reservationTime() time.Duration {
	duration, err := parseDuration(textAt(p.tree.view(p.places.service), "ReservationDuration"))
	if err != nil {
		return defaultDuration
	}
	return duration
}

// expire ends a reservation later, unless another one has its URI by then.
func (p *Pod) expire(id, uri string, after time.Duration) {
	p.reservations++
	number := p.reservations
	p.reservation[uri] = number
	// A delay of zero would happen here and now, under the mutex.
	p.opts.Clock.After(max(after, time.Nanosecond), func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.reservation[uri] == number {
			p.dropReservation(id)
		}
	})
}

// dropReservation ends a reservation: its blocks are no longer marked.
func (p *Pod) dropReservation(id string) {
	uri := p.places.reservations + "/" + id
	if id == "" || !p.tree.has(uri) {
		return
	}
	for _, block := range urisAt(p.tree.view(uri), "ReservedResourceBlocks") {
		if body := p.tree.edit(block); body != nil {
			inner(body, "CompositionStatus")["Reserved"] = false
		}
	}
	p.tree.remove(uri)
	delete(p.reservation, uri)
	dropLinks(p.tree.edit(p.places.reservations), "Members", is(uri))
}

// reservedBy is the id of the reservation that has a block; empty when none has.
func (p *Pod) reservedBy(block string) string {
	for _, uri := range urisAt(p.tree.view(p.places.reservations), "Members") {
		if slices.Contains(urisAt(p.tree.view(uri), "ReservedResourceBlocks"), block) {
			return lastOf(uri)
		}
	}
	return ""
}

// deleteReservation releases the blocks of a reservation.
func (p *Pod) deleteReservation(r *http.Request, uri string) (reply, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkMatch(r, uri); err != nil {
		return reply{}, err
	}
	p.dropReservation(lastOf(uri))
	return reply{status: http.StatusNoContent}, nil
}

var durationForm = regexp.MustCompile(`^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7}(?:\.\d{1,9})?)S)?)?$`)

// parseDuration reads an ISO 8601 duration of days, hours, minutes and seconds.
func parseDuration(text string) (time.Duration, error) {
	found := durationForm.FindStringSubmatch(text)
	if found == nil {
		return 0, errors.New("expected a duration such as PT3H")
	}
	var sum time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.ParseFloat(found[i+1], 64) // empty is none
		sum += time.Duration(n * float64(unit))
	}
	return sum, nil
}
