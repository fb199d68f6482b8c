package httpapi

import (
	"io"
	"net/http"
	"strings"
)

const (
	// EventsPath is where pods send their events: below it, each to the secret
	// that it was given.
	EventsPath = "/v1/events"
	// eventMost bounds what a pod may send at once.
	eventMost = 64 << 10
)

// routeEvents takes what the pods send. It is no part of the description: it is
// for nobody else, and who knows the secret is let in.
func (a *api) routeEvents() {
	a.mux.HandleFunc("POST "+EventsPath+"/{secret}", func(w http.ResponseWriter, r *http.Request) {
		recordOf(r.Context()).operation = "take-event"
		if err := a.takeEvent(r); err != nil {
			fail(w, r, err)
			return
		}
		noContent(w)
	})
}

func (a *api) takeEvent(r *http.Request) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, eventMost+1))
	if err != nil {
		return invalid("the body cannot be read")
	}
	if len(body) > eventMost {
		return errTooLarge(eventMost)
	}
	return a.inventory.Notify(r.Context(), r.PathValue("secret"), body)
}

// loggedPath is the path of a request as it may be written down: a secret in it
// is hidden.
func loggedPath(path string) string {
	if at := strings.Index(strings.ToLower(path), EventsPath+"/"); at >= 0 {
		return path[:at] + EventsPath + "/***"
	}
	return path
}
