package composition

import (
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// body is the request for a system: the blocks of the plan by name, or what is
// in them. A property that the service does not take is left out; one that it
// insists on and that is none of ours is the first of the values that it allows.
func (pl plan) body(a service.Allocation, nameless, affinity bool) map[string]any {
	rules, sent := pl.way.template, map[string]any{}
	if !nameless && rules.takes("Name") {
		sent["Name"] = redfish.AddMark(a.Name, a.NodeUUID)
	}
	if a.Description != "" && rules.takes("Description") {
		sent["Description"] = a.Description
	}
	if pl.constrained() {
		pl.describe(sent)
		if affinity {
			sent["@Redfish.ZoneAffinity"] = pl.zone.id
		}
	} else {
		sent["Links"] = map[string]redfish.Links{"ResourceBlocks": linksOf(pl.blocks())}
	}
	for _, property := range rules.required() {
		if _, given := sent[property]; !given {
			if value := required(rules, property, a.NodeUUID); value != "" {
				sent[property] = value
			}
		}
	}
	return sent
}

func required(rules template, property, uuid string) string {
	if value := rules.allowed(property); value != "" {
		return value
	}
	return map[string]string{"Id": uuid, "HostName": uuid, "Description": uuid}[property]
}

func linksOf(blocks []block) redfish.Links {
	refs := make([]string, len(blocks))
	for i, b := range blocks {
		refs[i] = b.ref
	}
	return redfish.LinksTo(refs...)
}

// describe asks for exactly what is in the blocks of the plan: the service
// takes whole blocks, so that anything else could go by what is free.
func (pl plan) describe(sent map[string]any) {
	processors, memory := tally{}, tally{}
	for _, d := range pl.size.processors {
		if d.ordinary() && d.TotalCores.Value != nil {
			processors.add(map[string]any{"ProcessorType": "CPU", "TotalCores": *d.TotalCores.Value, "Model": d.Model})
		}
	}
	for _, d := range pl.size.memory {
		if d.CapacityMiB.Value != nil {
			memory.add(map[string]any{"MemoryType": orDRAM(d.Kind), "CapacityMiB": *d.CapacityMiB.Value, "MemoryDeviceType": d.Type})
		}
	}
	sent["Processors"] = map[string]any{"Members": processors.members}
	sent["Memory"] = map[string]any{"Members": memory.members}
}

func orDRAM(kind string) string {
	if kind == "" {
		return "DRAM"
	}
	return kind
}

// tally counts equal parts.
type tally struct{ members []map[string]any }

const requestedCount = "@Redfish.RequestedCount"

func (t *tally) add(part map[string]any) {
	for name, value := range part {
		if value == "" {
			delete(part, name)
		}
	}
	for _, m := range t.members {
		if equal(m, part) {
			m[requestedCount] = m[requestedCount].(int) + 1
			return
		}
	}
	part[requestedCount] = 1
	t.members = append(t.members, part)
}

// equal compares a counted part with another.
func equal(counted, part map[string]any) bool {
	for name, value := range part {
		if counted[name] != value {
			return false
		}
	}
	return len(counted) == len(part)+1
}

// manifest is what the Compose action takes (DSP2050, "Compose action").
func manifest(stanza, id string, request any) map[string]any {
	return map[string]any{
		"RequestFormat": "Manifest",
		"RequestType":   "Apply",
		"Manifest": map[string]any{
			"Expand": "None",
			"Stanzas": []any{map[string]any{
				"StanzaType": stanza, "StanzaId": id, "Request": request,
			}},
		},
	}
}
