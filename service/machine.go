package service

// Machine is a composed node as its pod describes it. A nil pointer or an
// empty string means that the pod did not say.
type Machine struct {
	Ref              string
	Name             string
	Description      string // without the mark that Allocate added
	State            MachineState
	PowerState       string // "On", "Off", "PoweringOn", "PoweringOff"
	Health           string // "OK", "Warning", "Critical"
	BootSource       string // what the next boot uses
	TargetBootSource string // what was asked for last
	ResetTypes       []ResetType
	SystemRef        string // path of the computer system that backs it
	Drives           []Drive
	Attached         []string // refs of the volumes and pooled devices attached to it
	Processors       []Processor
	Memory           []MemoryModule
	Interfaces       []Interface
}

// MachineState is where a machine is in the pod's own state machine.
type MachineState string

// The states of a machine, in the pod's own order.
const (
	MachineAllocated  MachineState = "Allocated"  // set aside, not yet assembled
	MachineAssembling MachineState = "Assembling" // on the way
	MachineAssembled  MachineState = "Assembled"  // ready for use
	MachineBroken     MachineState = "Failed"     // assembly failed, or hardware was lost
)

// Processor is one processor of a machine.
type Processor struct {
	InstructionSet string
	Model          string
	SpeedMHz       *int
	TotalCores     *int
}

// MemoryModule is one memory module of a machine.
type MemoryModule struct {
	CapacityMiB   *int
	DataWidthBits *int
	SpeedMHz      *int
}

// Interface is one network interface of a machine.
type Interface struct {
	MAC       string
	SpeedMbps *int
	Status    string
	IPv4      []IPv4
	VLANs     []VLAN
}

// IPv4 is one address of an interface.
type IPv4 struct{ Address, SubnetMask, Gateway string }

// VLAN is one VLAN of an interface.
type VLAN struct {
	ID     int
	Status string
}

// ResetType is a power action, in the words of Redfish (Resource.ResetType).
type ResetType string

// The power actions of Redfish. Which of them a machine takes, its pod says.
const (
	ResetOn               ResetType = "On"
	ResetForceOn          ResetType = "ForceOn"
	ResetForceOff         ResetType = "ForceOff"
	ResetGracefulShutdown ResetType = "GracefulShutdown"
	ResetGracefulRestart  ResetType = "GracefulRestart"
	ResetForceRestart     ResetType = "ForceRestart"
	ResetNmi              ResetType = "Nmi"
	ResetPushPowerButton  ResetType = "PushPowerButton"
	ResetPowerCycle       ResetType = "PowerCycle"
)

// ResetTypes are all power actions, for validation and documents.
func ResetTypes() []ResetType {
	return []ResetType{
		ResetOn, ResetForceOn, ResetForceOff, ResetGracefulShutdown, ResetGracefulRestart,
		ResetForceRestart, ResetNmi, ResetPushPowerButton, ResetPowerCycle,
	}
}
