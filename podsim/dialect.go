package podsim

import (
	"maps"
	"slices"

	"github.com/valence-rsd/valence/podsim/composition"
)

const defaultDialect = "2.3"

// dialects are those that the pod can speak, by name. A further version is a further function that returns one.
func dialects() map[string]func() dialect {
	return map[string]func() dialect{
		"1.2": rsd12,
		"2.1": rsd21,
		"2.2": rsd22,
		"2.3": rsd23,
		"2.4": rsd24,

		"dmtf":      func() dialect { return dmtf(composition.Flavour{}) },
		"dmtf-hpe":  func() dialect { return dmtf(composition.HPE()) },
		"dmtf-odim": func() dialect { return dmtf(composition.ODIM()) },
	}
}

// Dialects lists what Options.Dialect takes.
func Dialects() []string { return slices.Sorted(maps.Keys(dialects())) }

// dialect is what differs between the RSD versions, as data. rsd23 is the one that the others are derived from.
type dialect struct {
	composition *composition.Flavour // of DMTF's CompositionService; nil for RSD

	root    rootShape
	answers map[problem]answer
	// longErrors gives each ExtendedInfo entry a Resolution and a MessageId.
	longErrors bool

	sessions         bool // sessions beside Basic authentication
	cacheControl     bool // the header is sent
	absoluteLocation bool // Location of a new resource with scheme and host, or only the path
	patchAnswersBody bool // PATCH answers 200 with the resource, else 204
	tasks            bool // what the pod manager only forwards is answered with 202 and a task
	queries          bool // $filter works and other queries of the protocol are refused, else all are ignored
	hardwareIDs      bool // ids are UUIDs, addresses and places, else numbers

	// lacks are the properties that a kind of resource does not have, as paths. The bodies of the simulator have what
	// any version has.
	lacks map[string][]string
	// schemas are the schema versions by kind where they are not those of 2.3; "*" stands for all others.
	schemas map[string]string
	// refuses are the properties of a kind of request that make this version refuse it.
	refuses map[string][]string

	events   eventRules
	hardware hardwareRules
	requests requestRules
	nodes    nodeRules
}

// rootShape is what the service root says and what it links, at the top and in its Oem object.
type rootShape struct {
	apiVersion, redfishVersion string
	links, oemLinks            []string
	telemetry                  string // where the telemetry service is; "" for none
	features                   bool   // ProtocolFeaturesSupported is there
}

// hardwareRules say which hardware the version knows, and where it stands.
type hardwareRules struct {
	adapters       bool // local drives hang below Systems/{id}/Adapters, else below their chassis
	logicalDrives  bool // Services with LogicalDrives and Targets, else StorageServices with Volumes
	wholeGiB       bool // memory is summed up in a whole number
	pooledDrives   bool
	accelerators   bool     // FPGAs, GPUs and NICs behind the PCIe switch, too
	processorBrand []string // other brands are shown as Unknown
}

// requestRules are rules for the values of an Allocate request.
type requestRules struct {
	driveTypes      []string
	reservedVLANs   []int
	innerVLANs      bool // ids lie between 1 and 4094, neither of them included
	oneUntaggedVLAN bool
	positive        bool // numbers that are not positive are refused
	memoryByModule  bool // one module must meet an entry alone
	onlineFirst     bool // the counted filters begin with online systems and always end with attributes and security
}

// nodeRules say how composed nodes behave.
type nodeRules struct {
	actions     []string // "ComposedNode." before them
	resetKey    string   // annotation that lists the resets
	info        infoForm
	protocols   []string // that AttachResource takes
	bootTargets []string
	bootNeeds   bool // a boot override needs both when and from what

	assembled string   // the state after assembly
	usable    []string // states in which a node can be reset and attached to
	// resetMoves is the state that a reset moves the node to; "" stands for the other one. nil: it stays.
	resetMoves map[string]string
	// remoteBoot is the boot source that assembly leaves on a node with a remote drive, and Hdd on others; "" when
	// assembly touches neither boot source nor power.
	remoteBoot string
	offAtEnd   []string // states in which deleting the node switches the machine off
	lost       []string // states that become Failed when the pod manager is started again
}

// infoForm is how a node says what can be attached.
type infoForm int

const (
	infoOnNode infoForm = iota // a list in the action itself
	infoObject                 // a link to an ActionInfo
	infoString                 // the URI of an ActionInfo
)
