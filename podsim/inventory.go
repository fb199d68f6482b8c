package podsim

import (
	"strings"

	"github.com/google/uuid"
)

// inventory is the hardware of the pod. Nothing in it changes after it was built, except system.state, asset.state
// and storagePool.used, which belong to the pod's mutex.
type inventory struct {
	uuid      string
	namespace uuid.UUID // of all identities
	chassis   []*chassis
	systems   []*system
	fabrics   []*fabric
	services  []*storageService
	switches  []*ethernetSwitch
	manager   part // the pod manager itself
	// logicalDrives counts the groups of logical volumes, which are logical drives themselves.
	logicalDrives int
	devices       []*asset // what is behind the PCIe switch

	pooledDrives []*drive          // those of the devices that are drives
	pooledByURI  map[string]*drive // the same

	chassisByID map[string]*chassis
	systemByID  map[string]*system
	ownerOf     map[string]*system // URI of a component -> the system it sits in
}

// part is what every component has: an id that is unique among its siblings and a URI.
type part struct{ id, uri string }

func (p part) partID() string  { return p.id }
func (p part) partURI() string { return p.uri }

// identified is any component that can stand in a collection.
type identified interface {
	partID() string
	partURI() string
}

type chassis struct {
	part
	kind     string // Pod, Rack, Drawer, Sled
	name     string // also the Location.Id: unique in the whole pod
	uuid     string
	serial   string
	parent   *chassis // nil for the pod
	children []*chassis
	systems  []*system
	drives   []*drive

	accelerators   []*accelerator
	adapters       []*adapter
	ethernetSwitch *ethernetSwitch // nil unless it is a drawer of sleds
	bays           int             // drives that it was built with
}

// within tells whether c is the chassis with that URI or sits anywhere below it.
func (c *chassis) within(uri string) bool {
	for ; c != nil; c = c.parent {
		if c.uri == uri {
			return true
		}
	}
	return false
}

// chassisByURI returns nil when there is none.
func (inv *inventory) chassisByURI(uri string) *chassis {
	id, ok := strings.CutPrefix(uri, chassisURI+"/")
	if !ok {
		return nil
	}
	return inv.chassisByID[id]
}

type system struct {
	part
	name   string
	uuid   string
	serial string
	sled   *chassis
	hw     *Hardware

	processors []*processor
	dimms      []*dimm
	nics       []*nic
	storage    []*storage
	// simpleStorage is the same drives over again, in the older form of Redfish; and adapters in that of RSD 1.2.
	simpleStorage []*storage
	adapters      []*storage

	state systemState // guarded by pod.mu
}

func (s *system) totalCores() int     { return s.hw.Processors * s.hw.Processor.Cores }
func (s *system) totalMemoryMiB() int { return s.hw.DIMMs * s.hw.DIMM.CapacityMiB }

// drives lists the drives of all storage subsystems.
func (s *system) drives() []*drive {
	var all []*drive
	for _, st := range s.storage {
		all = append(all, st.drives...)
	}
	return all
}

type processor struct {
	part
	Processor
	socket string
}

type dimm struct {
	part
	DIMM
	slot    int
	locator string
	serial  string
}

type nic struct {
	part
	mac       string
	speedMbps int
	port      *ethernetPort // where it is plugged in
}

// drive is a drive of a system, of a storage pool, or one behind the PCIe switch.
type drive struct {
	part
	Drive
	chassis *chassis
	system  *system      // nil unless the drive sits in a system
	pool    *storagePool // nil unless the drive belongs to a storage pool
	asset   *asset       // nil unless the drive is behind the PCIe switch
	bay     int
	gone    bool // it has vanished; guarded by pod.mu
	uuid    string
	serial  string
}

type storage struct {
	part
	uuid   string
	serial string
	drives []*drive
}
