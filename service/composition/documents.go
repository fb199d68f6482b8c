package composition

import (
	"strings"

	"github.com/valence-rsd/valence/service/redfish"
)

// The documents have the properties that are read, and no more. A property
// that is missing, null or of the wrong type is left empty.

type rootDocument struct{ CompositionService redfish.Link }

type serviceDocument struct {
	Enabled        redfish.Flag `json:"ServiceEnabled"`
	ZoneAffinity   redfish.Flag `json:"AllowZoneAffinity"`
	ResourceBlocks redfish.Link
	ResourceZones  redfish.Link
	Actions        struct {
		Compose redfish.Action `json:"#CompositionService.Compose"`
	}
}

// blockDocument is a resource block (DSP0266, "Resource composition").
type blockDocument struct {
	ID     string   `json:"Id"`
	Type   string   `json:"@odata.type"`
	Kinds  []string `json:"ResourceBlockType"`
	Client *string
	Pool   string // "Unassigned" where the block is not for clients, since 1.4
	Status redfish.Status
	State  struct {
		Is       string       `json:"CompositionState"`
		Reserved redfish.Flag `json:"Reserved"`
	} `json:"CompositionStatus"`
	Processors         redfish.Links
	Memory             redfish.Links
	Storage            redfish.Links
	SimpleStorage      redfish.Links
	Drives             redfish.Links
	EthernetInterfaces redfish.Links
	NetworkInterfaces  redfish.Links
	ComputerSystems    redfish.Links
	Links              struct {
		ComputerSystems redfish.Links // that use the block
		Chassis         redfish.Links
		Zones           redfish.Links
	}
}

// The values of CompositionState that are told apart.
const (
	stateUnused    = "Unused"
	stateComposing = "Composing"
)

type zoneDocument struct {
	ID         string `json:"Id"`
	Links      struct{ ResourceBlocks redfish.Links }
	Annotation capabilitiesDocument `json:"@Redfish.CollectionCapabilities"`
}

// offersDocument is a collection, as far as it says what may be created in it.
type offersDocument struct {
	Annotation capabilitiesDocument `json:"@Redfish.CollectionCapabilities"`
}

type capabilitiesDocument struct {
	Capabilities []struct {
		Object  redfish.Link `json:"CapabilitiesObject"`
		UseCase string
		Links   struct {
			TargetCollection redfish.Link
			RelatedItem      redfish.Links
		}
	}
}

// systemDocument is a computer system, composed or not.
type systemDocument struct {
	redfish.SystemDocument
	SystemType string
	Boot       *redfish.BootDocument
	Links      struct{ ResourceBlocks redfish.Links }
	Actions    struct {
		Reset       redfish.Action `json:"#ComputerSystem.Reset"`
		AddBlock    redfish.Action `json:"#ComputerSystem.AddResourceBlock"`
		RemoveBlock redfish.Action `json:"#ComputerSystem.RemoveResourceBlock"`
	}
}

// composed says whether a system exists only as long as it is composed.
func (d systemDocument) composed() bool {
	return d.SystemType == "Composed" || d.SystemType == "" && len(d.Links.ResourceBlocks) > 0
}

// processorDocument and memoryDocument are parts, as far as a flavor asks for
// them.
type processorDocument struct {
	Kind       string `json:"ProcessorType"`
	Model      string
	TotalCores redfish.Number
}

type memoryDocument struct {
	CapacityMiB redfish.Number
	Kind        string `json:"MemoryType"`
	Type        string `json:"MemoryDeviceType"`
}

type storageDocument struct{ Drives redfish.Links }

type simpleStorageDocument struct {
	Devices []struct {
		Manufacturer  string
		Model         string
		CapacityBytes redfish.Size
		Status        redfish.Status
	}
}

// composedDocument is what a request to compose is answered with: a system, a
// task that has ended, or a manifest.
type composedDocument struct {
	ID        string `json:"@odata.id"`
	TaskState string
	Messages  []struct{ Message string }
	Manifest  struct {
		Stanzas []struct {
			Response struct {
				ID    string `json:"@odata.id"`
				Error *struct {
					Message  string                     `json:"message"`
					Extended []struct{ Message string } `json:"@Message.ExtendedInfo"`
				} `json:"error"`
			}
		}
	}
}

// typeAtLeast says whether a document is of a version 1.minor of its schema or
// a later one, such as 4 in #ResourceBlock.v1_4_3.ResourceBlock.
func typeAtLeast(odataType string, minor byte) bool {
	_, version, found := strings.Cut(odataType, ".v1_")
	return found && version != "" && (version[0] >= minor || len(version) > 1 && version[1] >= '0' && version[1] <= '9')
}
