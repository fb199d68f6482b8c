package podsim

type action struct {
	Target string `json:"target"`
}

// resetAction says which resets are allowed under the standard's key; RSD 1.2 has another one on nodes.
type resetAction struct {
	Target  string   `json:"target"`
	Allowed []string `json:"ResetType@Redfish.AllowableValues"`
}

// nodeBody has what a composed node has in any version; the dialect takes out what its own lacks.
type nodeBody struct {
	header
	UUID        string           `json:"UUID"`
	PowerState  string           `json:"PowerState"`
	Status      status           `json:"Status"`
	State       string           `json:"ComposedNodeState"`
	Boot        bootBody         `json:"Boot"`
	ClearTPM    bool             `json:"ClearTPMOnDelete"`
	ClearOptane bool             `json:"ClearOptaneDCPersistentMemoryOnDelete"`
	Processors  processorSummary `json:"Processors"`
	Memory      memorySummary    `json:"Memory"`
	Oem         oem[nodeOem]     `json:"Oem"`
	Links       nodeLinks        `json:"Links"`
	Actions     map[string]any   `json:"Actions"`

	logicalSystem
}

// logicalSystem is how nodes of RSD 1.2 resemble computer systems.
type logicalSystem struct {
	SystemType   string  `json:"SystemType"`
	AssetTag     string  `json:"AssetTag"`
	Manufacturer string  `json:"Manufacturer"`
	Model        string  `json:"Model"`
	SKU          string  `json:"SKU"`
	SerialNumber string  `json:"SerialNumber"`
	PartNumber   string  `json:"PartNumber"`
	HostName     *string `json:"HostName"`
	BiosVersion  string  `json:"BiosVersion"`
}

type nodeOem struct {
	TaggedValues map[string]string `json:"TaggedValues"`
}

type nodeLinks struct {
	ComputerSystem     link   `json:"ComputerSystem"`
	Processors         []link `json:"Processors"`
	Memory             []link `json:"Memory"`
	EthernetInterfaces []link `json:"EthernetInterfaces"`
	Storage            []link `json:"Storage"`
	LocalDrives        []link `json:"LocalDrives"`
	RemoteDrives       []link `json:"RemoteDrives"`
	ManagedBy          []link `json:"ManagedBy"`
	Oem                empty  `json:"Oem"`
}

// nodeBody shows a node with all parts of its system, as the node owns the whole machine, and with what is attached.
func (s *Simulator) nodeBody(n node) nodeBody {
	sys := n.system
	state := s.pod.stateOf(sys)
	health := newStatus(state.health)
	if n.missing > 0 {
		health = lostStatus()
	}
	h := newHeader("ComposedNode", "v1_0_0", n.uri(), n.id(), n.name, n.description)
	h.Context = metadata + "Nodes/Members/$entity"
	return nodeBody{
		header:        h,
		UUID:          sys.uuid,
		PowerState:    state.powerState(),
		Status:        health,
		State:         n.state,
		Boot:          s.newBootBody(state.boot),
		ClearTPM:      n.clearTPM,
		ClearOptane:   n.clearOptane,
		Processors:    sys.processorSummary(health),
		Memory:        s.memorySummary(sys, health),
		Oem:           oem[nodeOem]{nodeOem{n.tags}},
		Links:         s.nodeLinks(n),
		Actions:       s.nodeActions(n),
		logicalSystem: logicalSystem{SystemType: "Logical", BiosVersion: biosVersion},
	}
}

// nodeLinks tells drives at hand from remote ones up to 2.2, and throws all storage together from 2.3 on.
func (s *Simulator) nodeLinks(n node) nodeLinks {
	sys := n.system
	links := nodeLinks{
		ComputerSystem:     link{sys.uri},
		Processors:         linksTo(sys.processors),
		Memory:             linksTo(sys.dimms),
		EthernetInterfaces: linksTo(sys.nics),
		Storage:            linksTo(sys.drives()),
		LocalDrives:        linksTo(sys.drives()),
		RemoteDrives:       []link{},
		ManagedBy:          s.pod.managedBy(),
	}
	for _, a := range n.assets {
		switch {
		case a.processor:
			links.Processors = append(links.Processors, a.linkFromNode())
		case a.targetURI != "":
			links.RemoteDrives = append(links.RemoteDrives, link{a.targetURI})
		default:
			links.Storage = append(links.Storage, a.linkFromNode())
			links.LocalDrives = append(links.LocalDrives, a.linkFromNode())
		}
	}
	return links
}

// nodeActions lists the actions of the dialect, by their targets and by what they take.
func (s *Simulator) nodeActions(n node) map[string]any {
	rules := s.dialect.nodes
	actions := map[string]any{}
	for _, name := range rules.actions {
		a := map[string]any{"target": nodeAction(n.uri(), name)}
		switch name {
		case "Reset":
			a[rules.resetKey] = s.pod.resetTypes
		case "AttachResource":
			s.addInfo(a, n.uri()+attachInfoPath, s.pod.candidates)
		case "DetachResource":
			s.addInfo(a, n.uri()+detachInfoPath, n.detachable)
		case "AttachEndpoint":
			s.addInfo(a, "", s.pod.candidates)
		case "DetachEndpoint":
			s.addInfo(a, "", n.detachable)
		}
		actions["#ComposedNode."+name] = a
	}
	return actions
}

func nodeAction(uri, name string) string { return uri + "/Actions/ComposedNode." + name }

// addInfo says what an action takes, in the form of the dialect.
func (s *Simulator) addInfo(a map[string]any, info string, assets func() []*asset) {
	switch s.dialect.nodes.info {
	case infoObject:
		a["@Redfish.ActionInfo"] = link{info}
	case infoString:
		a["@Redfish.ActionInfo"] = info
	default:
		a["Resource@Redfish.AllowableValues"] = linksTo(assets())
	}
}
