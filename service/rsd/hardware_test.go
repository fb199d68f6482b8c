package rsd

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

const (
	systems = "/redfish/v1/Systems"
	chassis = "/redfish/v1/Chassis"
	fabrics = "/redfish/v1/Fabrics"
	hwRoot  = `{"Systems":{"@odata.id":"` + systems + `"},"Chassis":{"@odata.id":"` + chassis + `"},"Fabrics":{"@odata.id":"` + fabrics + `"},
		"Oem":{"Intel_RackScale":{"ApiVersion":"2.3.0","Nodes":{"@odata.id":"/redfish/v1/Nodes"}}}}`
)

// oddPod has hardware that the simulated pod never has: a system in the second
// page that lacks nearly everything, one with an accelerator and with links
// that are objects, chassis that go round in a circle.
func oddPod() map[string]http.HandlerFunc {
	const a = systems + "/SYS+A"
	return map[string]http.HandlerFunc{
		"GET /redfish/v1": reply(200, hwRoot),
		"GET " + systems: func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery != "" {
				reply(200, collectionOf(systems+"/B"))(w, r)
				return
			}
			reply(200, `{"Members":[{"@odata.id":"`+a+`/"}],"Members@odata.nextLink":"`+systems+`?page=2"}`)(w, r)
		},
		"GET " + a: reply(200, `{"Id":"SYS A","UUID":"AB-1","Name":"a","AssetTag":null,"PowerState":"On","Status":{"Health":"OK"},
			"MemorySummary":{"TotalSystemMemoryGiB":30.52},"Processors":{"@odata.id":"`+a+`/P"},
			"EthernetInterfaces":{"@odata.id":"`+a+`/E"},"SimpleStorage":{"@odata.id":"`+a+`/S"},"Storage":{"@odata.id":"`+a+`/Storage"},
			"Links":{"Chassis":{"@odata.id":"`+chassis+`/Sled"}}}`),
		"GET " + a + "/":        reply(404, ""),
		"GET " + systems + "/B": reply(200, `{"Status":7,"Links":[],"MemorySummary":null,"Processors":[]}`),
		"GET " + a + "/P":       reply(200, collectionOf(a+"/P/1", a+"/P/2", a+"/P/fpga", a+"/P/gone")),
		"GET " + a + "/P/1":     reply(200, `{"ProcessorType":"CPU","InstructionSet":"x86-64","Model":"Xeon","TotalCores":8}`),
		"GET " + a + "/P/2":     reply(200, `{"TotalCores":"4"}`),
		"GET " + a + "/P/fpga":  reply(200, `{"ProcessorType":"FPGA","Model":"Arria","TotalCores":100}`),
		"GET " + a + "/E":       reply(200, `{"Members@odata.count":5,"Members":[{"@odata.id":"`+a+`/E/1"}]}`),
		"GET " + a + "/S":       reply(200, collectionOf(a+"/S/1", a+"/S/2")),
		"GET " + a + "/S/1":     reply(200, `{"Devices":[{"Name":"one","CapacityBytes":1000},{"CapacityBytes":null},7]}`),
		"GET " + a + "/S/2":     reply(200, `{"Devices":[{"CapacityBytes":2000}]}`),
		"GET " + a + "/Storage": reply(200, `{"Members":[]}`),
		"GET " + chassis:        reply(200, collectionOf(chassis+"/Rack", chassis+"/Drawer", chassis+"/Sled", chassis+"/Broken")),
		"GET " + chassis + "/Rack": reply(200, `{"Id":"Rack","ChassisType":"Rack","Links":{"Contains":[],"ContainedBy":null,
			"ComputerSystems":[{"@odata.id":"`+systems+`/B"}]}}`),
		"GET " + chassis + "/Drawer": reply(200, `{"ChassisType":"Drawer","Links":{"Contains":{"@odata.id":"`+chassis+`/Sled"},
			"ContainedBy":{"@odata.id":"`+chassis+`/Rack"},"ComputerSystems":{"@odata.id":"`+systems+`/B"}}}`),
		"GET " + chassis + "/Sled": reply(200, `{"Id":"Sled 1","Links":{"Contains":[{"@odata.id":"`+chassis+`/Sled"}]}}`),
	}
}

func TestSystems(t *testing.T) {
	t.Parallel()
	cores, nics, bytes, gib := 12, 1, int64(3000), 30.52
	want := []service.System{
		{
			PodManagerID: "podm", Ref: systems + "/SYS+A", ID: "SYS A", UUID: "AB-1", Name: "a", Health: "OK", PowerState: "On",
			Cores: &cores, Architecture: "x86-64", Model: "Xeon", MemoryGiB: &gib, StorageBytes: &bytes, Interfaces: &nics,
			Chassis: chassis + "/Sled", Location: []string{"Chassis:Sled 1", "Drawer:Drawer", "Rack:Rack"},
		},
		{PodManagerID: "podm", Ref: systems + "/B", ID: "B", Chassis: chassis + "/Drawer", Location: []string{"Drawer:Drawer", "Rack:Rack"}},
	}
	f := startFake(t, oddPod())
	pod := f.open(t, redfish.Options{})
	got, err := pod.Systems(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if got[i].Document == nil {
			t.Errorf("%s has no document", got[i].Ref)
		}
		got[i].Document = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, id := range []string{"SYS+A", "SYS A", "ab-1"} {
		if sys, err := pod.System(t.Context(), id); sys.Ref != want[0].Ref || err != nil {
			t.Errorf("System(%s) = %s, %v", id, sys.Ref, err)
		}
	}
	_, err = pod.System(t.Context(), "")
	wantCode(t, "System without an id", err, service.NotFound)
}

// TestFindSystemIncomplete must not say that a system is not there where it
// could be one that cannot be read.
func TestFindSystemIncomplete(t *testing.T) {
	t.Parallel()
	f := startFake(t, with(oddPod(), map[string]http.HandlerFunc{"GET " + systems + "/B": reply(500, "")}))
	pod := f.open(t, redfish.Options{})
	if _, err := pod.System(t.Context(), "AB-1"); err != nil {
		t.Errorf("beside a broken one: %v", err)
	}
	_, err := pod.System(t.Context(), "AB-2")
	wantCode(t, "perhaps the broken one", err, service.PodFailed)
}

// TestSystemsWithoutChassis has no place for any system.
func TestSystemsWithoutChassis(t *testing.T) {
	t.Parallel()
	f := startFake(t, with(oddPod(), map[string]http.HandlerFunc{"GET " + chassis: reply(500, "")}))
	got, err := f.open(t, redfish.Options{}).Systems(t.Context())
	if err != nil || len(got) != 2 || got[0].Location != nil || got[0].Name != "a" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestChassis(t *testing.T) {
	t.Parallel()
	f := startFake(t, oddPod())
	got, err := f.open(t, redfish.Options{}).Chassis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Document = nil
	}
	want := []service.Chassis{
		{Ref: chassis + "/Rack", ID: "Rack", Type: "Rack", Contains: []string{chassis + "/Drawer"}, Systems: []string{systems + "/B"}},
		{Ref: chassis + "/Drawer", ID: "Drawer", Type: "Drawer", Contains: []string{chassis + "/Sled"}, Systems: []string{systems + "/B"}},
		{Ref: chassis + "/Sled", ID: "Sled 1", Contains: []string{}},
		{Ref: chassis + "/Broken", ID: "Broken"},
	}
	for i := range want {
		want[i].PodManagerID = "podm"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// oddDevices has devices of all kinds at the ends of two fabrics, used in every
// way that shows.
func oddDevices() map[string]http.HandlerFunc {
	const pool = chassis + "/Pool"
	target := func(refs ...string) string {
		var list []string
		for _, ref := range refs {
			list = append(list, `{"EntityRole":"Target","EntityLink":{"@odata.id":"`+ref+`"}}`)
		}
		return `{"ConnectedEntities":[` + strings.Join(list, ",") + `]`
	}
	return map[string]http.HandlerFunc{
		"GET /redfish/v1":                 reply(200, hwRoot),
		"GET " + fabrics:                  reply(200, collectionOf(fabrics+"/1", fabrics+"/2")),
		"GET " + fabrics + "/1":           reply(200, `{"Id":"PCIe","Endpoints":{"@odata.id":"`+fabrics+`/1/Endpoints"}}`),
		"GET " + fabrics + "/2":           reply(200, `{"Endpoints":{"@odata.id":"`+fabrics+`/2/Endpoints"}}`),
		"GET " + fabrics + "/1/Endpoints": reply(200, collectionOf(fabrics+"/E/1", fabrics+"/E/2", fabrics+"/E/3", fabrics+"/E/gone")),
		"GET " + fabrics + "/2/Endpoints": reply(200, collectionOf(fabrics+"/E/4", fabrics+"/E/5", fabrics+"/E/6", fabrics+"/E/7")),
		"GET " + fabrics + "/E/1":         reply(200, target(pool+"/Drives/1")+`}`),
		"GET " + fabrics + "/E/2":         reply(200, target(pool+"/Drives/2", pool+"/Drives/gone")+`,"Links":{"Oem":{"Intel_RackScale":{"Zones":[{"@odata.id":"/z"}]}}}}`),
		"GET " + fabrics + "/E/3":         reply(200, `{"ConnectedEntities":[{"EntityRole":"Initiator","EntityLink":{"@odata.id":"`+systems+`/1"}}]}`),
		"GET " + fabrics + "/E/4":         reply(200, target(pool+"/Processors/1", pool+"/Drives/1", services+"/1/Volumes/1")+`}`),
		"GET " + fabrics + "/E/5":         reply(200, target(pool+"/Drives/3", systems+"/1")+`}`),
		"GET " + fabrics + "/E/6":         reply(200, target(pool+"/Drives/4")+`}`),
		"GET " + fabrics + "/E/7":         reply(200, target(pool+"/Drives/4")+`,"Links":{"Oem":{"Intel_RackScale":{"Zones":[{"@odata.id":"/z"}]}}}}`),
		"GET " + pool + "/Drives/4":       reply(200, `{}`),
		"GET " + pool + "/Drives/1": reply(200, `{"Id":"D 1","Name":"Drive","MediaType":"SSD","Protocol":"NVMe","Model":"P4510","SerialNumber":"S1",
			"Manufacturer":"Intel","CapacityBytes":1717986918400,"Status":{"Health":"OK"}}`),
		"GET " + pool + "/Drives/2":        reply(200, `{"MediaType":"HDD"}`),
		"GET " + pool + "/Drives/3":        reply(200, `{"Protocol":"NVMe","Oem":{"Intel_RackScale":{"UsedBy":[{"@odata.id":"/pool"}]}}}`),
		"GET " + pool + "/Processors/1":    reply(200, `{"@odata.type":"#Processor.v1_0_0.Processor","ProcessorType":"FPGA"}`),
		"GET " + systems + "/1":            reply(200, `{"@odata.type":"#ComputerSystem.v1_3_0.ComputerSystem"}`),
		"GET " + services + "/1/Volumes/1": reply(200, `{}`),
		"GET " + node1:                     reply(200, `{"Links":{"Storage":[{"@odata.id":"`+fabrics+`/E/4"}]}}`),
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	const pool = chassis + "/Pool"
	want := []service.Device{
		{Ref: pool + "/Drives/1", Type: service.DeviceSSD, State: service.DeviceAllocated, MachineRef: node1, Group: "PCIe",
			Properties: map[string]any{"device_id": "D 1", "model": "P4510", "serial": "S1", "protocol": "NVMe", "media_type": "SSD", "capacity_gib": int64(1600)},
			Extra:      map[string]any{"vendor_name": "Intel", "device_name": "Drive", "health": "OK"}},
		{Ref: pool + "/Drives/2", Type: service.DeviceUnknown, State: service.DeviceAllocated, Group: "PCIe",
			Properties: map[string]any{"device_id": "2", "media_type": "HDD"}, Extra: map[string]any{}},
		{Ref: pool + "/Processors/1", Type: service.DeviceFPGA, State: service.DeviceAllocated, MachineRef: node1, Group: "2",
			Properties: map[string]any{"device_id": "1", "processor_type": "FPGA"}, Extra: map[string]any{}},
		{Ref: pool + "/Drives/3", Type: service.DeviceSSD, State: service.DeviceAllocated, Group: "2",
			Properties: map[string]any{"device_id": "3", "protocol": "NVMe"}, Extra: map[string]any{}},
		{Ref: pool + "/Drives/4", Type: service.DeviceUnknown, State: service.DeviceAllocated, Group: "2",
			Properties: map[string]any{"device_id": "4"}, Extra: map[string]any{}},
	}
	for i := range want {
		want[i].PodManagerID = "podm"
	}
	f := startFake(t, oddDevices())
	got, err := f.open(t, redfish.Options{}).Devices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDevicesUnreadable breaks each document that the devices are found by.
func TestDevicesUnreadable(t *testing.T) {
	t.Parallel()
	for pattern := range oddDevices() {
		if pattern == "GET /redfish/v1" {
			continue
		}
		f := startFake(t, with(oddDevices(), map[string]http.HandlerFunc{pattern: reply(500, "")}))
		_, err := f.open(t, redfish.Options{}).Devices(t.Context())
		wantCode(t, "with "+pattern+" broken", err, service.PodFailed)
	}
}
