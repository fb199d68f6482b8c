package redfish

import (
	"path"
	"strings"
)

// The documents have the properties that are read, and no more. A property
// that is missing, null or of the wrong type is left empty.

type rootDocument struct {
	Systems         Link
	Chassis         Link
	Fabrics         Link
	StorageServices Link // from RSD 2.3 on
	SessionService  Link
	EventService    Link
	Links           struct{ Sessions Link }
	Features        struct{ ExpandQuery expandDocument } `json:"ProtocolFeaturesSupported"`
}

type sessionServiceDocument struct {
	Sessions Link
}

type collectionDocument struct {
	Members []member
	Next    string `json:"Members@odata.nextLink"`
}

// SystemDocument is a computer system.
type SystemDocument struct {
	ID                 string `json:"Id"`
	UUID               string
	Name               string
	Description        string
	AssetTag           string
	PowerState         string
	Status             Status
	MemorySummary      struct{ TotalSystemMemoryGiB Decimal }
	Processors         Link
	Memory             Link
	EthernetInterfaces Link
	SimpleStorage      Link
	Storage            Link // from RSD 2.1 on
	Links              struct{ Chassis Links }
}

// storageDocument is a storage subsystem of a system.
type storageDocument struct{ Drives Links }

type simpleStorageDocument struct {
	Devices []struct {
		Name          string
		Model         string
		CapacityBytes Size
		Status        Status
	}
}

type chassisDocument struct {
	ID           string `json:"Id"`
	Type         string `json:"ChassisType"`
	Name         string
	Description  string
	Manufacturer string
	Model        string
	SerialNumber string
	Status       Status
	Links        struct {
		Contains        Links
		ContainedBy     Links // one or none
		ComputerSystems Links
	}
}

// ProcessorDocument is a processor or an accelerator.
type ProcessorDocument struct {
	Type           string `json:"ProcessorType"`
	InstructionSet string
	Model          string
	MaxSpeedMHz    Number
	TotalCores     Number
	Links          struct{ Endpoints Links }
}

// MemoryDocument is a memory module.
type MemoryDocument struct {
	CapacityMiB       Number
	DataWidthBits     Number
	OperatingSpeedMhz Number
}

// InterfaceDocument is a network interface of a system.
type InterfaceDocument struct {
	MACAddress    string
	SpeedMbps     Number
	Status        Status
	IPv4Addresses []struct{ Address, SubnetMask, Gateway string }
	VLANs         Link
}

type vlanDocument struct {
	VLANID Number `json:"VLANId"`
	Status Status
}

// ResourceDocument is a drive, a volume, an accelerator or an endpoint: what a
// machine can store on or have attached.
type ResourceDocument struct {
	Type              string `json:"@odata.type"`
	ID                string `json:"Id"`
	Name              string
	Manufacturer      string
	Model             string
	SerialNumber      string
	PartNumber        string
	Protocol          string
	MediaType         string
	ProcessorType     string
	CapacityBytes     Size
	Medium            string  `json:"Type"` // of a drive, up to RSD 2.2
	Interface         string  // of such a drive
	CapacityGiB       Decimal // of such a drive
	Status            Status
	ConnectedEntities []struct {
		EntityRole string
		EntityLink Link
	}
	Links struct {
		Endpoints Links // of a drive or an accelerator
		Oem       struct {
			Intel struct {
				Endpoints Links // of a volume
				Zones     Links // of an endpoint
			} `json:"Intel_RackScale"`
		}
	}
	Oem struct {
		Intel struct {
			FirmwareVersion string
			UsedBy          Links // of a drive
		} `json:"Intel_RackScale"`
	}
}

// Ends are the endpoints: the ways over a fabric to a drive, volume or accelerator. What
// is built into a system has none.
func (d ResourceDocument) Ends() Links {
	return append(append(Links{}, d.Links.Endpoints...), d.Links.Oem.Intel.Endpoints...)
}

// Targets are what an endpoint leads to.
func (d ResourceDocument) Targets() Links {
	var targets Links
	for _, e := range d.ConnectedEntities {
		if e.EntityRole != "Initiator" && e.EntityLink.ID != "" {
			targets = append(targets, e.EntityLink)
		}
	}
	return targets
}

// KindOf is what the document describes, such as "Drive": it stands in
// #Drive.v1_2_0.Drive, or else in the name of the collection.
func (d ResourceDocument) KindOf(ref string) string {
	collections := map[string]string{
		"Drives": "Drive", "Devices": "Drive", "Volumes": "Volume", "Endpoints": "Endpoint", "Processors": "Processor",
	}
	switch name := typeName(d.Type); name {
	case "":
	case "PhysicalDrive": // RSD 1.2
		return "Drive"
	default:
		return name
	}
	return collections[path.Base(path.Dir(ref))]
}

func typeName(odataType string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(odataType, "#"), ".")
	return name
}
