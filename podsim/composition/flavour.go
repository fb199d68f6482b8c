package composition

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
)

// Flavour is how a service bends the standard. The zero value is DMTF's own way.
type Flavour struct {
	firstGeneration bool // no pools, no reservations, no Compose action, and blocks say less of themselves
	zoneTemplates   bool // each zone has a capability of its own, and the request must name its template as Id
	nested          bool // physical systems live below their blocks; all hardware is such systems
	bound           bool // all hardware is physical systems that can be expanded, and that are always in use
	actionOnly      bool // nothing can be posted to the systems
	plainErrors     bool // {"Error": text} instead of Redfish's document
	weakETags       bool
	uuids           bool // the ids of composed systems are UUIDs
	resetBody       bool // a reset is answered with 200 and a body

	composeTarget string
	limits        object         // on all compositions, where a template has none
	least         int            // blocks of a composition
	statuses      map[string]int // by the id of the message, where they are others
}

// HPE is the flavour of the OneView Redfish Toolkit: specific composition only, of a ComputerSystem block, the network
// block that the template is called after, and drives.
func HPE() Flavour {
	return Flavour{
		firstGeneration: true, zoneTemplates: true, nested: true, weakETags: true, uuids: true, resetBody: true,
		limits: object{"MinComputerSystem": 1, "MaxComputerSystem": 1, "MinNetwork": 1, "MaxNetwork": 1},
		statuses: map[string]int{
			blockInUse.id: http.StatusBadRequest, blockNotFound.id: http.StatusBadRequest,
			compositionFailed.id: http.StatusForbidden,
		},
	}
}

// ODIM is the flavour of ODIM's composition service: only the Compose action, at a target that is misspelt, and only
// specific. It creates no system, but expands the physical one of a ComputerSystem block by at least one other block.
func ODIM() Flavour {
	return Flavour{
		bound: true, actionOnly: true, plainErrors: true, least: 2,
		composeTarget: rootURI + "/CompostionService/Actions/CompositionService.Compose",
		limits:        object{"MinComputerSystem": 1, "MaxComputerSystem": 1},
		statuses: map[string]int{
			blockInUse.id: http.StatusBadRequest, blockNotFound.id: http.StatusBadRequest, blockReserved.id: http.StatusBadRequest,
		},
	}
}

// arrange makes of a layout what the flavour has instead.
func (f Flavour) arrange(l Layout) Layout {
	if !f.nested && !f.bound {
		return l
	}
	parts := map[string][]Part{}
	for _, m := range l.Machines {
		parts[m.ID] = m.Parts
	}
	blocks := slices.Clone(l.Blocks)
	if f.nested {
		l.Machines = nil
	}
	for i, b := range blocks {
		switch {
		case !slices.Contains(b.Types, "Compute") && b.Machine == "":
		case f.nested:
			blocks[i].Types, blocks[i].Parts, blocks[i].Machine = []string{"ComputerSystem"}, append(b.Parts, parts[b.Machine]...), ""
		case b.Machine == "":
			blocks[i].Types, blocks[i].Parts, blocks[i].Machine = []string{"ComputerSystem"}, nil, b.ID
			l.Machines = append(l.Machines, Machine{
				ID: b.ID, Name: b.Name, UUID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(l.UUID+b.ID)).String(), Chassis: b.Chassis,
				Model: "Simulated system", Parts: b.Parts,
			})
		}
	}
	l.Blocks = blocks
	return l
}

// failed is the answer for an error, in the words and with the status of the flavour.
func (f Flavour) failed(err error) reply {
	status, body := errorBody(err)
	if other := f.statuses[refusals(err)[0].message.id]; other != 0 {
		status = other
	}
	if f.plainErrors {
		body = object{"Error": textAt(body, "error", "message")}
	}
	return reply{status: status, body: encode(body)}
}

// addZoneTemplates gives each zone a capability: the template is called after the zone's network block.
func (g *generator) addZoneTemplates() {
	for _, b := range g.layout.Blocks {
		if !slices.Contains(b.Types, "Network") || len(b.Zones) != 1 {
			continue
		}
		uri := systemsURI + "/" + b.ID
		g.put(uri, newDocument("ComputerSystem.v1_4_0.ComputerSystem", uri, b.Name, object{
			"Id@Redfish.RequiredOnCreate": true, "Id@Redfish.AllowableValues": []any{b.ID},
			"Name@Redfish.RequiredOnCreate": true, "Name@Redfish.SetOnlyOnCreate": true,
			"Description@Redfish.OptionalOnCreate": true, "Description@Redfish.UpdatableAfterCreate": true,
			"Links@Redfish.RequiredOnCreate": true,
			"Links": object{
				"ResourceBlocks@Redfish.RequiredOnCreate": true, "ResourceBlocks@Redfish.UpdatableAfterCreate": true,
			},
		}))
		g.edit(zonesURI + "/" + b.Zones[0])["@Redfish.CollectionCapabilities"] = object{
			"@odata.type": "#CollectionCapabilities.v1_0_0.CollectionCapabilities",
			"Capabilities": []any{object{
				"CapabilitiesObject": link(uri), "UseCase": specific, "Links": object{"TargetCollection": link(systemsURI)},
			}},
		}
	}
}

// nest puts a physical system below its block, and the drives of a block below a storage subsystem.
func (g *generator) nest(body object, uri string, b Block) {
	if !slices.Contains(b.Types, "ComputerSystem") {
		g.addParts(body, uri, b.Chassis, b.Parts)
		return
	}
	nested := uri + "/Systems/1"
	system := newDocument("ComputerSystem.v1_4_0.ComputerSystem", nested, b.Name, object{
		"SystemType": "Physical", "Manufacturer": "Valence", "PowerState": "Off", "Status": enabled(),
		"Links": object{"Chassis": links(chassisURI + "/" + b.Chassis)},
	})
	g.addParts(system, nested, b.Chassis, b.Parts)
	for name, kind := range collections() {
		if members := urisAt(system, name); members != nil {
			g.put(nested+"/"+name, newCollection(kind, nested+"/"+name, members...))
			system[name] = link(nested + "/" + name)
		}
	}
	summarize(g.tree, system)
	g.put(nested, system)
	body["ComputerSystems"] = links(nested)
}

// addParts adds what is in a block or system, and lists it there.
func (g *generator) addParts(body object, uri, chassis string, parts []Part) {
	var drives []string
	for _, one := range parts {
		if one.Kind == Drives {
			drives = append(drives, g.addPart(uri+"/Storage/1/Drives", chassis, one))
		} else {
			appendLink(body, one.Kind.Collection, g.addPart(uri+"/"+one.Kind.Collection, chassis, one))
		}
	}
	if drives != nil {
		g.addStorage(uri+"/Storage/1", drives)
		body["Storage"] = links(uri + "/Storage/1")
	}
}

// reduce takes out of a block what the first generation did not have.
func reduce(body object) {
	delete(body, "Pool")
	was := objectAt(body, "CompositionStatus")
	body["CompositionStatus"] = object{"CompositionState": was["CompositionState"], "SharingCapable": was["SharingCapable"]}
	if shared := slices.Contains(textsAt(body, "ResourceBlockType"), "Network"); shared {
		body["CompositionStatus"] = object{"CompositionState": stateUnused, "SharingCapable": true, "SharingEnabled": true}
	}
	body["@odata.type"] = "#ResourceBlock.v1_0_0.ResourceBlock"
}
