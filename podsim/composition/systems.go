package composition

import (
	"maps"
	"slices"
)

// collections are those of a system, by the property that leads to them, with the schema of their members. Their members
// stand in the blocks.
func collections() map[string]string {
	return map[string]string{
		"Processors": "Processor", "Memory": "Memory", "EthernetInterfaces": "EthernetInterface",
		"NetworkInterfaces": "NetworkInterface", "Storage": "Storage", "SimpleStorage": "SimpleStorage",
	}
}

// pooledStorage is the storage subsystem of a system for drives that come without one.
const pooledStorage = "Pooled"

// newSystemBody is a system that is composed but has no block yet.
func (p *Pod) newSystemBody(made plan) object {
	uri := made.system
	body := object{
		"@odata.type":  "#ComputerSystem.v1_27_0.ComputerSystem",
		"@odata.id":    uri,
		"Id":           lastOf(uri),
		"Name":         lastOf(uri),
		"SystemType":   "Composed",
		"UUID":         p.identity(uri),
		"Manufacturer": "Valence",
		"Model":        "Simulated composed system",
		"PowerState":   "Off",
		"Status":       object{"State": "Enabled", "Health": "OK"},
		"Boot":         newBoot(),
		"Links":        object{"ResourceBlocks": []any{}},
		"Actions":      systemActions(uri, p.opts.ResetTypes),
	}
	for _, name := range []string{"Name", "Description", "HostName", "AssetTag", "PowerState"} {
		if value, given := made.body[name].(string); given && (name == "Name" || made.keeps(name)) {
			body[name] = value
		}
	}
	if made.keeps("Boot") {
		maps.Copy(body["Boot"].(object), objectAt(made.body, "Boot"))
	}
	return body
}

func systemActions(uri string, resets []string) object {
	at := uri + "/Actions/ComputerSystem."
	return object{
		"#ComputerSystem.Reset": object{
			"target": at + "Reset", "ResetType@Redfish.AllowableValues": texts(resets),
		},
		"#ComputerSystem.AddResourceBlock":    object{"target": at + "AddResourceBlock"},
		"#ComputerSystem.RemoveResourceBlock": object{"target": at + "RemoveResourceBlock"},
	}
}

// gain gives a system what is in a block.
func (p *Pod) gain(system, block string) {
	body, from := p.tree.edit(system), p.tree.view(block)
	addLink(inner(body, "Links"), "ResourceBlocks", block)
	if p.anchors[block] == system {
		return // what is in it is the system's own
	}
	for name, kind := range collections() {
		for _, uri := range p.contents(from, name) {
			addLink(p.collection(body, system, name, kind), "Members", uri)
		}
	}
	p.gainDrives(body, system, from)
	p.gainChassis(body, system, from)
	p.summarize(body)
}

// contents lists the components of one kind in a block, and in the systems below it.
func (p *Pod) contents(block object, name string) []string {
	all := urisAt(block, name)
	for _, system := range urisAt(block, "ComputerSystems") {
		if below(textAt(block, "@odata.id"))(system) {
			all = append(all, urisAt(p.tree.view(uriOf(at(p.tree.view(system), name))), "Members")...)
		}
	}
	return all
}

// collection is a collection of a system, made when there is none.
func (p *Pod) collection(body object, system, name, kind string) object {
	uri := uriOf(at(body, name))
	if uri == "" {
		uri = system + "/" + name
		body[name] = link(uri)
	}
	if !p.tree.has(uri) {
		p.tree.put(uri, newCollection(kind, uri))
	}
	return p.tree.edit(uri)
}

func newCollection(kind, uri string, members ...string) object {
	return object{
		"@odata.type":         "#" + kind + "Collection." + kind + "Collection",
		"@odata.id":           uri,
		"Name":                kind + " Collection",
		"Members@odata.count": len(members),
		"Members":             links(members...),
	}
}

// gainDrives puts the drives of a block that has no storage subsystem into one of the system's own.
func (p *Pod) gainDrives(body object, system string, from object) {
	drives := urisAt(from, "Drives")
	if len(drives) == 0 || len(urisAt(from, "Storage")) > 0 {
		return
	}
	collection := p.collection(body, system, "Storage", "Storage")
	uri := textAt(collection, "@odata.id") + "/" + pooledStorage
	if !p.tree.has(uri) {
		p.tree.put(uri, object{
			"@odata.type": "#Storage.v1_21_0.Storage", "@odata.id": uri, "Id": pooledStorage, "Name": "Pooled Drives",
			"Status": object{"State": "Enabled", "Health": "OK"}, "Drives@odata.count": 0, "Drives": []any{},
		})
		addLink(collection, "Members", uri)
	}
	for _, drive := range drives {
		addLink(p.tree.edit(uri), "Drives", drive)
	}
}

// gainChassis says in the chassis of the block with the processors that the system is there.
func (p *Pod) gainChassis(body object, system string, from object) {
	if !bears(from) || expandable(body) {
		return
	}
	for _, chassis := range urisAt(from, "Links", "Chassis") {
		if holder := p.tree.edit(chassis); holder != nil {
			addLink(inner(holder, "Links"), "ComputerSystems", system)
			addLink(inner(body, "Links"), "Chassis", chassis)
		}
	}
}

// bears tells whether a block is what makes a system out of parts.
func bears(block object) bool {
	return slices.ContainsFunc(textsAt(block, "ResourceBlockType"), func(kind string) bool {
		return kind == "Compute" || kind == "ComputerSystem"
	})
}

// lose takes what is in a block from a system.
func (p *Pod) lose(system, block string) {
	body, from := p.tree.edit(system), p.tree.view(block)
	if p.anchors[block] == system {
		return // it is bound to it
	}
	dropLinks(inner(body, "Links"), "ResourceBlocks", is(block))
	gone := map[string]bool{}
	for name := range collections() {
		for _, uri := range p.contents(from, name) {
			gone[uri] = true
		}
	}
	for _, uri := range urisAt(from, "Drives") {
		gone[uri] = true
	}
	drop := func(uri string) bool { return gone[uri] }
	p.loseDrives(body, drop)
	for name := range collections() {
		p.loseMembers(body, name, drop)
	}
	if bears(from) && !expandable(body) {
		for _, chassis := range urisAt(from, "Links", "Chassis") {
			dropLinks(inner(body, "Links"), "Chassis", is(chassis))
			p.leaveChassis(system, chassis)
		}
	}
	p.summarize(body)
}

// leaveChassis says in a chassis that a system is no longer there, and tells what holds the chassis.
func (p *Pod) leaveChassis(system, chassis string) (holder string) {
	body := p.tree.view(chassis)
	if slices.Contains(urisAt(body, "Links", "ComputerSystems"), system) {
		dropLinks(inner(p.tree.edit(chassis), "Links"), "ComputerSystems", is(system))
	}
	return uriOf(at(body, "Links", "ContainedBy"))
}

// leaveAll does so in every chassis that one of the blocks is in: mockups name a system in more of them than the one with
// the processors.
func (p *Pod) leaveAll(system string, blocks []string) {
	for _, block := range blocks {
		for _, chassis := range urisAt(p.tree.view(block), "Links", "Chassis") {
			for range maxDepth {
				chassis = p.leaveChassis(system, chassis)
			}
		}
	}
}

// loseMembers removes members from a collection, and the collection when none is left.
func (p *Pod) loseMembers(body object, name string, drop func(string) bool) {
	uri := uriOf(at(body, name))
	collection := p.tree.edit(uri)
	if collection == nil || !dropLinks(collection, "Members", drop) || len(listAt(collection, "Members")) > 0 {
		return
	}
	p.tree.remove(uri)
	delete(body, name)
}

// loseDrives does so for the drives of the system's storage subsystems.
func (p *Pod) loseDrives(body object, drop func(string) bool) {
	collection := uriOf(at(body, "Storage"))
	for _, uri := range urisAt(p.tree.view(collection), "Members") {
		if !below(collection)(uri) || !p.tree.has(uri) || !dropLinks(p.tree.edit(uri), "Drives", drop) {
			continue
		}
		if len(listAt(p.tree.view(uri), "Drives")) == 0 {
			p.tree.remove(uri)
			p.loseMembers(body, "Storage", is(uri))
		}
	}
}

// summarize writes how much of what a system has.
func summarize(t *tree, body object) {
	count, cores, mib, model := 0, 0, 0, ""
	for _, uri := range urisAt(t.view(uriOf(at(body, "Processors"))), "Members") {
		if processor := t.view(uri); textAt(processor, "ProcessorType") == "CPU" {
			n, _ := numberAt(processor, "TotalCores")
			count, cores, model = count+1, cores+int(n), textAt(processor, "Model")
		}
	}
	for _, uri := range urisAt(t.view(uriOf(at(body, "Memory"))), "Members") {
		n, _ := numberAt(t.view(uri), "CapacityMiB")
		mib += int(n)
	}
	status := object{"State": "Enabled", "Health": "OK", "HealthRollup": "OK"}
	body["ProcessorSummary"] = object{"Count": count, "CoreCount": cores, "Model": model, "Status": status}
	body["MemorySummary"] = object{"TotalSystemMemoryGiB": float64(mib) / 1024, "Status": status}
}

// summarize does so for a composed system; a physical one keeps what it says of itself.
func (p *Pod) summarize(body object) {
	if !expandable(body) {
		summarize(p.tree, body)
	}
}
