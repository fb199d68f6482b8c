package podsim

import (
	"net/http"
	"slices"
)

// A personality is what a pod says and does below the simulator's HTTP. Latency, faults, signing in, the headers and the
// log are the same for all of them. It builds its hardware and returns what adds its URIs to the simulator's.

// personality is that of the dialect.
func (s *Simulator) personality() (func(*http.ServeMux), error) {
	if s.dialect.composition != nil {
		return s.composition()
	}
	return s.rsd(), nil
}

// rsd is the personality of an RSD pod manager, in the simulator's dialect.
func (s *Simulator) rsd() func(*http.ServeMux) {
	s.pod = newPod(buildInventory(s.opts.Topology, s.dialect, s.opts.Seed), s.dialect, s.clock, delays{
		allocate: s.opts.AllocateDelay,
		assemble: s.opts.AssembleDelay,
		remove:   s.opts.DeleteDelay,
		power:    s.opts.PowerDelay,
		attach:   s.opts.AttachDelay,
		erase:    s.opts.EraseDelay,
	}, s.opts.ResetTypes)
	s.pod.events = s.events
	return s.rsdRoutes
}

func (s *Simulator) rsdRoutes(mux *http.ServeMux) {
	s.handle(mux, rootURI, methods{"GET": s.getRoot})
	s.nodeRoutes(mux)
	s.systemRoutes(mux)
	s.chassisRoutes(mux)
	s.managerRoutes(mux)
	if s.dialect.hardware.logicalDrives {
		s.logicalDriveRoutes(mux)
	} else {
		s.storageServiceRoutes(mux)
		s.volumeRoutes(mux)
	}
	if slices.Contains(s.dialect.root.links, "Fabrics") {
		s.fabricRoutes(mux)
	}
	if s.dialect.tasks {
		s.taskRoutes(mux)
	}
	s.serviceRoutes(mux)
	s.ethernetSwitchRoutes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.writeError(w, r, refuse(unknownEndpoint))
	})
}
