package redfish

import (
	"net/url"
	"testing"
)

func TestCollectedParts(t *testing.T) {
	t.Parallel()
	if d := document[ProcessorDocument](t, "rsd-lib/v2_1/processor.json"); *d.TotalCores.Value != 8 || *d.MaxSpeedMHz.Value != 3700 {
		t.Errorf("the processor is %+v", d)
	}
	if d := document[MemoryDocument](t, "rsd-lib/v2_1/memory.json"); *d.CapacityMiB.Value != 16384 || *d.OperatingSpeedMhz.Value != 2400 {
		t.Errorf("the memory is %+v", d)
	}
	d := document[InterfaceDocument](t, "rsd-lib/v2_1/system_network_interface.json")
	if d.MACAddress != "AA:BB:CC:DD:EE:FF" || *d.SpeedMbps.Value != 100 || len(d.IPv4Addresses) != 1 {
		t.Errorf("the interface is %+v", d)
	}
	s := document[sessionServiceDocument](t, "intelRSD/2.4/SessionServiceTemplate.json")
	if s.Sessions.ID != "/redfish/v1/SessionService/Sessions" {
		t.Errorf("the session service is %+v", s)
	}
}

// TestCollectedHardware reads what the simulated pod does not send: the
// spellings of three versions.
func TestCollectedHardware(t *testing.T) {
	t.Parallel()
	c := &Client{base: &url.URL{Scheme: "https", Host: "podm.example", Path: "/"}}
	for name, want := range map[string]struct {
		gib     float64
		chassis string
	}{
		"rsd-lib/v2_1/system.json": {96, "/redfish/v1/Chassis/1U"},
		"rsd-lib/v2_2/system.json": {0, "/redfish/v1/Chassis/4"},
		"intelRSD/2.4/System.json": {30.52, "/redfish/v1/Chassis/e36fb5b3-7ad2-11e8-a7c2-b3837769af31"},
	} {
		d := document[SystemDocument](t, name)
		refs := c.RefsOf(d.Links.Chassis)
		if *d.MemorySummary.TotalSystemMemoryGiB.Value != want.gib || len(refs) != 1 || refs[0] != want.chassis || d.Processors.ID == "" {
			t.Errorf("%s: the system is %+v", name, d)
		}
	}
	if d := document[chassisDocument](t, "rsd-lib/v2_1/chassis.json"); d.Type != "Drawer" || len(d.Links.ComputerSystems) != 4 || len(d.Links.ContainedBy) != 1 {
		t.Errorf("the chassis is %+v", d)
	}
	if d := document[chassisDocument](t, "intelRSD/2.4/pod-chassis.json"); d.Type != "Pod" || d.Links.ContainedBy != nil || d.Links.Contains == nil {
		t.Errorf("the pod is %+v", d)
	}
	if d := document[storageDocument](t, "rsd-lib/v2_1/storage_subsystem.json"); len(d.Drives) != 1 {
		t.Errorf("the storage is %+v", d)
	}
}
