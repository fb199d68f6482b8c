package rsd

import "github.com/valence-rsd/valence/service/redfish"

// The documents of the fabrics and of the storage that is pooled.

type fabricDocument struct {
	ID        string `json:"Id"`
	Type      string `json:"FabricType"`
	Endpoints redfish.Link
}

type serviceDocument struct {
	StoragePools redfish.Link
	Volumes      redfish.Link
	Endpoints    redfish.Link
}

type capacityDocument struct {
	Data struct{ AllocatedBytes, ConsumedBytes redfish.Size }
}

type poolDocument struct {
	Name           string
	Status         redfish.Status
	BlockSizeBytes redfish.Size
	Capacity       capacityDocument
}

type volumeDocument struct {
	CapacityBytes   redfish.Size
	Capacity        capacityDocument
	CapacitySources []struct{ ProvidingPools redfish.Links }
	Status          redfish.Status
	Links           struct {
		Oem struct {
			Intel struct{ Endpoints redfish.Links } `json:"Intel_RackScale"`
		}
	}
	Oem struct {
		Intel struct{ Erased, EraseOnDetach redfish.Flag } `json:"Intel_RackScale"`
	}
	Actions struct {
		Initialize redfish.Action `json:"#Volume.Initialize"`
	}
}
