package podsim

import "encoding/json"

// allocateRequest is the body of Allocate with the property names that any of the pod managers takes. (Their published
// metadata names some of them differently; the code is what answers.) Pointers tell "not asked for" from zero.
type allocateRequest struct {
	Name                 *string            `json:"Name"`
	Description          string             `json:"Description"`
	TotalSystemCoreCount *int               `json:"TotalSystemCoreCount"`
	TotalSystemMemoryMiB *int               `json:"TotalSystemMemoryMiB"`
	Security             *securityRequest   `json:"Security"`
	Processors           []processorRequest `json:"Processors"`
	Memory               []memoryRequest    `json:"Memory"`
	LocalDrives          []driveRequest     `json:"LocalDrives"`
	RemoteDrives         []remoteRequest    `json:"RemoteDrives"`
	EthernetInterfaces   []nicRequest       `json:"EthernetInterfaces"`
	Oem                  json.RawMessage    `json:"Oem"`
	Performance          []string           `json:"SupportedPerformanceConfigurations"`

	pooledDrives     []driveRequest     // those of LocalDrives that are meant to be behind the PCIe switch
	pooledProcessors []processorRequest // those of Processors
}

// newAllocateRequest starts with the default name. After decoding, a nil Name means that the client sent null.
func newAllocateRequest() *allocateRequest {
	name := "Composed Node"
	return &allocateRequest{Name: &name}
}

type securityRequest struct {
	TpmPresent       *bool   `json:"TpmPresent"`
	TpmInterfaceType *string `json:"TpmInterfaceType"`
	TxtEnabled       *bool   `json:"TxtEnabled"`
	ClearTPMOnDelete *bool   `json:"ClearTPMOnDelete"`
	ClearOptane      *bool   `json:"ClearOptaneDCPersistentMemoryOnDelete"`
}

// place narrows a requested component to one component or to everything below a chassis.
type place struct {
	Resource *link `json:"Resource"`
	Chassis  *link `json:"Chassis"`
}

type processorRequest struct {
	place
	Model              *string              `json:"Model"`
	TotalCores         *int                 `json:"TotalCores"`
	AchievableSpeedMHz *int                 `json:"AchievableSpeedMHz"`
	InstructionSet     *string              `json:"InstructionSet"`
	ProcessorType      *string              `json:"ProcessorType"`
	Oem                *processorOemRequest `json:"Oem"`
	Connectivity       []string             `json:"Connectivity"`
}

// processorOemRequest is flat up to RSD 2.3, and inside Intel's object from 2.4 on.
type processorOemRequest struct {
	processorTraits
	Intel *processorTraits `json:"Intel_RackScale"`
}

type processorTraits struct {
	Brand        *string  `json:"Brand"`
	Capabilities []string `json:"Capabilities"`
}

// traits are what is asked of a processor, wherever it stands; nil when nothing is.
func (r processorRequest) traits() *processorTraits {
	switch {
	case r.Oem == nil:
		return nil
	case r.Oem.Intel != nil:
		return r.Oem.Intel
	}
	return &r.Oem.processorTraits
}

type memoryRequest struct {
	place
	CapacityMiB      *int    `json:"CapacityMiB"`
	MemoryDeviceType *string `json:"MemoryDeviceType"`
	SpeedMHz         *int    `json:"SpeedMHz"`
	Manufacturer     *string `json:"Manufacturer"`
	DataWidthBits    *int    `json:"DataWidthBits"`
	MemoryType       *string `json:"MemoryType"`
}

type driveRequest struct {
	place
	CapacityGiB  *float64 `json:"CapacityGiB"`
	Type         *string  `json:"Type"`
	MinRPM       *int     `json:"MinRPM"`
	SerialNumber *string  `json:"SerialNumber"`
	Interface    *string  `json:"Interface"`
	FabricSwitch *bool    `json:"FabricSwitch"`
}

type remoteRequest struct {
	CapacityGiB *float64       `json:"CapacityGiB"`
	Protocol    *string        `json:"Protocol"`
	Master      *masterRequest `json:"Master"`
	Resource    *link          `json:"Resource"`
	Address     *string        `json:"iSCSIAddress"`
}

type masterRequest struct {
	Type     *string `json:"Type"`
	Resource *link   `json:"Resource"`
}

type nicRequest struct {
	place
	SpeedMbps   *int          `json:"SpeedMbps"`
	PrimaryVLAN *int          `json:"PrimaryVLAN"`
	VLANs       []vlanRequest `json:"VLANs"`
	MACAddress  *string       `json:"MACAddress"`
}

type vlanRequest struct {
	VLANId     *int  `json:"VLANId"`
	Tagged     *bool `json:"Tagged"`
	VLANEnable *bool `json:"VLANEnable"`
}

// places lists where the request wants its components, in the order of the request.
func (r *allocateRequest) places() []place {
	var all []place
	for _, p := range r.Processors {
		all = append(all, p.place)
	}
	for _, m := range r.Memory {
		all = append(all, m.place)
	}
	for _, d := range r.LocalDrives {
		all = append(all, d.place)
	}
	for _, n := range r.EthernetInterfaces {
		all = append(all, n.place)
	}
	return all
}

// resources lists the components that the request names.
func (r *allocateRequest) resources() []string {
	var uris []string
	for _, p := range r.places() {
		if p.Resource != nil {
			uris = append(uris, p.Resource.URI)
		}
	}
	return uris
}

// chassis lists the chassis that the request names.
func (r *allocateRequest) chassis() []string {
	var uris []string
	for _, p := range r.places() {
		if p.Chassis != nil {
			uris = append(uris, p.Chassis.URI)
		}
	}
	return uris
}
