package composition

import (
	"net/http"
	"time"
)

type wish struct{}
type choice struct {
	wishes        []wish
	blocks, zones []string
	affinity      any
	limits        object
	reservation   string
}

func readWishes(body object) ([]wish, error)   { return nil, nil }
func (p *Pod) choose(choice) ([]string, error) { return nil, nil }
func (p *Pod) reservedBy(string) string        { return "" }
func (p *Pod) composeManifest(r *http.Request, of string) (reply, error) {
	return reply{}, refuse(notAllowed)
}
func (p *Pod) deleteReservation(r *http.Request, of string) (reply, error) {
	return reply{}, refuse(notAllowed)
}
func parseDuration(string) (time.Duration, error) { return 0, nil }
