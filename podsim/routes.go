package podsim

import "net/http"

// routes says which URIs the pod answers: those of signing in, which all personalities share, and those of one
// personality. Everything else is an unknown endpoint.
func (s *Simulator) routes(personality func(*http.ServeMux)) *http.ServeMux {
	mux := http.NewServeMux()
	s.handle(mux, "/redfish", methods{"GET": s.getVersions})
	if s.dialect.sessions {
		s.sessionRoutes(mux)
	}
	personality(mux)
	return mux
}

// getEmpty answers a collection without members.
func getEmpty(kind string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		writeJSON(w, http.StatusOK, newCollection(kind, r.URL.Path, []link{}))
		return nil
	}
}
