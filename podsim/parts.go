package podsim

import (
	"net/http"
	"slices"
	"strings"
)

// partRoutes serve the collections below a system and their members.
func (s *Simulator) partRoutes(mux *http.ServeMux, member string) {
	processors := func(sys *system) []*processor { return sys.processors }
	dimms := func(sys *system) []*dimm { return sys.dimms }
	nics := func(sys *system) []*nic { return sys.nics }
	storages := func(sys *system) []*storage { return sys.storage }
	simple := func(sys *system) []*storage { return sys.simpleStorage }
	none := func(*system) []*storage { return nil }

	for path, get := range map[string]handler{
		"/Processors":                      listParts(s, "Processor", processors),
		"/Processors/{part}":               getPart(s, processors, s.newProcessorBody),
		"/Memory":                          listParts(s, "Memory", dimms),
		"/Memory/{part}":                   getPart(s, dimms, newMemoryBody),
		"/EthernetInterfaces":              listParts(s, "EthernetInterface", nics),
		"/EthernetInterfaces/{part}":       getPart(s, nics, newNICBody),
		"/EthernetInterfaces/{part}/VLANs": emptyBelow(s, "VLanNetworkInterface", nics),
		"/Storage":                         listParts(s, "Storage", storages),
		"/Storage/{part}":                  getPart(s, storages, newStorageBody),
		"/Storage/{part}/Volumes":          emptyBelow(s, "Volume", storages),
		"/NetworkInterfaces":               listParts(s, "NetworkInterface", none),
		"/SimpleStorage":                   listParts(s, "SimpleStorage", simple),
		"/SimpleStorage/{part}":            getPart(s, simple, newSimpleStorageBody),
	} {
		collection, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if slices.Contains(s.dialect.lacks["ComputerSystem"], collection) {
			continue
		}
		s.handle(mux, member+path, methods{"GET": get})
	}
}

// listParts answers a collection below a system.
func listParts[T identified](s *Simulator, kind string, parts func(*system) []T) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sys, err := s.systemOf(r)
		if err != nil {
			return err
		}
		writeJSON(w, http.StatusOK, newCollection(kind, r.URL.Path, linksTo(parts(sys))))
		return nil
	}
}

// getPart answers a member of a collection below a system.
func getPart[T identified, B resource](s *Simulator, parts func(*system) []T, body func(*system, T) B) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sys, part, err := partOf(s, r, parts)
		if err != nil {
			return err
		}
		return s.serve(w, body(sys, part))
	}
}

// emptyBelow answers a collection without members below a part that exists.
func emptyBelow[T identified](s *Simulator, kind string, parts func(*system) []T) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, _, err := partOf(s, r, parts); err != nil {
			return err
		}
		return getEmpty(kind)(w, r)
	}
}

func partOf[T identified](s *Simulator, r *http.Request, parts func(*system) []T) (*system, T, error) {
	var none T
	sys, err := s.systemOf(r)
	if err != nil {
		return nil, none, err
	}
	p, err := member(parts(sys), r.PathValue("part"))
	return sys, p, err
}
