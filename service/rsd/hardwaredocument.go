package rsd

// The documents of the hardware itself and of the storage that is pooled.

type systemDocument struct {
	ID                 string `json:"Id"`
	UUID               string
	Name               string
	Description        string
	AssetTag           string
	PowerState         string
	Status             status
	MemorySummary      struct{ TotalSystemMemoryGiB decimal }
	Processors         link
	Memory             link
	EthernetInterfaces link
	SimpleStorage      link
	Storage            link // from RSD 2.1 on
	Links              struct{ Chassis links }
}

// storageDocument is a storage subsystem of a system.
type storageDocument struct{ Drives links }

type simpleStorageDocument struct {
	Devices []struct {
		Name          string
		Model         string
		CapacityBytes size
		Status        status
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
	Status       status
	Links        struct {
		Contains        links
		ContainedBy     links // one or none
		ComputerSystems links
	}
}

type fabricDocument struct {
	ID        string `json:"Id"`
	Type      string `json:"FabricType"`
	Endpoints link
}

type serviceDocument struct {
	StoragePools link
	Volumes      link
	Endpoints    link
}

type capacityDocument struct {
	Data struct{ AllocatedBytes, ConsumedBytes size }
}

type poolDocument struct {
	Name           string
	Status         status
	BlockSizeBytes size
	Capacity       capacityDocument
}

type volumeDocument struct {
	CapacityBytes   size
	Capacity        capacityDocument
	CapacitySources []struct{ ProvidingPools links }
	Status          status
	Links           struct {
		Oem struct {
			Intel struct{ Endpoints links } `json:"Intel_RackScale"`
		}
	}
	Oem struct {
		Intel struct{ Erased flag } `json:"Intel_RackScale"`
	}
	Actions struct {
		Initialize action `json:"#Volume.Initialize"`
	}
}
