package podsim

import "net/http"

// upstreamPort is the port of a PCIe switch that leads to the machines; the others have a device each.
const upstreamPort = "0"

// pcieSwitchURI is the one switch of a PCIe fabric. Other fabrics run over the Ethernet switches and have none.
func (f *fabric) pcieSwitchURI() string { return f.uri + "/Switches/1" }

// portOf is the port of the switch behind which an asset sits, or which leads to the machines when it is nil.
func (f *fabric) portOf(a *asset) part {
	id := upstreamPort
	if a != nil {
		id = a.endpointID
	}
	return part{id, f.pcieSwitchURI() + "/Ports/" + id}
}

func (f *fabric) switchLinks() []link {
	if f.kind != protocolPCIe {
		return []link{}
	}
	return []link{{f.pcieSwitchURI()}}
}

// portsOf lists the ports of a fabric's switch, the upstream port first.
func (p *pod) portsOf(f *fabric) []part {
	ports := []part{f.portOf(nil)}
	for _, a := range p.devices {
		if a.fabric == f {
			ports = append(ports, f.portOf(a))
		}
	}
	return ports
}

type pcieSwitchBody struct {
	header
	SwitchType   string          `json:"SwitchType"`
	Manufacturer string          `json:"Manufacturer"`
	Model        string          `json:"Model"`
	SerialNumber string          `json:"SerialNumber"`
	PartNumber   *string         `json:"PartNumber"`
	AssetTag     *string         `json:"AssetTag"`
	IndicatorLED string          `json:"IndicatorLED"`
	PowerState   string          `json:"PowerState"`
	Status       status          `json:"Status"`
	Ports        link            `json:"Ports"`
	Links        pcieSwitchLinks `json:"Links"`
	Oem          empty           `json:"Oem"`
}

type pcieSwitchLinks struct {
	Chassis   []link `json:"Chassis"`
	ManagedBy []link `json:"ManagedBy"`
}

type pciePortBody struct {
	header
	PortID       string        `json:"PortId"`
	PortProtocol string        `json:"PortProtocol"`
	PortType     string        `json:"PortType"`
	MaxSpeedGbps int           `json:"MaxSpeedGbps"`
	Width        int           `json:"Width"`
	Status       status        `json:"Status"`
	Links        pciePortLinks `json:"Links"`
	Oem          empty         `json:"Oem"`
}

type pciePortLinks struct {
	AssociatedEndpoints []link `json:"AssociatedEndpoints"`
	ConnectedSwitches   []link `json:"ConnectedSwitches"`
}

func (s *Simulator) pcieSwitchOf(r *http.Request) (*fabric, error) {
	f, err := s.fabricOf(r)
	if err != nil {
		return nil, err
	}
	if f.kind != protocolPCIe || r.PathValue("switch") != "1" {
		return nil, refuse(unknownEndpoint)
	}
	return f, nil
}

func (s *Simulator) listFabricSwitches(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fabricOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("Switch", f.uri+"/Switches", f.switchLinks()))
	return nil
}

func (s *Simulator) getPCIeSwitch(w http.ResponseWriter, r *http.Request) error {
	f, err := s.pcieSwitchOf(r)
	if err != nil {
		return err
	}
	uri := f.pcieSwitchURI()
	body := pcieSwitchBody{
		header:       newHeader("Switch", "v1_0_0", uri, "1", "PCIe Switch", "Simulated PCIe switch"),
		SwitchType:   f.kind,
		Manufacturer: "Valence",
		Model:        "Simulated PCIe switch",
		SerialNumber: s.pod.serial("PCIeSwitch/" + f.id),
		IndicatorLED: "Off",
		PowerState:   "On",
		Status:       newStatus(healthOK),
		Ports:        link{uri + "/Ports"},
		Links:        pcieSwitchLinks{Chassis: []link{}, ManagedBy: s.pod.managedBy()},
	}
	return s.serve(w, body)
}

func (s *Simulator) listPCIePorts(w http.ResponseWriter, r *http.Request) error {
	f, err := s.pcieSwitchOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("Port", f.pcieSwitchURI()+"/Ports", linksTo(s.pod.portsOf(f))))
	return nil
}

func (s *Simulator) getPCIePort(w http.ResponseWriter, r *http.Request) error {
	f, err := s.pcieSwitchOf(r)
	if err != nil {
		return err
	}
	port, err := member(s.pod.portsOf(f), r.PathValue("port"))
	if err != nil {
		return err
	}
	body := pciePortBody{
		header:       newHeader("Port", "v1_0_0", port.uri, port.id, "PCIe Port "+port.id, "Simulated PCIe port"),
		PortID:       port.id,
		PortProtocol: f.kind,
		PortType:     "DownstreamPort",
		MaxSpeedGbps: 32,
		Width:        4,
		Status:       newStatus(healthOK),
		Links: pciePortLinks{
			AssociatedEndpoints: []link{{f.uri + "/Endpoints/" + port.id}}, ConnectedSwitches: []link{},
		},
	}
	if port.id == upstreamPort {
		body.PortType, body.Width = "UpstreamPort", 16
		body.Links.AssociatedEndpoints = s.pod.initiatorsOn(f)
	}
	writeJSON(w, http.StatusOK, body)
	return nil
}

// initiatorsOn links the initiators of all nodes on a fabric.
func (p *pod) initiatorsOn(f *fabric) []link {
	p.mu.Lock()
	defer p.mu.Unlock()
	links := []link{}
	for _, n := range p.nodesOn(f) {
		links = append(links, link{f.initiator(n).uri})
	}
	return links
}
