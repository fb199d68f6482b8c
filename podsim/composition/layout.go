package composition

// Layout is the hardware of a pod: what stands where, and what may be composed together.
type Layout struct {
	UUID     string
	Chassis  []Chassis // holders before what they hold; the first one holds all others
	Machines []Machine
	Blocks   []Block
	Zones    []Zone
}

// Chassis is one rack, drawer, sled, ….
type Chassis struct {
	ID, Name, Type, Serial string
	In                     string // id of the chassis that holds it; empty for the first
}

// Zone is a set of blocks that may be composed together.
type Zone struct{ ID, Name string }

// Block is a resource block: what is in it is taken as a whole.
type Block struct {
	ID, Name string
	Types    []string // as ResourceBlockType
	Chassis  string   // id
	Zones    []string // ids
	Systems  int      // how many systems may share it; one when zero
	Machine  string   // id of the physical system that it stands for; empty for a block of parts
	Parts    []Part
}

// Machine is a physical system that can be expanded by blocks.
type Machine struct {
	ID, Name, UUID, Model, Serial string
	Chassis                       string // id
	Parts                         []Part
}

// Part is a component of a block or of a machine.
type Part struct {
	Kind PartKind
	ID   string
	// Body makes what the part says of itself; where it is and of which schema is added. It is called for every look at the
	// part, and always says the same.
	Body func() map[string]any
}

// PartKind is where a part stands.
type PartKind struct {
	Collection string // the property of the block and the segment of the URI, such as Processors
	Type       string // of the schema, such as #Processor.v1_22_0.Processor
}

// The kinds of parts.
var (
	Processors         = PartKind{"Processors", "#Processor.v1_22_0.Processor"}
	Memory             = PartKind{"Memory", "#Memory.v1_23_0.Memory"}
	EthernetInterfaces = PartKind{"EthernetInterfaces", "#EthernetInterface.v1_12_4.EthernetInterface"}
	Drives             = PartKind{"Drives", "#Drive.v1_22_0.Drive"}
)
