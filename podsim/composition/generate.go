package composition

import (
	"maps"
)

// The places of a generated pod.
const (
	systemsURI  = rootURI + "/Systems"
	chassisURI  = rootURI + "/Chassis"
	managersURI = rootURI + "/Managers"
	managerURI  = managersURI + "/1"
	serviceURI  = rootURI + "/CompositionService"
	blocksURI   = serviceURI + "/ResourceBlocks"
	zonesURI    = serviceURI + "/ResourceZones"
	activeURI   = serviceURI + "/ActivePool"
	freeURI     = serviceURI + "/FreePool"
	reservedURI = serviceURI + "/CompositionReservations"
	infoURI     = serviceURI + "/ComposeActionInfo"

	// What the simulator around the pod serves.
	sessionsURI = rootURI + "/SessionService"
	eventsURI   = rootURI + "/EventService"
)

// generator makes the documents of a layout.
type generator struct {
	*tree
	layout  Layout
	flavour Flavour
	resets  []string
}

func generate(l Layout, f Flavour, resets []string) *tree {
	g := &generator{newTree(), f.arrange(l), f, resets}
	g.addRoot()
	g.addService()
	g.addCapabilities()
	g.addChassis()
	g.addMachines()
	g.addBlocks()
	g.addZones()
	if f.zoneTemplates {
		g.addZoneTemplates()
	}
	return g.tree
}

// newDocument fills in what every resource of a schema ("Processor.v1_22_0.Processor") has.
func newDocument(schema, uri, name string, more object) object {
	body := object{"@odata.type": "#" + schema, "@odata.id": uri, "Id": lastOf(uri), "Name": name}
	maps.Copy(body, more)
	return body
}

func enabled() object { return object{"State": "Enabled", "Health": "OK"} }

// addMachines adds the physical systems.
func (g *generator) addMachines() {
	var members []string
	for _, m := range g.layout.Machines {
		uri := systemsURI + "/" + m.ID
		members = append(members, uri)
		body := newDocument("ComputerSystem.v1_27_0.ComputerSystem", uri, m.Name, object{
			"Description": "Simulated physical system",
			"SystemType":  "Physical", "Composition": object{"UseCases": []any{"ExpandableSystem"}},
			"Manufacturer": "Valence", "Model": m.Model, "SerialNumber": m.Serial, "UUID": m.UUID,
			"AssetTag": "", "HostName": "", "PowerState": "Off", "Status": enabled(), "Boot": newBoot(),
			"Links":   object{"ResourceBlocks": []any{}, "Chassis": links(chassisURI + "/" + m.Chassis), "ManagedBy": links(managerURI)},
			"Actions": systemActions(uri, g.resets),
		})
		g.addOwnParts(body, uri, m)
		g.put(uri, body)
		appendLink(g.edit(chassisURI + "/" + m.Chassis)["Links"].(object), "ComputerSystems", uri)
	}
	systems := g.edit(systemsURI)
	systems["Members"], systems["Members@odata.count"] = links(members...), len(members)
}

// addOwnParts adds what sits in a physical system. Its drives hang below its one storage subsystem.
func (g *generator) addOwnParts(body object, uri string, m Machine) {
	byKind := map[string][]string{}
	for _, one := range m.Parts {
		where := uri + "/" + one.Kind.Collection
		if one.Kind == Drives {
			where = uri + "/Storage/1/Drives"
		}
		byKind[one.Kind.Collection] = append(byKind[one.Kind.Collection], g.addPart(where, m.Chassis, one))
	}
	if drives := byKind["Drives"]; len(drives) > 0 {
		g.addStorage(uri+"/Storage/1", drives)
		byKind["Storage"] = []string{uri + "/Storage/1"}
	}
	for name, kind := range collections() {
		if len(byKind[name]) > 0 {
			body[name] = link(uri + "/" + name)
			g.put(uri+"/"+name, newCollection(kind, uri+"/"+name, byKind[name]...))
		}
	}
	summarize(g.tree, body)
}

func (g *generator) addStorage(uri string, drives []string) {
	g.put(uri, newDocument("Storage.v1_21_0.Storage", uri, "Storage Subsystem", object{
		"Status": enabled(), "Drives@odata.count": len(drives), "Drives": links(drives...),
	}))
}

// addPart adds a component and returns where it is.
func (g *generator) addPart(where, chassis string, one Part) string {
	uri := where + "/" + one.ID
	g.store(uri, func() object {
		body := one.Body()
		body["@odata.type"], body["@odata.id"], body["Id"] = one.Kind.Type, uri, one.ID
		body["Status"], body["Links"] = enabled(), object{"Chassis": link(chassisURI + "/" + chassis)}
		return body
	})
	return uri
}

// addBlocks adds the resource blocks, all of them free.
func (g *generator) addBlocks() {
	var members []string
	for _, b := range g.layout.Blocks {
		uri := blocksURI + "/" + b.ID
		members = append(members, uri)
		chassis := chassisURI + "/" + b.Chassis
		body := newDocument("ResourceBlock.v1_4_3.ResourceBlock", uri, b.Name, object{
			"ResourceBlockType": texts(b.Types), "Status": enabled(), "Pool": "Free",
			"CompositionStatus": newStatus(b.Systems),
			"Links":             object{"ComputerSystems": []any{}, "Chassis": links(chassis), "Zones": links(urisBelow(zonesURI, b.Zones)...)},
		})
		g.fill(body, uri, b)
		g.put(uri, body)
		appendLink(g.edit(chassis)["Links"].(object), "ResourceBlocks", uri)
	}
	g.put(blocksURI, newCollection("ResourceBlock", blocksURI, members...))
	if !g.flavour.firstGeneration {
		g.put(freeURI, newCollection("ResourceBlock", freeURI))
		g.put(activeURI, newCollection("ResourceBlock", activeURI))
	}
}

// fill puts into a block what is in it.
func (g *generator) fill(body object, uri string, b Block) {
	if g.flavour.nested {
		g.nest(body, uri, b)
	} else {
		for _, one := range b.Parts {
			name := one.Kind.Collection
			appendLink(body, name, g.addPart(uri+"/"+name, b.Chassis, one))
		}
	}
	if b.Machine != "" {
		body["ComputerSystems"] = links(systemsURI + "/" + b.Machine)
		appendLink(g.edit(systemsURI + "/" + b.Machine)["Links"].(object), "ResourceBlocks", uri)
	}
	if g.flavour.bound && b.Machine != "" {
		settle(body, 1)
		body["Pool"] = "Active"
	}
	if g.flavour.firstGeneration {
		reduce(body)
	}
}

func newStatus(systems int) object {
	status := object{"Reserved": false, "CompositionState": stateUnused, "SharingCapable": systems > 1,
		"MaxCompositions": max(1, systems), "NumberOfCompositions": 0}
	if systems > 1 {
		status["SharingEnabled"] = true
	}
	return status
}

func urisBelow(uri string, ids []string) []string {
	uris := make([]string, len(ids))
	for i, id := range ids {
		uris[i] = uri + "/" + id
	}
	return uris
}

func texts(list []string) []any {
	values := make([]any, len(list))
	for i, text := range list {
		values[i] = text
	}
	return values
}

// addZones adds the zones with the blocks that are in them.
func (g *generator) addZones() {
	holds := map[string][]string{}
	for _, b := range g.layout.Blocks {
		for _, zone := range b.Zones {
			holds[zone] = append(holds[zone], blocksURI+"/"+b.ID)
		}
	}
	var members []string
	for _, z := range g.layout.Zones {
		uri := zonesURI + "/" + z.ID
		members = append(members, uri)
		g.put(uri, newDocument("Zone.v1_6_3.Zone", uri, z.Name, object{
			"ZoneType": "ZoneOfResourceBlocks", "Status": enabled(), "Links": object{"ResourceBlocks": links(holds[z.ID]...)},
		}))
	}
	g.put(zonesURI, newCollection("Zone", zonesURI, members...))
}
