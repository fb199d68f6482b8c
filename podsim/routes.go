package podsim

import "net/http"

// routes says which URIs the pod answers. Everything else is an unknown endpoint.
func (s *Simulator) routes() *http.ServeMux {
	mux := http.NewServeMux()
	s.handle(mux, "/redfish", methods{"GET": s.getVersions})
	s.handle(mux, rootURI, methods{"GET": s.getRoot})
	s.nodeRoutes(mux)
	s.systemRoutes(mux)
	s.chassisRoutes(mux)
	s.managerRoutes(mux)
	s.sessionRoutes(mux)
	s.storageServiceRoutes(mux)
	s.volumeRoutes(mux)
	s.fabricRoutes(mux)
	for kind, uri := range emptyCollections() {
		s.handle(mux, uri, methods{"GET": getEmpty(kind)})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.writeError(w, r, refuse(unknownEndpoint))
	})
	return mux
}

// emptyCollections are the collections that the root links and that have no members in this pod.
func emptyCollections() map[string]string {
	return map[string]string{
		"EthernetSwitch": switchesURI,
	}
}

// getEmpty answers a collection without members.
func getEmpty(kind string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		writeJSON(w, http.StatusOK, newCollection(kind, r.URL.Path, []link{}))
		return nil
	}
}
