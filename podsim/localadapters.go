package podsim

import "net/http"

// adapterRoutes serve what the systems of RSD 1.2 have instead of storage subsystems, and what only they have.
func (s *Simulator) adapterRoutes(mux *http.ServeMux, member string) {
	if !s.dialect.hardware.adapters {
		return
	}
	adapters := func(sys *system) []*storage { return sys.adapters }
	noChunks := func(*system) []*dimm { return nil }
	for path, get := range map[string]handler{
		"/Adapters":                          listParts(s, "Adapter", adapters),
		"/Adapters/{part}":                   getPart(s, adapters, newLocalAdapterBody),
		"/Adapters/{part}/Devices":           s.listAdapterDrives,
		"/Adapters/{part}/Devices/{segment}": s.getAdapterDrive,
		"/MemoryChunks":                      listParts(s, "MemoryChunk", noChunks),
	} {
		s.handle(mux, member+path, methods{"GET": get})
	}
}

type localAdapterBody struct {
	header
	Interface    string            `json:"Interface"`
	Manufacturer string            `json:"Manufacturer"`
	Model        string            `json:"Model"`
	BusInfo      string            `json:"BusInfo"`
	Status       status            `json:"Status"`
	Devices      link              `json:"Devices"`
	Oem          empty             `json:"Oem"`
	Links        localAdapterLinks `json:"Links"`
}

type localAdapterLinks struct {
	ContainedBy link  `json:"ContainedBy"`
	Oem         empty `json:"Oem"`
}

func newLocalAdapterBody(sys *system, a *storage) localAdapterBody {
	body := localAdapterBody{
		header:       newHeader("Adapter", "v1_0_0", a.uri, a.id, "Storage Adapter", "Simulated storage adapter"),
		Interface:    "SATA",
		Manufacturer: "Valence",
		Model:        "Simulated adapter",
		BusInfo:      "0:3c:0.0",
		Status:       newStatus(healthOK),
		Devices:      link{a.uri + "/Devices"},
		Links:        localAdapterLinks{ContainedBy: link{sys.uri}},
	}
	if len(a.drives) > 0 {
		body.Interface = a.drives[0].Interface
	}
	return body
}

// plainDriveBody is a drive of an adapter, or of a storage service up to RSD 2.2.
type plainDriveBody struct {
	header
	Interface    string          `json:"Interface"`
	CapacityGiB  int             `json:"CapacityGiB"`
	Type         string          `json:"Type"`
	RPM          *int            `json:"RPM"`
	Manufacturer string          `json:"Manufacturer"`
	Model        string          `json:"Model"`
	SerialNumber string          `json:"SerialNumber"`
	Status       status          `json:"Status"`
	Oem          empty           `json:"Oem"`
	Links        plainDriveLinks `json:"Links"`
}

type plainDriveLinks struct {
	ContainedBy *link  `json:"ContainedBy"`
	UsedBy      []link `json:"UsedBy"`
	Oem         empty  `json:"Oem"`
}

func newPlainDriveBody(d *drive) plainDriveBody {
	body := plainDriveBody{
		header:       newHeader("PhysicalDrive", "v1_0_0", d.uri, d.id, "Physical Drive", "Simulated drive"),
		Interface:    d.Interface,
		CapacityGiB:  d.CapacityGiB,
		Type:         d.Type,
		Manufacturer: driveMaker,
		Model:        d.model(),
		SerialNumber: d.serial,
		Status:       newStatus(healthOK),
		Links:        plainDriveLinks{UsedBy: []link{}},
	}
	if d.RPM > 0 {
		body.RPM = &d.RPM
	}
	if d.system != nil {
		body.Links.ContainedBy = &link{d.system.adapters[0].uri}
	}
	if d.pool != nil {
		body.Links.UsedBy = []link{{d.pool.uri}}
	}
	return body
}

func (s *Simulator) adapterOf(r *http.Request) (*storage, error) {
	_, a, err := partOf(s, r, func(sys *system) []*storage { return sys.adapters })
	return a, err
}

func (s *Simulator) listAdapterDrives(w http.ResponseWriter, r *http.Request) error {
	a, err := s.adapterOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("PhysicalDrive", a.uri+"/Devices", linksTo(a.drives)))
	return nil
}

func (s *Simulator) getAdapterDrive(w http.ResponseWriter, r *http.Request) error {
	a, err := s.adapterOf(r)
	if err != nil {
		return err
	}
	d, err := member(a.drives, r.PathValue("segment"))
	if err != nil {
		return err
	}
	return s.serve(w, newPlainDriveBody(d))
}
