package podsim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// builder lays out a pod. Identities come from the seed and the place in the pod, so a machine keeps its UUID,
// serial numbers and MAC addresses when the pod around it grows.
type builder struct {
	inventory
	rules    dialect
	topology Topology
}

func buildInventory(t Topology, rules dialect, seed uint64) *inventory {
	b := &builder{
		rules:    rules,
		topology: rules.hardware.known(t),
		inventory: inventory{
			namespace:   uuid.NewSHA1(uuid.NameSpaceURL, []byte("valence-podsim/"+strconv.FormatUint(seed, 10))),
			chassisByID: map[string]*chassis{},
			systemByID:  map[string]*system{},
			ownerOf:     map[string]*system{},
			pooledByURI: map[string]*drive{},
		},
	}
	b.uuid = b.identity("service").String()
	b.manager = b.part(managersURI, 1, b.identity("manager").String())
	pod := b.addPod()
	for r, inRack := range t.layout() {
		rack := b.addChassis("Rack", fmt.Sprintf("Rack%d", r+1), pod)
		for d, inDrawer := range inRack.Drawers {
			drawer := b.addChassis("Drawer", fmt.Sprintf("%s-Drawer%d", rack.name, d+1), rack)
			for s, inSled := range inDrawer.Sleds {
				b.addSled(b.addChassis("Sled", fmt.Sprintf("%s-Sled%d", drawer.name, s+1), drawer), inSled)
			}
			b.addEthernetSwitch(drawer)
		}
	}
	b.addStorageServices(pod.children[0])
	b.addPooledDevices(pod.children[0])
	return &b.inventory
}

func (inv *inventory) identity(place string) uuid.UUID {
	return uuid.NewSHA1(inv.namespace, []byte(place))
}

// serial makes a serial number of twelve characters.
func (inv *inventory) serial(place string) string {
	return strings.ToUpper(strings.ReplaceAll(inv.identity("serial/"+place).String(), "-", "")[:12])
}

// mac makes a locally administered unicast address.
func (inv *inventory) mac(place string) string {
	id := inv.identity("mac/" + place)
	return fmt.Sprintf("02:%02X:%02X:%02X:%02X:%02X", id[0], id[1], id[2], id[3], id[4])
}

// part numbers what stands in a collection, or names it by what it is, as the dialect does.
func (b *builder) part(collection string, number int, hardware string) part {
	id := strconv.Itoa(number)
	if b.rules.hardwareIDs {
		id = hardware
	}
	return part{id, collection + "/" + strings.ReplaceAll(id, " ", "+")}
}

// served numbers what one of the services below the pod manager serves.
func (b *builder) served(collection string, number int) part {
	return b.part(collection, number, fmt.Sprintf("%s_%d", b.identity("storage"), number))
}

// known drops the hardware that the version knows nothing of.
func (rules hardwareRules) known(t Topology) Topology {
	if !rules.pooledDrives {
		t.PooledDrives = nil
	}
	if !rules.accelerators {
		t.FPGAs, t.GPUs, t.NICs = nil, nil, nil
	}
	if rules.logicalDrives {
		t.StorageServices = slices.DeleteFunc(slices.Clone(t.StorageServices), func(s StorageService) bool {
			return s.Protocol != protocolISCSI
		})
	}
	return t
}

// addPod makes the chassis above all others. Where ids are those of the hardware it has none, and is called pod.
func (b *builder) addPod() *chassis {
	name := "Pod1"
	if b.rules.hardwareIDs {
		name = "pod"
	}
	return b.addChassis("Pod", name, nil)
}

func (b *builder) addChassis(kind, name string, parent *chassis) *chassis {
	hardware := b.identity(name).String()
	if parent == nil {
		hardware = name
	}
	p := b.part(chassisURI, len(b.chassis)+1, hardware)
	c := &chassis{
		part:   p,
		kind:   kind,
		name:   name,
		uuid:   b.identity(name).String(),
		serial: b.serial(name),
		parent: parent,
	}
	if parent != nil {
		parent.children = append(parent.children, c)
	}
	b.chassis = append(b.chassis, c)
	b.chassisByID[p.id] = c
	return c
}

func (b *builder) addSled(sled *chassis, spec Sled) {
	hw := &b.topology.Kinds[spec.Kind]
	for i := range spec.Systems {
		b.addSystem(sled, fmt.Sprintf("%s-System%d", sled.name, i+1), hw)
	}
}

func (b *builder) addSystem(sled *chassis, name string, hw *Hardware) {
	uuid := b.identity(name).String()
	s := &system{
		part:   b.part(systemsURI, len(b.systems)+1, uuid),
		name:   name,
		uuid:   uuid,
		serial: b.serial(name),
		sled:   sled,
		hw:     hw,
		state:  newSystemState(),
	}
	for i := range hw.Processors {
		socket := fmt.Sprintf("CPU %d", i+1)
		s.processors = append(s.processors, &processor{b.component(s, "Processors", i, socket), hw.Processor, socket})
	}
	for i := range hw.DIMMs {
		locator, place := fmt.Sprintf("DIMM %d", i+1), fmt.Sprintf("%s/Memory/%d", name, i+1)
		s.dimms = append(s.dimms, &dimm{b.component(s, "Memory", i, locator), hw.DIMM, i + 1, locator, b.serial(place)})
	}
	for i := range hw.NICs {
		mac := b.mac(fmt.Sprintf("%s/EthernetInterfaces/%d", name, i+1))
		s.nics = append(s.nics, &nic{part: b.component(s, "EthernetInterfaces", i, mac), mac: mac, speedMbps: hw.NICSpeedMbps})
	}
	b.addStorage(s)
	sled.systems = append(sled.systems, s)
	b.systems = append(b.systems, s)
	b.systemByID[s.id] = s
}

// component numbers or names the next part of a system and remembers whose it is.
func (b *builder) component(s *system, collection string, index int, hardware string) part {
	p := b.part(s.uri+"/"+collection, index+1, hardware)
	b.ownerOf[p.uri] = s
	return p
}

// addStorage gives the system one storage subsystem with all its drives.
func (b *builder) addStorage(s *system) {
	place := s.name + "/Storage/1"
	st := &storage{
		part:   b.component(s, "Storage", 0, "1"),
		uuid:   b.identity(place).String(),
		serial: b.serial(place),
	}
	simple, adapter := *st, *st
	simple.part = b.component(s, "SimpleStorage", 0, "1")
	adapter.part = b.component(s, "Adapters", 0, "1")
	for _, d := range s.hw.Drives {
		dr := b.addDrive(s.sled, d)
		if b.rules.hardware.adapters {
			b.move(dr, adapter.uri+"/Devices", len(adapter.drives)+1)
			adapter.drives = append(adapter.drives, dr)
		}
		dr.system = s
		b.ownerOf[dr.uri] = s
		st.drives = append(st.drives, dr)
		simple.drives = append(simple.drives, dr)
	}
	s.storage, s.simpleStorage = []*storage{st}, []*storage{&simple}
	if b.rules.hardware.adapters {
		s.adapters = []*storage{&adapter}
	}
}

// addDrive numbers a drive in its chassis, because its URI hangs below it.
func (b *builder) addDrive(c *chassis, d Drive) *drive {
	c.bays++
	id := strconv.Itoa(c.bays)
	place := c.name + "/Drives/" + id
	dr := &drive{
		part:    part{id, c.uri + "/Drives/" + id},
		Drive:   d,
		chassis: c,
		bay:     c.bays,
		uuid:    b.identity(place).String(),
		serial:  b.serial(place),
	}
	c.drives = append(c.drives, dr)
	return dr
}

// move hangs a drive below something else than its chassis.
func (b *builder) move(d *drive, collection string, number int) {
	d.chassis.drives = slices.DeleteFunc(d.chassis.drives, func(other *drive) bool { return other == d })
	d.id = strconv.Itoa(number)
	d.uri = collection + "/" + d.id
}
