package podsim

import (
	"net/http"

	"github.com/valence-rsd/valence/podsim/faults"
)

// controlRoot is where the pod is told what shall go wrong: no part of Redfish.
const controlRoot = "/podsim/"

// serveControl asks for the same credentials as everything else.
func (s *Simulator) serveControl(w http.ResponseWriter, r *http.Request) {
	if !s.signedIn(r) {
		s.writeError(w, r, refuse(notSignedIn))
		return
	}
	s.control.ServeHTTP(w, r)
}

func (s *Simulator) controlRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle(faults.ControlPath, s.faults.Control())
	mux.Handle(faults.ControlPath+"/", s.faults.Control())
	mux.HandleFunc("GET "+hardwarePath, s.listAbsent)
	mux.HandleFunc("POST "+hardwarePath, s.changeHardware)
	mux.HandleFunc("DELETE "+hardwarePath, s.returnHardware)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		faults.Complain(w, http.StatusNotFound, "there is no "+r.URL.Path+", expected "+faults.ControlPath+" or "+hardwarePath)
	})
	return mux
}

// effectOn tells what a fault does to what a request starts: fail, or never end.
func effectOn(r *http.Request) faults.Effect {
	if fault, _ := r.Context().Value(faultKey{}).(Fault); fault.FailAssembly {
		return faults.Fail
	}
	return faults.EffectOn(r.Context())
}
