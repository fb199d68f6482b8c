package httpapi

import "net/http"

type healthWire struct {
	Status string `json:"status"`
}

func (a *api) routeHealth() {
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/healthz",
		id:      "health",
		summary: "Whether the process serves at all.",
		rights:  anybody,
		answers: map[int]any{http.StatusOK: healthWire{}},
	}, func(w http.ResponseWriter, _ *http.Request) error {
		return answer(w, http.StatusOK, healthWire{Status: "ok"})
	})
}
