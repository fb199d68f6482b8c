package podsim

import (
	"fmt"
	"strconv"
)

// drivesPerPool is how many drives share the capacity of a storage pool.
const drivesPerPool = 4

// fabric connects systems with volumes or with the devices behind the PCIe switch.
type fabric struct {
	part
	kind string // as FabricType: the protocol
}

// storageService holds volumes that are all reached over one fabric.
type storageService struct {
	part
	fabric  *fabric
	volumes string // the collection that volumes are in, below the service
	pools   []*storagePool
}

type storagePool struct {
	part
	service  *storageService
	capacity int64 // bytes
	drives   []*drive

	used int64 // bytes, guarded by pod.mu
}

// accelerator is a processor behind the PCIe switch.
type accelerator struct {
	part
	kind  string // as ProcessorType: FPGA or GPU
	model string
	asset *asset
}

// adapter is a network adapter behind the PCIe switch.
type adapter struct {
	part
	NIC
	serial string
	asset  *asset
}

func (b *builder) addFabric(kind string) *fabric {
	if kind == protocolISCSI && b.rules.hardware.logicalDrives {
		return &fabric{kind: kind} // logical drives are reached through targets, no fabric is served
	}
	f := &fabric{b.served(fabricsURI, len(b.fabrics)+1), kind}
	b.fabrics = append(b.fabrics, f)
	return f
}

// addStorageServices builds the storage services, each with a fabric of its own and its drives in a drawer of the rack.
func (b *builder) addStorageServices(rack *chassis) {
	for i, spec := range b.topology.StorageServices {
		collection, volumes := b.rules.hardware.storageURIs()
		service := &storageService{part: b.served(collection, i+1), fabric: b.addFabric(spec.Protocol), volumes: volumes}
		drawer := b.addChassis("Drawer", fmt.Sprintf("%s-Storage%d", rack.name, i+1), rack)
		for _, capacity := range spec.PoolGiB {
			b.addStoragePool(service, drawer, capacity)
		}
		b.services = append(b.services, service)
	}
}

// storageURIs are where the storage services are, and what their volumes are in.
func (rules hardwareRules) storageURIs() (collection, volumes string) {
	if rules.logicalDrives {
		return servicesURI, "LogicalDrives"
	}
	return storageServicesURI, "Volumes"
}

// addStoragePool makes a storage pool, or a group of logical volumes: a logical drive itself, numbered like the others.
func (b *builder) addStoragePool(service *storageService, drawer *chassis, capacityGiB int) {
	id := strconv.Itoa(len(service.pools) + 1)
	pool := &storagePool{
		part:     part{id, service.uri + "/StoragePools/" + id},
		service:  service,
		capacity: int64(capacityGiB) * bytesPerGiB,
	}
	kind := Drive{CapacityGiB: (capacityGiB + drivesPerPool - 1) / drivesPerPool, Type: "SSD", Interface: "NVMe"}
	if service.fabric.kind == protocolISCSI {
		kind.Type, kind.Interface, kind.RPM = "HDD", "SAS", 10_000
	}
	for range drivesPerPool {
		d := b.addDrive(drawer, kind)
		d.pool = pool
		if b.rules.hardware.logicalDrives {
			b.move(d, service.uri+"/Drives", len(service.drives())+len(pool.drives)+1)
		}
		pool.drives = append(pool.drives, d)
	}
	if b.rules.hardware.logicalDrives {
		b.logicalDrives++
		pool.part = part{strconv.Itoa(b.logicalDrives), fmt.Sprintf("%s/LogicalDrives/%d", service.uri, b.logicalDrives)}
	}
	service.pools = append(service.pools, pool)
}

// addPooledDevices puts the devices that any system can have into a drawer of the rack, behind one PCIe switch.
func (b *builder) addPooledDevices(rack *chassis) {
	t := b.topology
	if len(t.PooledDrives)+len(t.FPGAs)+len(t.GPUs)+len(t.NICs) == 0 {
		return
	}
	drawer := b.addChassis("Drawer", rack.name+"-PCIe1", rack)
	pcie := b.addFabric(protocolPCIe)
	for _, spec := range b.topology.PooledDrives {
		d := b.addDrive(drawer, spec)
		d.asset = b.addDevice(pcie, d.part, d.uuid)
		d.asset.state.eraseOnDetach = true
		b.pooledDrives = append(b.pooledDrives, d)
		b.pooledByURI[d.uri] = d
	}
	for _, spec := range t.FPGAs {
		b.addAccelerator(pcie, drawer, "FPGA", spec.Model)
	}
	for _, spec := range t.GPUs {
		b.addAccelerator(pcie, drawer, "GPU", spec.Model)
	}
	for i, spec := range t.NICs {
		id := strconv.Itoa(i + 1)
		place := drawer.name + "/NetworkAdapters/" + id
		p := part{id, drawer.uri + "/NetworkAdapters/" + id}
		a := b.addDevice(pcie, p, b.identity(place).String())
		a.byEndpoint = true
		drawer.adapters = append(drawer.adapters, &adapter{p, spec, b.serial(place), a})
	}
}

func (b *builder) addAccelerator(pcie *fabric, drawer *chassis, kind, model string) {
	id := strconv.Itoa(len(drawer.accelerators) + 1)
	p := part{id, drawer.uri + "/Processors/" + id}
	a := b.addDevice(pcie, p, b.identity(drawer.name+"/Processors/"+id).String())
	a.processor = true
	drawer.accelerators = append(drawer.accelerators, &accelerator{p, kind, model, a})
}

func (b *builder) addDevice(f *fabric, p part, uuid string) *asset {
	a := &asset{
		part:       p,
		fabric:     f,
		endpointID: fmt.Sprintf("T%d", len(b.devices)+1),
		uuid:       uuid,
		state:      assetState{health: healthOK},
	}
	b.devices = append(b.devices, a)
	return a
}

func (inv *inventory) isPooledDrive(uri string) bool { return inv.pooledByURI[uri] != nil }
