package httpapi

import "github.com/valence-rsd/valence/service"

type nodeMetadataWire struct {
	Processors []nodeProcessorWire `json:"processor" nullable:"false"`
	Memory     []nodeMemoryWire    `json:"memory" nullable:"false"`
	Network    []nodeNetworkWire   `json:"network" nullable:"false"`
}

type nodeProcessorWire struct {
	InstructionSet *string `json:"instruction_set"`
	Model          *string `json:"model"`
	SpeedMHz       *int    `json:"speed_mhz"`
	TotalCores     *int    `json:"total_core"`
}

type nodeMemoryWire struct {
	DataWidthBits *int `json:"data_width_bit"`
	SpeedMHz      *int `json:"speed_mhz"`
	CapacityMiB   *int `json:"total_memory_mb"`
}

type nodeNetworkWire struct {
	MAC       *string        `json:"mac"`
	SpeedMbps *int           `json:"speed_mbps"`
	Status    *string        `json:"status"`
	IPv4      []nodeIPv4Wire `json:"ipv4" nullable:"false"`
	VLANs     []nodeVLANWire `json:"vlans,omitempty" nullable:"false"`
}

type nodeIPv4Wire struct {
	Address    *string `json:"address"`
	SubnetMask *string `json:"subnet_mask"`
	Gateway    *string `json:"gateway"`
}

type nodeVLANWire struct {
	ID     int     `json:"vlanid"`
	Status *string `json:"status"`
}

// assetsWire is what a node or a system is made of.
type assetsWire struct {
	Processors []nodeProcessorWire `json:"processor" nullable:"false"`
	Memory     []nodeMemoryWire    `json:"memory" nullable:"false"`
	Network    []nodeNetworkWire   `json:"network" nullable:"false"`
	Storage    []driveWire         `json:"storage" nullable:"false"`
}

type driveWire struct {
	Name     *string  `json:"name"`
	Protocol *string  `json:"protocol"`
	Media    *string  `json:"media_type"`
	Model    *string  `json:"model"`
	SizeGB   *float64 `json:"volume_size_gb" doc:"In GiB."`
	Health   *string  `json:"health_status"`
	Pooled   bool     `json:"pooled_resource" doc:"Whether it is attached over a fabric, and not built in."`
	URI      string   `json:"resource_uri"`
}

func wireAssets(p service.SystemParts) assetsWire {
	return assetsWire{
		Processors: each(p.Processors, wireProcessor),
		Memory:     each(p.Memory, wireMemory),
		Network:    each(p.Interfaces, wireInterface),
		Storage:    each(p.Drives, wireDrive),
	}
}

func wireDrive(d service.Drive) driveWire {
	return driveWire{
		Name:     orNull(d.Name),
		Protocol: orNull(d.Protocol),
		Media:    orNull(d.MediaType),
		Model:    orNull(d.Model),
		SizeGB:   gib(d.CapacityBytes),
		Health:   orNull(d.Health),
		Pooled:   d.Pooled,
		URI:      resourceURI(d.Ref),
	}
}

// gib turns bytes into GiB.
func gib(bytes *int64) *float64 {
	if bytes == nil {
		return nil
	}
	n := float64(*bytes) / bytesPerGiB
	return &n
}

const bytesPerGiB = 1 << 30

func wireProcessor(p service.Processor) nodeProcessorWire {
	return nodeProcessorWire{orNull(p.InstructionSet), orNull(p.Model), p.SpeedMHz, p.TotalCores}
}

func wireMemory(m service.MemoryModule) nodeMemoryWire {
	return nodeMemoryWire{m.DataWidthBits, m.SpeedMHz, m.CapacityMiB}
}

func wireInterface(i service.Interface) nodeNetworkWire {
	return nodeNetworkWire{
		MAC:       orNull(i.MAC),
		SpeedMbps: i.SpeedMbps,
		Status:    orNull(i.Status),
		IPv4: each(i.IPv4, func(a service.IPv4) nodeIPv4Wire {
			return nodeIPv4Wire{orNull(a.Address), orNull(a.SubnetMask), orNull(a.Gateway)}
		}),
		VLANs: each(i.VLANs, func(v service.VLAN) nodeVLANWire {
			return nodeVLANWire{v.ID, orNull(v.Status)}
		}),
	}
}
