package podsim

import (
	"net/http"
	"strconv"
)

// ethernetSwitch is the switch of a drawer: all NICs of the drawer's systems are plugged into it.
type ethernetSwitch struct {
	part
	chassis *chassis
	ports   []*ethernetPort
	mac     string
	serial  string
}

// ethernetPort has a NIC at its other end; the last one of a switch leads out of the drawer.
type ethernetPort struct {
	part
	owner *ethernetSwitch
	nic   *nic // nil for the uplink
}

// addEthernetSwitch wires a drawer whose systems are built.
func (b *builder) addEthernetSwitch(drawer *chassis) {
	place := drawer.name + "/EthernetSwitch"
	sw := &ethernetSwitch{
		part: b.part(switchesURI, len(b.switches)+1, b.identity(place).String()), chassis: drawer, mac: b.mac(place), serial: b.serial(place),
	}
	for _, sled := range drawer.children {
		for _, sys := range sled.systems {
			for _, n := range sys.nics {
				n.port = sw.addPort(n)
			}
		}
	}
	sw.addPort(nil)
	drawer.ethernetSwitch = sw
	b.switches = append(b.switches, sw)
}

func (sw *ethernetSwitch) addPort(n *nic) *ethernetPort {
	id := strconv.Itoa(len(sw.ports) + 1)
	port := &ethernetPort{part{id, sw.uri + "/Ports/" + id}, sw, n}
	sw.ports = append(sw.ports, port)
	return port
}

func (s *Simulator) ethernetSwitchRoutes(mux *http.ServeMux) {
	const member = switchesURI + "/{switch}"
	const port = member + "/Ports/{port}"
	s.handle(mux, switchesURI, methods{"GET": s.listEthernetSwitches})
	s.handle(mux, member, methods{"GET": s.getEthernetSwitch})
	s.handle(mux, member+"/ACLs", methods{"GET": s.belowEthernetSwitch("EthernetSwitchACL")})
	s.handle(mux, member+"/Ports", methods{"GET": s.listEthernetPorts})
	s.handle(mux, port, methods{"GET": s.getEthernetPort})
	s.handle(mux, port+"/VLANs", methods{"GET": s.listPortVLANs})
}

type ethernetSwitchBody struct {
	header
	SwitchID        string              `json:"SwitchId"`
	Manufacturer    string              `json:"Manufacturer"`
	Model           string              `json:"Model"`
	SerialNumber    string              `json:"SerialNumber"`
	PartNumber      *string             `json:"PartNumber"`
	FirmwareName    string              `json:"FirmwareName"`
	FirmwareVersion string              `json:"FirmwareVersion"`
	Role            string              `json:"Role"`
	MACAddress      string              `json:"MACAddress"`
	Status          status              `json:"Status"`
	Ports           link                `json:"Ports"`
	ACLs            link                `json:"ACLs"`
	Links           ethernetSwitchLinks `json:"Links"`
	Oem             empty               `json:"Oem"`
}

type ethernetSwitchLinks struct {
	Chassis   link   `json:"Chassis"`
	ManagedBy []link `json:"ManagedBy"`
	Oem       empty  `json:"Oem"`
}

func (s *Simulator) newEthernetSwitchBody(sw *ethernetSwitch) ethernetSwitchBody {
	return ethernetSwitchBody{
		header: newHeader("EthernetSwitch", "v1_0_0", sw.uri, sw.id, "Ethernet Switch "+sw.id,
			"Simulated Ethernet switch of "+sw.chassis.name),
		SwitchID:        sw.mac,
		Manufacturer:    "Valence",
		Model:           "Simulated Ethernet switch",
		SerialNumber:    sw.serial,
		FirmwareName:    "podsim",
		FirmwareVersion: "1.0.0",
		Role:            "TOR",
		MACAddress:      sw.mac,
		Status:          newStatus(healthOK),
		Ports:           link{sw.uri + "/Ports"},
		ACLs:            link{sw.uri + "/ACLs"},
		Links:           ethernetSwitchLinks{Chassis: link{sw.chassis.uri}, ManagedBy: s.pod.managedBy()},
	}
}

type ethernetPortBody struct {
	header
	PortID              string            `json:"PortId"`
	LinkType            string            `json:"LinkType"`
	OperationalState    string            `json:"OperationalState"`
	AdministrativeState string            `json:"AdministrativeState"`
	LinkSpeedMbps       int               `json:"LinkSpeedMbps"`
	NeighborInfo        neighborInfo      `json:"NeighborInfo"`
	NeighborMAC         *string           `json:"NeighborMAC"`
	FrameSize           int               `json:"FrameSize"`
	Autosense           bool              `json:"Autosense"`
	FullDuplex          bool              `json:"FullDuplex"`
	PortClass           string            `json:"PortClass"`
	PortMode            string            `json:"PortMode"`
	PortType            string            `json:"PortType"`
	Status              status            `json:"Status"`
	VLANs               link              `json:"VLANs"`
	Links               ethernetPortLinks `json:"Links"`
	Oem                 empty             `json:"Oem"`
}

type neighborInfo struct {
	SwitchID *string `json:"SwitchId"`
	PortID   *string `json:"PortId"`
}

type ethernetPortLinks struct {
	PrimaryVLAN  *link                     `json:"PrimaryVLAN"`
	Switch       link                      `json:"Switch"`
	MemberOfPort *link                     `json:"MemberOfPort"`
	PortMembers  []link                    `json:"PortMembers"`
	Oem          oem[ethernetPortLinksOem] `json:"Oem"`
}

type ethernetPortLinksOem struct {
	Type              string `json:"@odata.type"`
	NeighborInterface *link  `json:"NeighborInterface"`
}

func newEthernetPortBody(p *ethernetPort) ethernetPortBody {
	body := ethernetPortBody{
		header: newHeader("EthernetSwitchPort", "v1_0_0", p.uri, p.id, "Ethernet Switch Port "+p.id,
			"Simulated port of an Ethernet switch"),
		PortID:              "port" + p.id,
		LinkType:            "Ethernet",
		OperationalState:    "Up",
		AdministrativeState: "Up",
		LinkSpeedMbps:       100_000,
		FrameSize:           9000,
		FullDuplex:          true,
		PortClass:           "Physical",
		PortMode:            "LinkAggregationStatic",
		PortType:            "Upstream",
		Status:              newStatus(healthOK),
		VLANs:               link{p.uri + "/VLANs"},
		Links: ethernetPortLinks{
			Switch:      link{p.owner.uri},
			PortMembers: []link{},
			Oem:         oem[ethernetPortLinksOem]{ethernetPortLinksOem{Type: "#Intel.Oem.EthernetSwitchPort"}},
		},
	}
	if p.nic != nil {
		body.PortMode, body.PortType = "Unknown", "Downstream"
		body.LinkSpeedMbps = p.nic.speedMbps
		body.NeighborMAC = &p.nic.mac
		body.Links.Oem.Intel.NeighborInterface = &link{p.nic.uri}
	}
	return body
}

func (s *Simulator) switchOf(r *http.Request) (*ethernetSwitch, error) {
	return member(s.pod.switches, r.PathValue("switch"))
}

func (s *Simulator) portOf(r *http.Request) (*ethernetPort, error) {
	sw, err := s.switchOf(r)
	if err != nil {
		return nil, err
	}
	return member(sw.ports, r.PathValue("port"))
}

func (s *Simulator) listEthernetSwitches(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, newCollection("EthernetSwitch", switchesURI, linksTo(s.pod.switches)))
	return nil
}

func (s *Simulator) getEthernetSwitch(w http.ResponseWriter, r *http.Request) error {
	sw, err := s.switchOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, s.newEthernetSwitchBody(sw))
}

func (s *Simulator) belowEthernetSwitch(kind string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := s.switchOf(r); err != nil {
			return err
		}
		return getEmpty(kind)(w, r)
	}
}

func (s *Simulator) listEthernetPorts(w http.ResponseWriter, r *http.Request) error {
	sw, err := s.switchOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("EthernetSwitchPort", sw.uri+"/Ports", linksTo(sw.ports)))
	return nil
}

func (s *Simulator) getEthernetPort(w http.ResponseWriter, r *http.Request) error {
	p, err := s.portOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, newEthernetPortBody(p))
}

// listPortVLANs has no members: VLANs are checked and forgotten.
func (s *Simulator) listPortVLANs(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.portOf(r); err != nil {
		return err
	}
	return getEmpty("VLanNetworkInterface")(w, r)
}
