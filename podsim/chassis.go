package podsim

import "net/http"

func (s *Simulator) chassisRoutes(mux *http.ServeMux) {
	const member = chassisURI + "/{chassis}"
	s.handle(mux, chassisURI, methods{"GET": s.listChassis})
	s.handle(mux, member, methods{"GET": s.getChassis})
	s.handle(mux, member+"/Drives/{drive}", methods{"GET": s.getDrive, "PATCH": s.patchDrive})
	s.handle(mux, member+"/Drives/{drive}"+secureErasePath, methods{"POST": s.forwarded("Erase drive", s.eraseDrive)})
	s.handle(mux, member+"/Processors/{processor}", methods{"GET": s.getAccelerator})
	s.handle(mux, member+"/NetworkAdapters", methods{"GET": s.listAdapters})
	s.handle(mux, member+"/NetworkAdapters/{adapter}", methods{"GET": s.getAdapter})
}

type chassisBody struct {
	header
	ChassisType  string          `json:"ChassisType"`
	Manufacturer string          `json:"Manufacturer"`
	Model        string          `json:"Model"`
	SKU          *string         `json:"SKU"`
	SerialNumber string          `json:"SerialNumber"`
	PartNumber   *string         `json:"PartNumber"`
	AssetTag     *string         `json:"AssetTag"`
	IndicatorLED string          `json:"IndicatorLED"`
	PowerState   string          `json:"PowerState"`
	Status       status          `json:"Status"`
	Oem          oem[chassisOem] `json:"Oem"`
	Links        chassisLinks    `json:"Links"`

	NetworkAdapters *link `json:"NetworkAdapters,omitempty"` // only where there are some
}

type chassisLinks struct {
	Contains          []link               `json:"Contains"`
	ContainedBy       *link                `json:"ContainedBy"`
	ComputerSystems   []link               `json:"ComputerSystems"`
	ManagedBy         []link               `json:"ManagedBy"`
	ManagersInChassis []link               `json:"ManagersInChassis"`
	Storage           []link               `json:"Storage"`
	Drives            []link               `json:"Drives"`
	CooledBy          []link               `json:"CooledBy"`
	PoweredBy         []link               `json:"PoweredBy"`
	Oem               oem[chassisLinksOem] `json:"Oem"`
	Switches          *[]link              `json:"Switches,omitempty"` // in RSD 1.2
}

type chassisLinksOem struct {
	Switches []link `json:"Switches"`
}

// chassisOem holds the second way to build the tree: Location.ParentId is the Location.Id of the parent.
type chassisOem struct {
	Type     string          `json:"@odata.type"`
	Location chassisLocation `json:"Location"`
	*rackOem
}

type chassisLocation struct {
	ID       string  `json:"Id"`
	ParentID *string `json:"ParentId"`
}

// rackOem is what racks have on top.
type rackOem struct {
	RMMPresent          bool    `json:"RMMPresent"`
	DisaggregatedSupply bool    `json:"RackSupportsDisaggregatedPowerCooling"`
	UUID                string  `json:"UUID"`
	GeoTag              *string `json:"GeoTag"`
}

func (s *Simulator) newChassisBody(c *chassis) chassisBody {
	body := chassisBody{
		header:       newHeader("Chassis", "v1_3_0", c.uri, c.id, c.name, "Simulated "+c.kind),
		ChassisType:  c.kind,
		Manufacturer: "Valence",
		Model:        "Simulated " + c.kind,
		SerialNumber: c.serial,
		IndicatorLED: "Off",
		PowerState:   "On",
		Status:       newStatus(healthOK),
		Oem: oem[chassisOem]{chassisOem{
			Type: "#Intel.Oem.Chassis", Location: chassisLocation{ID: c.name},
		}},
		Links: chassisLinks{
			Contains:          linksTo(c.children),
			ComputerSystems:   linksTo(c.systems),
			ManagedBy:         s.pod.managedBy(),
			ManagersInChassis: []link{},
			Storage:           []link{},
			Drives:            linksTo(c.drives),
			CooledBy:          []link{},
			PoweredBy:         []link{},
			Oem:               oem[chassisLinksOem]{chassisLinksOem{[]link{}}},
		},
	}
	if c.ethernetSwitch != nil {
		body.Links.Oem.Intel.Switches = []link{{c.ethernetSwitch.uri}}
	}
	if len(c.adapters) > 0 {
		body.NetworkAdapters = &link{c.uri + "/NetworkAdapters"}
	}
	if c.parent == nil {
		body.Links.ManagersInChassis = s.pod.managedBy()
	}
	for _, sys := range c.systems {
		body.Links.Storage = append(body.Links.Storage, linksTo(sys.storage)...)
	}
	if c.parent != nil {
		body.Links.ContainedBy = &link{c.parent.uri}
		body.Oem.Intel.Location.ParentID = &c.parent.name
	}
	if s.dialect.hardware.adapters {
		body.Links.Switches = &body.Links.Oem.Intel.Switches
	}
	if c.kind == "Rack" {
		body.Oem.Intel.Type = "#Intel.Oem.RackChassis"
		body.Oem.Intel.rackOem = &rackOem{UUID: c.uuid}
	}
	return body
}

func (s *Simulator) chassisOf(r *http.Request) (*chassis, error) {
	c, ok := s.pod.chassisByID[r.PathValue("chassis")]
	if !ok {
		return nil, refuse(unknownEndpoint)
	}
	return c, nil
}

func (s *Simulator) listChassis(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, newCollection("Chassis", chassisURI, linksTo(s.pod.chassis)))
	return nil
}

func (s *Simulator) getChassis(w http.ResponseWriter, r *http.Request) error {
	c, err := s.chassisOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, s.newChassisBody(c))
}
