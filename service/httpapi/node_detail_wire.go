package httpapi

import "github.com/valence-rsd/valence/service"

// nodeDetailWire is a node together with what its hardware says of itself
// (contract 2.3.3). What the pod did not say, or has no hardware to say it of,
// is null.
type nodeDetailWire struct {
	NodeWire
	PowerState       *string          `json:"node_power_state"`
	MachineState     *string          `json:"node_state" doc:"Where the machine is in the pod's own state machine."`
	BootSource       *string          `json:"boot_source"`
	TargetBootSource *string          `json:"target_boot_source"`
	Health           *string          `json:"health_status"`
	PooledGroup      *string          `json:"pooled_group_id"`
	ComputerSystem   *odataLinkWire   `json:"computer_system"`
	Links            []linkWire       `json:"links" nullable:"false"`
	Metadata         nodeMetadataWire `json:"metadata"`
}

type odataLinkWire struct {
	_  struct{} `nullable:"true"` // for the description: huma allows it here only
	ID string   `json:"@odata.id"`
}

// wireNodeDetail lays what Valence knows over what the pod says. machine is nil
// for a node without hardware.
func wireNodeDetail(base string, n service.Node, machine *service.Machine) nodeDetailWire {
	var m service.Machine
	if machine != nil {
		m = *machine
	}
	out := nodeDetailWire{
		NodeWire:         wireNode(n),
		PowerState:       orNull(m.PowerState),
		MachineState:     orNull(string(m.State)),
		BootSource:       orNull(m.BootSource),
		TargetBootSource: orNull(m.TargetBootSource),
		Health:           orNull(m.Health),
		Links:            resourceLinks(base, "nodes/"+n.UUID+"/"),
		Metadata: nodeMetadataWire{
			Processors: each(m.Processors, wireProcessor),
			Memory:     each(m.Memory, wireMemory),
			Network:    each(m.Interfaces, wireInterface),
		},
	}
	if m.SystemRef != "" {
		out.ComputerSystem = &odataLinkWire{ID: m.SystemRef}
	}
	return out
}

// orNull is null for the empty string.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// each maps a slice; its result is never nil, so that it is [] on the wire.
func each[T, W any](items []T, wire func(T) W) []W {
	out := make([]W, len(items))
	for i, item := range items {
		out[i] = wire(item)
	}
	return out
}
