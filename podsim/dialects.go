package podsim

import (
	"slices"
	"time"
)

// logicalProperties are those that only nodes of RSD 1.2 have.
func logicalProperties() []string {
	return []string{"SystemType", "AssetTag", "Manufacturer", "Model", "SKU", "SerialNumber", "PartNumber", "HostName",
		"BiosVersion"}
}

const clearOptane = "ClearOptaneDCPersistentMemoryOnDelete"

// requestAllocate and the others are the kinds of request that versions differ in.
const (
	requestAllocate    = "Allocate"
	requestPatchNode   = "PatchNode"
	requestPatchSystem = "PatchSystem"
)

func allStates() []string {
	return []string{stateAllocating, stateAllocated, stateAssembling, stateAssembled, stateFailed}
}

// rsd23 is the dialect of the RSD 2.3 pod manager, and what the others are described from.
func rsd23() dialect {
	return dialect{
		root: rootShape{
			apiVersion:     "2.3.0",
			redfishVersion: "1.1.0",
			links: []string{"Systems", "Chassis", "Managers", "Fabrics", "StorageServices", "EventService",
				"TelemetryService"},
			oemLinks:  []string{"Nodes", "EthernetSwitches"},
			telemetry: rootURI + "/TelemetryService",
		},
		answers:          namedAnswers(),
		cacheControl:     true,
		absoluteLocation: true,
		patchAnswersBody: true,
		lacks: map[string][]string{
			"ComposedNode": slices.Concat(logicalProperties(), []string{"Processors", "Memory", clearOptane,
				"Links/LocalDrives", "Links/RemoteDrives", "Oem/Intel_RackScale"}),
			"Manager": {"Links/ManagerForSwitches"},
		},
		refuses: map[string][]string{
			requestAllocate: {"Security." + clearOptane, "SupportedPerformanceConfigurations", "Processors.Connectivity",
				"Processors.Oem.Intel_RackScale", "Memory.MemoryType", "EthernetInterfaces.MACAddress",
				"RemoteDrives.iSCSIAddress"},
			requestPatchNode: {clearOptane, "Oem"},
		},
		events: eventRules{retries: 2, interval: time.Second},
		hardware: hardwareRules{
			pooledDrives: true, accelerators: true,
			processorBrand: append(oldBrands(), "Silver", "Gold", "Platinum"),
		},
		requests: requestRules{
			driveTypes:      []string{"HDD", "SSD"},
			reservedVLANs:   []int{170, 4088, 4091, 4094},
			oneUntaggedVLAN: true,
		},
		nodes: nodeRules{
			actions:     []string{"Reset", "Assemble", "AttachResource", "DetachResource"},
			resetKey:    "ResetType@Redfish.AllowableValues",
			info:        infoObject,
			protocols:   []string{"NVMe", protocolNVMe, protocolPCIe, protocolISCSI},
			bootTargets: append(bootTargets(), "RemoteDrive"),
			assembled:   stateAssembled,
			usable:      []string{stateAssembled, stateFailed},
			remoteBoot:  "RemoteDrive",
			offAtEnd:    allStates(),
			lost:        []string{stateAllocating, stateAllocated, stateAssembling},
		},
	}
}

func oldBrands() []string {
	return []string{"E3", "E5", "E7", "X3", "X5", "X7", "I3", "I5", "I7", "Unknown"}
}

// rsd22 has logical drives behind targets where 2.3 has volumes, and attaches endpoints.
func rsd22() dialect {
	d := rsd23()
	d.root = rootShape{
		apiVersion: "2.2.0", redfishVersion: "1.1.0",
		links:     []string{"Systems", "Chassis", "Managers", "Fabrics", "EventService", "TelemetryService"},
		oemLinks:  []string{"Nodes", "Services", "EthernetSwitches"},
		telemetry: rootURI + "/TelemetryService",
	}
	d.lacks = map[string][]string{
		"ComposedNode": slices.Concat(logicalProperties(), []string{"ClearTPMOnDelete", clearOptane, "Links/Storage",
			"Oem/Intel_RackScale"}),
		"Chassis": {"Links/CooledBy", "Links/PoweredBy"},
		"Manager": d.lacks["Manager"],
	}
	d.refuses[requestAllocate] = append(without(d.refuses[requestAllocate], "RemoteDrives.iSCSIAddress"),
		"RemoteDrives.Protocol", "RemoteDrives.Resource", "Security.ClearTPMOnDelete")
	d.refuses[requestPatchNode] = append(d.refuses[requestPatchNode], "ClearTPMOnDelete")
	d.hardware = hardwareRules{logicalDrives: true, pooledDrives: true, processorBrand: oldBrands()}
	d.nodes.actions = []string{"Reset", "Assemble", "AttachEndpoint", "DetachEndpoint"}
	d.nodes.info = infoOnNode
	d.nodes.offAtEnd = []string{stateAssembled}
	return d
}

// rsd21 says 2.0.0 of itself, as the released pod manager did.
func rsd21() dialect {
	d := rsd22()
	d.root = rootShape{
		apiVersion: "2.0.0", redfishVersion: "1.0.2",
		links: []string{"Systems", "Chassis", "Managers", "Services", "EventService", "Nodes", "EthernetSwitches", "Fabrics"},
	}
	d.answers[actionRead] = d.answers[unknownEndpoint]
	d.lacks["Processor"] = []string{"Oem/Intel_RackScale/OnPackageMemory", "Oem/Intel_RackScale/ThermalDesignPowerWatt",
		"Oem/Intel_RackScale/Metrics", "Oem/Intel_RackScale/ExtendedIdentificationRegisters", "Oem/Intel_RackScale/FPGA"}
	d.refuses[requestAllocate] = append(d.refuses[requestAllocate], "Security", "Processors.ProcessorType")
	d.requests.reservedVLANs = []int{1, 170, 4088, 4091, 4094}
	d.requests.oneUntaggedVLAN = false
	return d
}

// rsd12 attaches nothing, has no fabrics, and tells the power of a machine in the state of its node.
func rsd12() dialect {
	d := rsd21()
	d.root.apiVersion, d.root.redfishVersion = "1.2.0", "1.0.0"
	d.root.links = without(d.root.links, "Fabrics")
	d.answers[wrongState] = d.answers[badPayload]
	d.patchAnswersBody = false
	d.events = eventRules{}
	d.schemas = map[string]string{"*": "1.0.0", "ComputerSystem": "1.1.0"}
	bootMode := []string{"Boot/BootSourceOverrideMode", "Boot/BootSourceOverrideMode@Redfish.AllowableValues"}
	d.lacks["ComposedNode"] = append(bootMode, "ClearTPMOnDelete", clearOptane, "Links/Storage", "Oem/Intel_RackScale")
	d.lacks["ComputerSystem"] = append(bootMode, "Storage", "NetworkInterfaces", "PCIeDevices", "PCIeFunctions",
		"TrustedModules", "HostingRoles", "Links/Endpoints", "Oem/Intel_RackScale/PCIeConnectionId",
		"Oem/Intel_RackScale/UserModeEnabled", "Oem/Intel_RackScale/TrustedExecutionTechnologyEnabled",
		"Oem/Intel_RackScale/Metrics")
	d.lacks["Chassis"] = append(d.lacks["Chassis"], "PowerState", "Links/Storage", "Links/Drives",
		"Links/Oem/Intel_RackScale")
	d.lacks["EthernetSwitch"] = []string{"ACLs"}
	d.lacks["EthernetInterface"] = []string{"LinkStatus"}
	d.lacks["Manager"] = []string{"Links/Oem/Intel_RackScale/ManagerForSwitches"}
	d.refuses[requestAllocate] = append(d.refuses[requestAllocate], "TotalSystemCoreCount", "TotalSystemMemoryMiB",
		"LocalDrives.FabricSwitch", "EthernetInterfaces.VLANs.VLANEnable")
	d.refuses[requestPatchNode] = append(d.refuses[requestPatchNode], "Boot.BootSourceOverrideMode")
	d.refuses[requestPatchSystem] = []string{"Boot.BootSourceOverrideMode"}
	d.hardware = hardwareRules{adapters: true, wholeGiB: true, logicalDrives: true, processorBrand: oldBrands()}
	d.requests.driveTypes = []string{"HDD", "SSD", "NVMe"}
	d.nodes = nodeRules{
		actions:     []string{"Reset", "Assemble"},
		resetKey:    "ResetType@DMTF.AllowableValues",
		bootTargets: bootTargets(),
		bootNeeds:   true,
		assembled:   statePoweredOff,
		usable:      []string{statePoweredOn, statePoweredOff},
		resetMoves: map[string]string{
			"On": statePoweredOn, "ForceOn": statePoweredOn, "GracefulRestart": statePoweredOn, "ForceRestart": statePoweredOn,
			"ForceOff": statePoweredOff, "GracefulShutdown": statePoweredOff, "Nmi": statePoweredOff, "PushPowerButton": "",
		},
		remoteBoot: "Pxe",
		offAtEnd:   []string{statePoweredOn},
		lost:       d.nodes.lost,
	}
	return d
}

// rsd24 names hardware by its identity, answers what it only forwards with tasks, and leaves power to the client.
func rsd24() dialect {
	d := rsd23()
	d.root = rootShape{
		apiVersion: "2.4.0", redfishVersion: "1.5.0",
		links: []string{"Systems", "Chassis", "Managers", "Fabrics", "StorageServices", "EventService", "AccountService",
			"SessionService"},
		oemLinks:  []string{"EthernetSwitches", "TelemetryService", "Nodes"},
		telemetry: rootURI + "/Oem/Intel_RackScale/TelemetryService",
		features:  true,
	}
	d.answers, d.longErrors = generalAnswers(), true
	d.sessions, d.tasks, d.hardwareIDs, d.queries = true, true, true, true
	d.events = eventRules{retries: 3, interval: time.Minute}
	d.cacheControl, d.absoluteLocation = false, false
	d.schemas = map[string]string{"ServiceRoot": "v1_3_0", "ComposedNode": "v1_1_0"}
	d.lacks["ComposedNode"] = slices.Concat(logicalProperties(), []string{"Processors", "Memory", "Links/LocalDrives",
		"Links/RemoteDrives", "Links/ManagedBy"})
	d.refuses = map[string][]string{
		requestAllocate: {"Processors.Oem.Brand", "Processors.Oem.Capabilities", "RemoteDrives.iSCSIAddress"},
	}
	d.requests = requestRules{
		driveTypes:    []string{"HDD", "SSD"},
		reservedVLANs: []int{1, 170, 4088, 4091, 4094}, innerVLANs: true, oneUntaggedVLAN: true,
		positive: true, memoryByModule: true, onlineFirst: true,
	}
	d.nodes.actions = append(d.nodes.actions, "ForceDelete")
	d.nodes.info = infoString
	d.nodes.protocols = []string{"NVMe", protocolNVMe, protocolPCIe, "FPGAOverFabrics"}
	d.nodes.remoteBoot = ""
	d.nodes.offAtEnd = nil
	d.nodes.lost = []string{stateAllocating, stateAssembling}
	return d
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}
