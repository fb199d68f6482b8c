package valence_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence"
)

func TestPropertiesOnTheWire(t *testing.T) {
	t.Parallel()
	for wire, p := range map[string]valence.Properties{
		`{}`:                                    {},
		`{"memory":{"capacity_mib":"16384"}}`:   {Memory: valence.Memory{CapacityMiB: 16384}},
		`{"memory":{"type":"DDR4"}}`:            {Memory: valence.Memory{Type: "DDR4"}},
		`{"processor":{"total_cores":"8"}}`:     {Processor: valence.Processor{TotalCores: 8}},
		`{"processor":{"model":"Xeon Gold"}}`:   {Processor: valence.Processor{Model: "Xeon Gold"}},
		`{"pci_device":{"type":["SSD","NIC"]}}`: {PCIDevice: valence.PCIDevice{Type: []string{"SSD", "NIC"}}},
	} {
		b, err := json.Marshal(p)
		if err != nil || string(b) != wire {
			t.Errorf("%+v went out as %s, %v; want %s", p, b, err, wire)
		}
		var back valence.Properties
		if err := json.Unmarshal([]byte(wire), &back); err != nil {
			t.Errorf("%s: %v", wire, err)
		}
		if diff := cmp.Diff(p, back); diff != "" {
			t.Errorf("%s: %s", wire, diff)
		}
	}
	var p valence.Properties
	if err := json.Unmarshal([]byte(`{"memory":{"capacity_mib":"abc"}}`), &p); err == nil {
		t.Error("a capacity that is no number was read")
	}
}

func TestPropertiesValidate(t *testing.T) {
	t.Parallel()
	for field, p := range map[string]valence.Properties{
		"Properties.Memory.CapacityMiB":   {Memory: valence.Memory{CapacityMiB: -1}},
		"Properties.Processor.TotalCores": {Processor: valence.Processor{TotalCores: -8}},
	} {
		err := p.Validate()
		bad, ok := errors.AsType[gophercloud.ErrInvalidInput](err)
		if !ok || bad.Argument != field || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
	if err := (valence.Properties{}).Validate(); err != nil {
		t.Error(err)
	}
}
