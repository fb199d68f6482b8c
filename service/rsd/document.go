package rsd

import (
	"path"
	"strings"
)

// The documents have the properties that are read, and no more. A property
// that is missing, null or of the wrong type is left empty.

type rootDocument struct {
	Nodes           link
	Systems         link
	Chassis         link
	Fabrics         link
	StorageServices link // from RSD 2.3 on
	SessionService  link
	Links           struct{ Sessions link }
	Oem             struct {
		Intel struct {
			APIVersion string `json:"ApiVersion"`
			Nodes      link
		} `json:"Intel_RackScale"`
	}
}

type sessionServiceDocument struct {
	Sessions link
}

type collectionDocument struct {
	Members []link
	Next    string `json:"Members@odata.nextLink"`
	Actions struct {
		Allocate action `json:"#ComposedNodeCollection.Allocate"`
	}
}

// markedDocument is a machine or volume, as far as finding it goes.
type markedDocument struct{ Description string }

type nodeDocument struct {
	Name        string
	Description string
	State       string `json:"ComposedNodeState"`
	PowerState  string
	Status      status
	Boot        *bootDocument
	Links       nodeLinks
	Actions     struct {
		Reset          action `json:"#ComposedNode.Reset"`
		Assemble       action `json:"#ComposedNode.Assemble"`
		AttachResource action `json:"#ComposedNode.AttachResource"` // from RSD 2.3 on
		DetachResource action `json:"#ComposedNode.DetachResource"`
		AttachEndpoint action `json:"#ComposedNode.AttachEndpoint"` // RSD 2.1 and 2.2
		DetachEndpoint action `json:"#ComposedNode.DetachEndpoint"`
	}
}

type nodeLinks struct {
	ComputerSystem     link
	Processors         links
	Memory             links
	EthernetInterfaces links
	Storage            links // drives, volumes and endpoints of both, from RSD 2.3 on
	LocalDrives        links // the drives, before
	RemoteDrives       links // the targets, before
}

// storage is everything that the machine stores on. It is nil where the
// document does not say.
func (l nodeLinks) storage() links {
	if l.Storage == nil && l.LocalDrives == nil && l.RemoteDrives == nil {
		return nil
	}
	all := append(links{}, l.Storage...)
	return append(append(all, l.LocalDrives...), l.RemoteDrives...)
}

type bootDocument struct {
	Enabled        string   `json:"BootSourceOverrideEnabled"`
	EnabledRedfish []string `json:"BootSourceOverrideEnabled@Redfish.AllowableValues"`
	EnabledDMTF    []string `json:"BootSourceOverrideEnabled@DMTF.AllowableValues"`
	Target         string   `json:"BootSourceOverrideTarget"`
	TargetRedfish  []string `json:"BootSourceOverrideTarget@Redfish.AllowableValues"`
	TargetDMTF     []string `json:"BootSourceOverrideTarget@DMTF.AllowableValues"`
}

type processorDocument struct {
	Type           string `json:"ProcessorType"`
	InstructionSet string
	Model          string
	MaxSpeedMHz    number
	TotalCores     number
	Links          struct{ Endpoints links }
}

type memoryDocument struct {
	CapacityMiB       number
	DataWidthBits     number
	OperatingSpeedMhz number
}

type interfaceDocument struct {
	MACAddress    string
	SpeedMbps     number
	Status        status
	IPv4Addresses []struct{ Address, SubnetMask, Gateway string }
	VLANs         link
}

type vlanDocument struct {
	VLANID number `json:"VLANId"`
	Status status
}

// resourceDocument is a drive, a volume, an accelerator or an endpoint: what a
// machine can store on or have attached.
type resourceDocument struct {
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
	CapacityBytes     size
	Status            status
	ConnectedEntities []struct {
		EntityRole string
		EntityLink link
	}
	Links struct {
		Endpoints links // of a drive or an accelerator
		Oem       struct {
			Intel struct {
				Endpoints links // of a volume
				Zones     links // of an endpoint
			} `json:"Intel_RackScale"`
		}
	}
	Oem struct {
		Intel struct {
			FirmwareVersion string
			UsedBy          links // of a drive
		} `json:"Intel_RackScale"`
	}
}

// endpoints are the ways over a fabric to a drive, volume or accelerator. What
// is built into a system has none.
func (d resourceDocument) endpoints() links {
	return append(append(links{}, d.Links.Endpoints...), d.Links.Oem.Intel.Endpoints...)
}

// targets are what an endpoint leads to.
func (d resourceDocument) targets() links {
	var targets links
	for _, e := range d.ConnectedEntities {
		if e.EntityRole != "Initiator" && e.EntityLink.ID != "" {
			targets = append(targets, e.EntityLink)
		}
	}
	return targets
}

// kind is what the document describes, such as "Drive": it stands in
// #Drive.v1_2_0.Drive, or else in the name of the collection.
func (d resourceDocument) kind(ref string) string {
	collections := map[string]string{
		"Drives": "Drive", "Volumes": "Volume", "Endpoints": "Endpoint", "Processors": "Processor",
	}
	if name := typeName(d.Type); name != "" {
		return name
	}
	return collections[path.Base(path.Dir(ref))]
}

func typeName(odataType string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(odataType, "#"), ".")
	return name
}
