package redfish

import (
	"cmp"

	"github.com/valence-rsd/valence/service"
)

// DeviceType is what it is where it is pooled.
func (r Resource) DeviceType() service.DeviceType {
	switch {
	case r.Kind == "Drive" && (r.Doc.MediaType == "SSD" || r.Doc.MediaType == "" && r.Doc.Protocol == "NVMe"):
		return service.DeviceSSD
	case r.Doc.ProcessorType == "FPGA":
		return service.DeviceFPGA
	case r.Doc.ProcessorType == "GPU":
		return service.DeviceGPU
	case r.Kind == "EthernetInterface" || r.Kind == "NetworkInterface" || r.Kind == "NetworkAdapter":
		return service.DeviceNIC
	}
	return service.DeviceUnknown
}

// Properties are what the device is. What the pod does not say is not there.
func (r Resource) Properties() map[string]any {
	all := said(map[string]string{
		"device_id": cmp.Or(r.Doc.ID, LastOf(r.Ref)), "model": r.Doc.Model, "serial": r.Doc.SerialNumber,
		"protocol": r.Doc.Protocol, "media_type": r.Doc.MediaType, "processor_type": r.Doc.ProcessorType,
	})
	if b := r.Doc.CapacityBytes.Value; b != nil {
		all["capacity_gib"] = *b >> 30
	}
	return all
}

// Extra is what the vendor says of the device.
func (r Resource) Extra() map[string]any {
	return said(map[string]string{
		"vendor_name": r.Doc.Manufacturer, "device_name": r.Doc.Name, "part_number": r.Doc.PartNumber,
		"firmware_version": r.Doc.Oem.Intel.FirmwareVersion, "health": r.Doc.Status.Health,
	})
}

func said(words map[string]string) map[string]any {
	all := map[string]any{}
	for name, word := range words {
		if word != "" {
			all[name] = word
		}
	}
	return all
}
