package rsd

import "github.com/valence-rsd/valence/service/redfish"

// The documents have the properties that are read, and no more. A property
// that is missing, null or of the wrong type is left empty.

type rootDocument struct {
	Nodes          redfish.Link
	Fabrics        redfish.Link
	SessionService redfish.Link
	Oem            struct {
		Intel struct {
			APIVersion string `json:"ApiVersion"`
			Nodes      redfish.Link
		} `json:"Intel_RackScale"`
	}
}

type nodesDocument struct {
	Members []redfish.Link
	Actions struct {
		Allocate redfish.Action `json:"#ComposedNodeCollection.Allocate"`
	}
}

// markedDocument is a machine or volume, as far as finding it goes.
type markedDocument struct{ Description string }

type nodeDocument struct {
	Name        string
	Description string
	State       string `json:"ComposedNodeState"`
	PowerState  string
	Status      redfish.Status
	Boot        *redfish.BootDocument
	Links       nodeLinks
	Actions     struct {
		Reset          redfish.Action `json:"#ComposedNode.Reset"`
		Assemble       redfish.Action `json:"#ComposedNode.Assemble"`
		AttachResource redfish.Action `json:"#ComposedNode.AttachResource"` // from RSD 2.3 on
		DetachResource redfish.Action `json:"#ComposedNode.DetachResource"`
		AttachEndpoint redfish.Action `json:"#ComposedNode.AttachEndpoint"` // RSD 2.1 and 2.2
		DetachEndpoint redfish.Action `json:"#ComposedNode.DetachEndpoint"`
	}
}

type nodeLinks struct {
	ComputerSystem     redfish.Link
	Processors         redfish.Links
	Memory             redfish.Links
	EthernetInterfaces redfish.Links
	Storage            redfish.Links // drives, volumes and endpoints of both, from RSD 2.3 on
	LocalDrives        redfish.Links // the drives, before
	RemoteDrives       redfish.Links // the targets, before
}

// storage is everything that the machine stores on. It is nil where the
// document does not say.
func (l nodeLinks) storage() redfish.Links {
	if l.Storage == nil && l.LocalDrives == nil && l.RemoteDrives == nil {
		return nil
	}
	all := append(redfish.Links{}, l.Storage...)
	return append(append(all, l.LocalDrives...), l.RemoteDrives...)
}
