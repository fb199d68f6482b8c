package composition

// addRoot adds the service root and the one manager of the pod.
func (g *generator) addRoot() {
	g.put(rootURI, object{
		"@odata.type": "#ServiceRoot.v1_20_0.ServiceRoot", "@odata.id": rootURI, "Id": "RootService",
		"Name": "Root Service", "RedfishVersion": "1.20.0", "UUID": g.layout.UUID,
		"ProtocolFeaturesSupported": object{
			"ExpandQuery": object{"ExpandAll": true, "Links": true, "NoLinks": true, "Levels": true, "MaxLevels": maxLevels},
			"SelectQuery": false, "FilterQuery": false, "OnlyMemberQuery": false, "ExcerptQuery": false,
		},
		"Systems": link(systemsURI), "Chassis": link(chassisURI), "Managers": link(managersURI),
		"CompositionService": link(serviceURI), "SessionService": link(sessionsURI),
		"Tasks": link(taskService), "EventService": link(eventsURI),
		"Links": object{"Sessions": link(sessionsURI + "/Sessions")},
	})
	g.put(managersURI, newCollection("Manager", managersURI, managerURI))
	first := chassisURI + "/" + g.layout.Chassis[0].ID
	g.put(managerURI, newDocument("Manager.v1_24_0.Manager", managerURI, "Pod Manager", object{
		"ManagerType": "EnclosureManager", "UUID": g.layout.UUID, "Status": enabled(),
		"Links": object{"ManagerForChassis": links(first), "ManagerInChassis": link(first)},
	}))
	g.put(taskService, newDocument("TaskService.v1_2_1.TaskService", taskService, "Task Service", object{
		"ServiceEnabled": true, "Status": enabled(), "Tasks": link(taskURI),
	}))
	g.put(taskURI, newCollection("Task", taskURI))
}

// addService adds the composition service.
func (g *generator) addService() {
	if g.flavour.firstGeneration {
		g.put(serviceURI, newDocument("CompositionService.v1_0_0.CompositionService", serviceURI, "Composition Service", object{
			"ServiceEnabled": true, "Status": enabled(), "ResourceBlocks": link(blocksURI), "ResourceZones": link(zonesURI),
		}))
		return
	}
	target := serviceURI + "/Actions/CompositionService.Compose"
	if g.flavour.composeTarget != "" {
		target = g.flavour.composeTarget
	}
	g.put(serviceURI, newDocument("CompositionService.v1_2_3.CompositionService", serviceURI, "Composition Service", object{
		"ServiceEnabled": true, "Status": enabled(), "AllowOverprovisioning": true, "AllowZoneAffinity": true,
		"ResourceBlocks": link(blocksURI), "ResourceZones": link(zonesURI), "ActivePool": link(activeURI),
		"FreePool": link(freeURI), "CompositionReservations": link(reservedURI), "ReservationDuration": "PT3H",
		"Actions": object{"#CompositionService.Compose": object{
			"target": target, "@Redfish.ActionInfo": infoURI,
		}},
	}))
	g.put(reservedURI, newCollection("CompositionReservation", reservedURI))
	parameter := func(name, kind string, required bool, values ...string) object {
		p := object{"Name": name, "DataType": kind, "Required": required}
		if values != nil {
			p["AllowableValues"] = texts(values)
		}
		return p
	}
	g.put(infoURI, newDocument("ActionInfo.v1_5_0.ActionInfo", infoURI, "Compose Action Info", object{"Parameters": []any{
		parameter("RequestFormat", "String", true, "Manifest"),
		parameter("RequestType", "String", true, "Preview", "PreviewReserve", "Apply"),
		parameter("Manifest", "Object", false),
		parameter("ReservationId", "String", false),
	}}))
}

// The capabilities of a generated pod.
const (
	specificURI    = systemsURI + "/Capabilities"
	constrainedURI = systemsURI + "/ConstrainedCapabilities"
)

// addCapabilities adds the systems collection with what can be posted to it.
func (g *generator) addCapabilities() {
	systems := newCollection("ComputerSystem", systemsURI)
	g.put(systemsURI, systems)
	if g.flavour.actionOnly || g.flavour.zoneTemplates {
		return
	}
	var zones []string
	for _, z := range g.layout.Zones {
		zones = append(zones, zonesURI+"/"+z.ID)
	}
	offer := func(object_, useCase string) object {
		return object{"CapabilitiesObject": link(object_), "UseCase": useCase,
			"Links": object{"TargetCollection": link(systemsURI), "RelatedItem": links(zones...)}}
	}
	systems["@Redfish.CollectionCapabilities"] = object{
		"@odata.type":  "#CollectionCapabilities.v1_4_1.CollectionCapabilities",
		"Capabilities": []any{offer(specificURI, specific), offer(constrainedURI, constrained)},
	}
	limits := object{"MinCompute": 1, "MaxCompute": 1, "MaxStorage": 8}
	g.put(specificURI, newTemplate(specificURI, object{
		"Links@Redfish.RequiredOnCreate": true,
		"Links": object{
			"ResourceBlocks@Redfish.RequiredOnCreate":     true,
			"ResourceBlocks@Redfish.UpdatableAfterCreate": true,
		},
		"@Redfish.ResourceBlockLimits": limits,
	}))
	wanted := newWishTemplate()
	wanted["@Redfish.ResourceBlockLimits"] = limits
	g.put(constrainedURI, newTemplate(constrainedURI, wanted))
}

// newTemplate is what both ways of composing let a client set.
func newTemplate(uri string, more object) object {
	body := newDocument("ComputerSystem.v1_27_0.ComputerSystem", uri, "Capabilities of the systems collection", more)
	for _, name := range []string{"Description", "HostName", "AssetTag", "Boot"} {
		body[name+"@Redfish.OptionalOnCreate"] = true
		body[name+"@Redfish.UpdatableAfterCreate"] = name != "Description"
	}
	body["Name@Redfish.RequiredOnCreate"] = true
	body["Name@Redfish.UpdatableAfterCreate"] = true
	body["Boot"] = object{
		"BootSourceOverrideEnabled@Redfish.OptionalOnCreate":     true,
		"BootSourceOverrideEnabled@Redfish.UpdatableAfterCreate": true,
		"BootSourceOverrideTarget@Redfish.OptionalOnCreate":      true,
		"BootSourceOverrideTarget@Redfish.UpdatableAfterCreate":  true,
		"BootSourceOverrideTarget@Redfish.AllowableValues":       texts(bootTargets()),
	}
	return body
}

// newWishTemplate says how a client describes what it wants.
func newWishTemplate() object {
	members := func(kind string, more object) object {
		more["@odata.type"], more["@Redfish.RequestedCountRequired"] = kind, true
		return object{"Members@Redfish.RequiredOnCreate": true, "Members": []any{more}}
	}
	return object{
		"Processors@Redfish.RequiredOnCreate": true,
		"Processors": members(Processors.Type, object{
			"ProcessorType@Redfish.RequiredOnCreate": true, "TotalCores@Redfish.RequiredOnCreate": true,
			"Model@Redfish.OptionalOnCreate": true, "InstructionSet@Redfish.OptionalOnCreate": true,
		}),
		"Memory@Redfish.RequiredOnCreate": true,
		"Memory": members(Memory.Type, object{
			"MemoryType@Redfish.RequiredOnCreate": true, "CapacityMiB@Redfish.RequiredOnCreate": true,
			"MemoryDeviceType@Redfish.OptionalOnCreate": true,
		}),
		"Storage@Redfish.OptionalOnCreate": true,
		"Storage": members("#Storage.v1_21_0.Storage", object{
			"Drives@Redfish.RequiredOnCreate": true,
			"Drives":                          []any{object{"@odata.type": Drives.Type, "CapacityBytes@Redfish.RequiredOnCreate": true}},
		}),
		"EthernetInterfaces@Redfish.OptionalOnCreate": true,
		"EthernetInterfaces":                          members(EthernetInterfaces.Type, object{"SpeedMbps@Redfish.RequiredOnCreate": true}),
	}
}

// addChassis adds the chassis, each inside another but the first.
func (g *generator) addChassis() {
	var members []string
	for _, c := range g.layout.Chassis {
		uri := chassisURI + "/" + c.ID
		members = append(members, uri)
		own := object{"Contains": []any{}, "ComputerSystems": []any{}, "ResourceBlocks": []any{}, "ManagedBy": links(managerURI)}
		if c.In != "" {
			holder := chassisURI + "/" + c.In
			own["ContainedBy"] = link(holder)
			appendLink(g.edit(holder)["Links"].(object), "Contains", uri)
		}
		g.put(uri, newDocument("Chassis.v1_28_0.Chassis", uri, c.Name, object{
			"Description": "Simulated " + c.Type, "ChassisType": c.Type, "Manufacturer": "Valence", "Model": "Simulated " + c.Type,
			"SerialNumber": c.Serial, "PowerState": "On", "Status": enabled(), "Links": own,
		}))
	}
	g.put(chassisURI, newCollection("Chassis", chassisURI, members...))
}
