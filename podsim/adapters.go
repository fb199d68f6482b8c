package podsim

import (
	"fmt"
	"net/http"
)

type adapterBody struct {
	header
	Manufacturer string              `json:"Manufacturer"`
	Model        string              `json:"Model"`
	SerialNumber string              `json:"SerialNumber"`
	PartNumber   *string             `json:"PartNumber"`
	SKU          *string             `json:"SKU"`
	Controllers  []adapterController `json:"Controllers"`
	Status       status              `json:"Status"`
	Oem          empty               `json:"Oem"`
}

type adapterController struct {
	FirmwareVersion string       `json:"FirmwarePackageVersion"`
	Links           adapterLinks `json:"Links"`
}

type adapterLinks struct {
	NetworkPorts           []link `json:"NetworkPorts"`
	NetworkDeviceFunctions []link `json:"NetworkDeviceFunctions"`
	PCIeDevices            []link `json:"PCIeDevices"`
}

func newAdapterBody(a *adapter, state assetState) adapterBody {
	return adapterBody{
		header: newHeader("NetworkAdapter", "v1_0_0", a.uri, a.id, "Network Adapter",
			fmt.Sprintf("Simulated pooled NIC of %d Mbps", a.SpeedMbps)),
		Manufacturer: "Valence",
		Model:        a.Model,
		SerialNumber: a.serial,
		Controllers: []adapterController{{
			FirmwareVersion: "1.0.0",
			Links:           adapterLinks{NetworkPorts: []link{}, NetworkDeviceFunctions: []link{}, PCIeDevices: []link{}},
		}},
		Status: newStatus(state.health),
	}
}

func (s *Simulator) listAdapters(w http.ResponseWriter, r *http.Request) error {
	c, err := s.chassisOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("NetworkAdapter", c.uri+"/NetworkAdapters", linksTo(c.adapters)))
	return nil
}

func (s *Simulator) getAdapter(w http.ResponseWriter, r *http.Request) error {
	c, err := s.chassisOf(r)
	if err != nil {
		return err
	}
	a, err := member(c.adapters, r.PathValue("adapter"))
	if err != nil {
		return err
	}
	return s.serve(w, newAdapterBody(a, s.pod.assetStateOf(a.asset)))
}
