package podsim

import (
	"fmt"
	"strconv"

	"github.com/valence-rsd/valence/podsim/composition"
)

// poolSystems is how many systems may share a storage pool of a DMTF pod.
const poolSystems = 8

// layouter describes an inventory as resource blocks.
type layouter struct {
	*inventory
	composition.Layout
	racks []string // ids of the zones: one for each rack
	zone  map[*chassis]string
}

// newLayout turns the hardware of a pod into resource blocks. The systems take turns: the first is a block of processors,
// memory and interfaces, with its drives as blocks of their own; the second stays a physical system that blocks can
// expand. What sits in a rack can be composed in the rack's zone, what is behind a fabric in all of them.
func newLayout(inv *inventory) composition.Layout {
	l := &layouter{inventory: inv, zone: map[*chassis]string{}}
	l.UUID = inv.uuid
	for _, c := range inv.chassis {
		l.addChassis(c)
	}
	for i, sys := range inv.systems {
		if i%2 == 0 {
			l.addCompute(sys)
		} else {
			l.addMachine(sys)
		}
	}
	l.addPools()
	l.addDevices()
	return l.Layout
}

func (l *layouter) addChassis(c *chassis) {
	one := composition.Chassis{ID: c.id, Name: c.name, Type: c.kind, Serial: c.serial}
	if c.parent != nil {
		one.In = c.parent.id
		l.zone[c] = l.zone[c.parent]
	}
	l.Chassis = append(l.Chassis, one)
	if c.kind == "Rack" {
		l.addRack(c)
	}
}

// addRack adds a zone with an adapter for systems that need more interfaces.
func (l *layouter) addRack(c *chassis) {
	id := strconv.Itoa(len(l.Zones) + 1)
	l.zone[c] = id
	l.racks = append(l.racks, id)
	l.Zones = append(l.Zones, composition.Zone{ID: id, Name: "Resource Zone of " + c.name})
	ports := []composition.Part{}
	for port := range 2 {
		name := strconv.Itoa(port + 1)
		ports = append(ports, nicPart(name, l.mac(c.name+"/Adapter/"+name), 25_000))
	}
	l.Blocks = append(l.Blocks, composition.Block{
		ID: "Network" + id, Name: "Network adapter of " + c.name, Types: []string{"Network"}, Chassis: c.id,
		Zones: []string{id}, Parts: ports,
	})
}

// addCompute adds a block of what computes in a system, and one for each of its drives.
func (l *layouter) addCompute(sys *system) {
	zones := []string{l.zone[sys.sled]}
	l.Blocks = append(l.Blocks, composition.Block{
		ID: "Compute" + sys.id, Name: sys.name, Types: []string{"Compute", "Network"}, Chassis: sys.sled.id,
		Zones: zones, Parts: computeParts(sys),
	})
	for i, d := range sys.drives() {
		l.Blocks = append(l.Blocks, composition.Block{
			ID: fmt.Sprintf("Drive%s-%d", sys.id, i+1), Name: fmt.Sprintf("Drive %d of %s", i+1, sys.name),
			Types: []string{"Storage"}, Chassis: sys.sled.id, Zones: zones, Parts: []composition.Part{drivePart("1", d)},
		})
	}
}

// addMachine adds a physical system and the block that stands for it.
func (l *layouter) addMachine(sys *system) {
	parts := computeParts(sys)
	for i, d := range sys.drives() {
		parts = append(parts, drivePart(strconv.Itoa(i+1), d))
	}
	l.Machines = append(l.Machines, composition.Machine{
		ID: sys.id, Name: sys.name, UUID: sys.uuid, Model: sys.hw.Name, Serial: sys.serial, Chassis: sys.sled.id, Parts: parts,
	})
	l.Blocks = append(l.Blocks, composition.Block{
		ID: "System" + sys.id, Name: sys.name, Types: []string{"ComputerSystem"}, Chassis: sys.sled.id,
		Zones: []string{l.zone[sys.sled]}, Machine: sys.id,
	})
}

// addPools adds the storage pools, which several systems can share.
func (l *layouter) addPools() {
	for _, service := range l.services {
		for _, pool := range service.pools {
			var drives []composition.Part
			for i, d := range pool.drives {
				drives = append(drives, drivePart(strconv.Itoa(i+1), d))
			}
			l.Blocks = append(l.Blocks, composition.Block{
				ID: "Pool" + service.id + "-" + pool.id, Name: "Storage pool over " + service.fabric.kind,
				Types: []string{"Storage"}, Chassis: pool.drives[0].chassis.id, Zones: l.racks, Systems: poolSystems, Parts: drives,
			})
		}
	}
}

// addDevices adds what is behind the PCIe switch.
func (l *layouter) addDevices() {
	for i, d := range l.pooledDrives {
		id := strconv.Itoa(i + 1)
		l.Blocks = append(l.Blocks, composition.Block{
			ID: "PooledDrive" + id, Name: "Pooled drive " + id, Types: []string{"Storage"}, Chassis: d.chassis.id,
			Zones: l.racks, Parts: []composition.Part{drivePart("1", d)},
		})
	}
	for _, c := range l.chassis {
		for _, a := range c.accelerators {
			l.Blocks = append(l.Blocks, composition.Block{
				ID: a.kind + a.id, Name: "Pooled " + a.kind + " " + a.id, Types: []string{"Processor"}, Chassis: c.id,
				Zones: l.racks, Parts: []composition.Part{acceleratorPart(a)},
			})
		}
		for _, a := range c.adapters {
			l.Blocks = append(l.Blocks, composition.Block{
				ID: "NIC" + a.id, Name: "Pooled NIC " + a.id, Types: []string{"Network"}, Chassis: c.id,
				Zones: l.racks, Parts: []composition.Part{nicPart("1", l.mac(a.uri), a.SpeedMbps)},
			})
		}
	}
}

func computeParts(sys *system) []composition.Part {
	var parts []composition.Part
	for _, p := range sys.processors {
		parts = append(parts, processorPart(p))
	}
	for _, d := range sys.dimms {
		parts = append(parts, memoryPart(d))
	}
	for _, n := range sys.nics {
		parts = append(parts, nicPart(n.id, n.mac, n.speedMbps))
	}
	return parts
}

func processorPart(p *processor) composition.Part {
	return composition.Part{Kind: composition.Processors, ID: p.id, Body: func() map[string]any {
		return map[string]any{
			"Name": "Processor", "Socket": "CPU " + p.id, "ProcessorType": processorType, "ProcessorArchitecture": "x86",
			"InstructionSet": instructionSet, "Manufacturer": "Intel(R) Corporation", "Model": p.Model,
			"MaxSpeedMHz": p.SpeedMHz, "TotalCores": p.Cores, "TotalThreads": 2 * p.Cores,
		}
	}}
}

func acceleratorPart(a *accelerator) composition.Part {
	return composition.Part{Kind: composition.Processors, ID: "1", Body: func() map[string]any {
		return map[string]any{
			"Name": a.kind, "ProcessorType": a.kind, "Manufacturer": "Intel(R) Corporation", "Model": a.model, "UUID": a.asset.uuid,
		}
	}}
}

func memoryPart(d *dimm) composition.Part {
	return composition.Part{Kind: composition.Memory, ID: d.id, Body: func() map[string]any {
		return map[string]any{
			"Name": "DIMM", "MemoryType": "DRAM", "MemoryDeviceType": d.Type, "BaseModuleType": "RDIMM",
			"MemoryMedia": []any{"DRAM"}, "CapacityMiB": d.CapacityMiB, "DataWidthBits": dimmDataBits, "BusWidthBits": 72,
			"Manufacturer": dimmMaker, "SerialNumber": d.serial, "OperatingSpeedMhz": d.SpeedMHz,
			"AllowedSpeedsMHz": []any{d.SpeedMHz}, "DeviceLocator": "DIMM " + d.id, "ErrorCorrection": "MultiBitECC",
		}
	}}
}

func nicPart(id, mac string, speed int) composition.Part {
	return composition.Part{Kind: composition.EthernetInterfaces, ID: id, Body: func() map[string]any {
		return map[string]any{
			"Name": "Ethernet Interface", "InterfaceEnabled": true, "PermanentMACAddress": mac, "MACAddress": mac,
			"SpeedMbps": speed, "AutoNeg": true, "FullDuplex": true, "MTUSize": 1500, "LinkStatus": "LinkUp",
		}
	}}
}

func drivePart(id string, d *drive) composition.Part {
	return composition.Part{Kind: composition.Drives, ID: id, Body: func() map[string]any {
		body := map[string]any{
			"Name": "Drive", "MediaType": d.Type, "Protocol": d.Interface, "CapacityBytes": int64(d.CapacityGiB) * bytesPerGiB,
			"Manufacturer": "Valence", "Model": "Simulated " + d.Type, "SerialNumber": d.serial,
			"Identifiers": []any{map[string]any{"DurableNameFormat": "UUID", "DurableName": d.uuid}},
		}
		if d.RPM > 0 {
			body["RotationSpeedRPM"] = d.RPM
		}
		return body
	}}
}
