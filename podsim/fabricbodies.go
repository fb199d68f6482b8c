package podsim

type fabricBody struct {
	header
	FabricType string `json:"FabricType"`
	MaxZones   *int   `json:"MaxZones"`
	Status     status `json:"Status"`
	Zones      link   `json:"Zones"`
	Endpoints  link   `json:"Endpoints"`
	Switches   link   `json:"Switches"`
	Oem        empty  `json:"Oem"`
}

func newFabricBody(f *fabric) fabricBody {
	return fabricBody{
		header:     newHeader("Fabric", "v1_0_0", f.uri, f.id, f.kind+" Fabric", "Simulated fabric"),
		FabricType: f.kind,
		Status:     newStatus(healthOK),
		Zones:      link{f.uri + "/Zones"},
		Endpoints:  link{f.uri + "/Endpoints"},
		Switches:   link{f.uri + "/Switches"},
	}
}

type endpointBody struct {
	header
	EndpointProtocol      string            `json:"EndpointProtocol"`
	ConnectedEntities     []connectedEntity `json:"ConnectedEntities"`
	Identifiers           []identifier      `json:"Identifiers"`
	IPTransportDetails    []ipTransport     `json:"IPTransportDetails"`
	HostReservationMemory *int              `json:"HostReservationMemoryBytes"`
	Status                status            `json:"Status"`
	Links                 endpointLinks     `json:"Links"`
	Oem                   oem[endpointOem]  `json:"Oem"`
}

type connectedEntity struct {
	Role        string       `json:"EntityRole"`
	Link        link         `json:"EntityLink"`
	Identifiers []identifier `json:"Identifiers"`
	PCIID       *empty       `json:"EntityPciId"`
}

type ipTransport struct {
	Protocol    string    `json:"TransportProtocol"`
	IPv4Address ipAddress `json:"IPv4Address"`
	IPv6Address empty     `json:"IPv6Address"`
	Port        int       `json:"Port"`
}

type ipAddress struct {
	Address string `json:"Address"`
}

type endpointLinks struct {
	Ports     []link                `json:"Ports"`
	Endpoints []link                `json:"Endpoints"`
	Oem       oem[endpointLinksOem] `json:"Oem"`
}

type endpointLinksOem struct {
	Type      string `json:"@odata.type"`
	Zones     []link `json:"Zones"`
	Interface *link  `json:"Interface"`
}

type endpointOem struct {
	Type           string `json:"@odata.type"`
	Authentication *empty `json:"Authentication"`
}

func newEndpointBody(e endpoint) endpointBody {
	entity := connectedEntity{Role: "Target", Identifiers: []identifier{}}
	var uuid string
	if e.asset != nil {
		entity.Link, uuid = link{e.asset.uri}, e.asset.uuid
	} else {
		entity.Role, entity.Link, uuid = "Initiator", link{e.node.system.uri}, e.node.system.uuid
	}
	body := endpointBody{
		header: newHeader("Endpoint", "v1_1_0", e.uri, e.id, "Fabric Endpoint",
			"Simulated fabric endpoint ("+entity.Role+")"),
		EndpointProtocol:   e.fabric.kind,
		ConnectedEntities:  []connectedEntity{entity},
		Identifiers:        identifiersOf(e.fabric, uuid),
		IPTransportDetails: transportsOf(e),
		Status:             newStatus(healthOK),
		Links: endpointLinks{
			Ports:     []link{},
			Endpoints: []link{},
			Oem:       oem[endpointLinksOem]{endpointLinksOem{Type: "#Intel.Oem.EndpointLinks", Zones: []link{}}},
		},
		Oem: oem[endpointOem]{endpointOem{Type: "#Intel.Oem.Endpoint"}},
	}
	if e.fabric.kind == protocolPCIe {
		body.Links.Ports = []link{{e.fabric.portOf(e.asset).uri}}
	}
	if e.node != nil {
		body.Links.Oem.Intel.Zones = []link{{e.fabric.zoneURI(e.node)}}
	}
	return body
}

// identifiersOf names an endpoint as its fabric does, and by UUID.
func identifiersOf(f *fabric, uuid string) []identifier {
	plain := identifier{uuid, "UUID"}
	switch f.kind {
	case protocolNVMe:
		return []identifier{{"nqn.2014-08.org.nvmexpress:NVMf:uuid:" + uuid, "NQN"}, plain}
	case protocolISCSI:
		return []identifier{{"iqn.2018-01.org.example.podsim:" + uuid, "iQN"}, plain}
	}
	return []identifier{plain}
}

// transportsOf says where a volume can be reached. The addresses are from a network set aside for documentation.
func transportsOf(e endpoint) []ipTransport {
	address := ipAddress{"192.0.2." + e.fabric.id}
	switch {
	case e.asset == nil:
		return []ipTransport{}
	case e.fabric.kind == protocolNVMe:
		return []ipTransport{{Protocol: "RoCEv2", IPv4Address: address, Port: 4420}}
	case e.fabric.kind == protocolISCSI:
		return []ipTransport{{Protocol: "TCP", IPv4Address: address, Port: 3260}}
	}
	return []ipTransport{}
}

type zoneBody struct {
	header
	Status status    `json:"Status"`
	Links  zoneLinks `json:"Links"`
	Oem    empty     `json:"Oem"`
}

type zoneLinks struct {
	Endpoints        []link `json:"Endpoints"`
	InvolvedSwitches []link `json:"InvolvedSwitches"`
}

func newZoneBody(z zone) zoneBody {
	return zoneBody{
		header: newHeader("Zone", "v1_0_0", z.uri, z.id, "Zone "+z.id, "Simulated zone of a composed node"),
		Status: newStatus(healthOK),
		Links:  zoneLinks{Endpoints: linksTo(z.endpoints), InvolvedSwitches: z.fabric.switchLinks()},
	}
}
