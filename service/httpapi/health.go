package httpapi

import (
	"context"
	"net/http"
	"time"
)

const (
	healthPath = "/healthz"
	// readyTimeout is how long one part may take to say that it is ready.
	readyTimeout = 3 * time.Second
)

type healthWire struct {
	Status string `json:"status" enum:"ok,failed"`
	// Parts has no reasons: whoever may ask is not told how the service is built.
	Parts map[string]string `json:"parts,omitempty" doc:"By the name of the part, ok or failed; the log says why."`
}

func (a *api) routeHealth() {
	a.handle(operation{
		method:  http.MethodGet,
		path:    healthPath,
		id:      "health",
		summary: "Whether the process serves at all.",
		rights:  anybody,
		answers: map[int]any{http.StatusOK: healthWire{}},
	}, func(w http.ResponseWriter, _ *http.Request) error {
		return answer(w, http.StatusOK, healthWire{Status: "ok"})
	})
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/readyz",
		id:      "ready",
		summary: "Whether the parts that the service needs answer.",
		rights:  anybody,
		answers: map[int]any{http.StatusOK: healthWire{}, http.StatusServiceUnavailable: healthWire{}},
	}, a.showReady)
}

func (a *api) showReady(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	status, doc := http.StatusOK, healthWire{Status: "ok", Parts: map[string]string{}}
	for name, check := range a.ready {
		doc.Parts[name] = "ok"
		if err := check(ctx); err != nil {
			a.logger.WarnContext(ctx, "not ready", "part", name, "error", err)
			status, doc.Status, doc.Parts[name] = http.StatusServiceUnavailable, "failed", "failed"
		}
	}
	return answer(w, status, doc)
}
