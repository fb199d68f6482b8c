package rsd

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// oddMachine has what the simulated pod never says: nulls, decimals, hardware
// that is gone, wrong types.
func oddMachine() map[string]http.HandlerFunc {
	const sys = "/redfish/v1/Systems/9"
	return map[string]http.HandlerFunc{
		"GET " + node1: reply(200, `{"Name":"web-1","Description":null,"ComposedNodeState":"Assembled","PowerState":null,
			"Status":{"State":"Enabled","Health":"OK"},
			"Boot":{"BootSourceOverrideEnabled":"Once","BootSourceOverrideTarget":"Pxe"},
			"Links":{"ComputerSystem":{"@odata.id":"`+sys+`"},
			"Processors":[{"@odata.id":"`+sys+`/P/1"},null,{"@odata.id":"`+sys+`/P/gone"},{"@odata.id":"`+sys+`/P/2"}],
			"Memory":[{"@odata.id":"`+sys+`/M/1"}],
			"EthernetInterfaces":[{"@odata.id":"`+sys+`/E/1"},{"@odata.id":"`+sys+`/E/2"}]}}`),
		"GET " + sys + "/P/1": reply(200, `{"InstructionSet":"x86-64","Model":"Xeon","MaxSpeedMHz":3700.0,"TotalCores":"8"}`),
		"GET " + sys + "/P/2": reply(200, `{"Model":7,"MaxSpeedMHz":null,"TotalCores":-1}`),
		"GET " + sys + "/M/1": reply(200, `{"CapacityMiB":16384,"DataWidthBits":64,"OperatingSpeedMhz":2400.5}`),
		"GET " + sys + "/E/1": reply(200, `{"MACAddress":"52:54:00:1a:2b:3c","SpeedMbps":10000,"Status":{"State":"Enabled"},
			"IPv4Addresses":[{"Address":"10.20.0.31","SubnetMask":"255.255.255.0","Gateway":null}],
			"VLANs":{"@odata.id":"`+sys+`/E/1/VLANs"}}`),
		"GET " + sys + "/E/2":         reply(200, `{"MACAddress":null,"IPv4Addresses":null,"VLANs":null}`),
		"GET " + sys + "/E/1/VLANs":   reply(200, `{"Members":[{"@odata.id":"`+sys+`/E/1/VLANs/1"}]}`),
		"GET " + sys + "/E/1/VLANs/1": reply(200, `{"VLANId":120,"Status":{"State":"Enabled"}}`),
	}
}

func TestMachine(t *testing.T) {
	t.Parallel()
	n := func(i int) *int { return &i }
	want := service.Machine{
		Ref: node1, Name: "web-1", State: service.MachineAssembled, Health: "OK",
		BootSource: "Pxe", TargetBootSource: "Pxe", SystemRef: "/redfish/v1/Systems/9",
		Processors: []service.Processor{
			{InstructionSet: "x86-64", Model: "Xeon", SpeedMHz: n(3700), TotalCores: n(8)}, {},
		},
		Memory: []service.MemoryModule{{CapacityMiB: n(16384), DataWidthBits: n(64), SpeedMHz: n(2400)}},
		Interfaces: []service.Interface{{
			MAC: "52:54:00:1a:2b:3c", SpeedMbps: n(10000), Status: "Enabled",
			IPv4:  []service.IPv4{{Address: "10.20.0.31", SubnetMask: "255.255.255.0"}},
			VLANs: []service.VLAN{{ID: 120, Status: "Enabled"}},
		}, {}},
	}
	f := startFake(t, oddMachine())
	got, err := f.open(t, redfish.Options{}).Machine(t.Context(), node1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMachinePartFails breaks each document that a machine consists of.
func TestMachinePartFails(t *testing.T) {
	t.Parallel()
	for pattern := range oddMachine() {
		answers := oddMachine()
		answers[pattern] = reply(500, "")
		f := startFake(t, answers)
		_, err := f.open(t, redfish.Options{}).Machine(t.Context(), node1)
		wantCode(t, pattern, err, service.PodFailed)
	}
}

func TestBootSource(t *testing.T) {
	t.Parallel()
	tests := []struct{ boot, source, target string }{
		{`{"BootSourceOverrideEnabled":"Disabled","BootSourceOverrideTarget":"Hdd"}`, "None", "Hdd"},
		{`{"BootSourceOverrideEnabled":"Continuous","BootSourceOverrideTarget":"Hdd"}`, "Hdd", "Hdd"},
		{`{"BootSourceOverrideTarget":"Hdd"}`, "Hdd", "Hdd"},
		{`null`, "", ""},
	}
	for _, test := range tests {
		doc, err := redfish.Decode[nodeDocument]([]byte(`{"Boot":` + test.boot + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if m := describe(doc); m.BootSource != test.source || m.TargetBootSource != test.target {
			t.Errorf("%s: %q, %q", test.boot, m.BootSource, m.TargetBootSource)
		}
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		annotation string
		code       service.Code
	}{
		"offered":             {`"ResetType@Redfish.AllowableValues":["On","ForceOff"]`, ""},
		"not offered":         {`"ResetType@Redfish.AllowableValues":["On"]`, service.Invalid},
		"DMTF":                {`"ResetType@DMTF.AllowableValues":["ForceOff"]`, ""},
		"DMTF, not offered":   {`"ResetType@DMTF.AllowableValues":["On"]`, service.Invalid},
		"Redfish before DMTF": {`"ResetType@Redfish.AllowableValues":["ForceOff"],"ResetType@DMTF.AllowableValues":["On"]`, ""},
		"unknown":             {`"ResetType@Redfish.AllowableValues":null`, ""},
	}
	for name, test := range tests {
		f := startFake(t, map[string]http.HandlerFunc{
			"GET " + node1: reply(200, `{"Actions":{"#ComposedNode.Reset":{"target":"/redfish/v1/Nodes/1/Actions/Reset",`+test.annotation+`}}}`),
		})
		err := f.open(t, redfish.Options{}).Reset(t.Context(), node1, service.ResetForceOff)
		sent := f.count("POST /redfish/v1/Nodes/1/Actions/Reset")
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if err != nil || sent != 1 {
			t.Errorf("%s: %v, sent %d times", name, err, sent)
		}
		if test.code != "" && sent > 0 {
			t.Errorf("%s: it was sent", name)
		}
	}
}

// TestSetBoot checks what is wanted against what is offered, under either key.
func TestSetBoot(t *testing.T) {
	t.Parallel()
	const targets = `"BootSourceOverrideTarget@Redfish.AllowableValues":`
	tests := map[string]struct {
		has  string
		boot service.Boot
		want string // the body; empty: not sent
		code service.Code
	}{
		"offered":         {targets + `["None","Pxe"]`, service.Boot{Enabled: "Once", Target: "Pxe"}, `{"Boot":{"BootSourceOverrideEnabled":"Once","BootSourceOverrideTarget":"Pxe"}}`, ""},
		"not offered":     {targets + `["None"]`, service.Boot{Enabled: "Once", Target: "Pxe"}, "", service.Invalid},
		"DMTF":            {`"BootSourceOverrideTarget@DMTF.AllowableValues":["Pxe"]`, service.Boot{Target: "Pxe"}, `{"Boot":{"BootSourceOverrideTarget":"Pxe"}}`, ""},
		"DMTF, not":       {`"BootSourceOverrideTarget@DMTF.AllowableValues":["Hdd"]`, service.Boot{Target: "Pxe"}, "", service.Invalid},
		"nothing is said": {`"BootSourceOverrideTarget":null`, service.Boot{Target: "Zip"}, `{"Boot":{"BootSourceOverrideTarget":"Zip"}}`, ""},
		"only enabled":    {targets + `["Pxe"]`, service.Boot{Enabled: "Disabled"}, `{"Boot":{"BootSourceOverrideEnabled":"Disabled"}}`, ""},
		"not enabled so":  {targets + `["Pxe"]`, service.Boot{Enabled: "Twice"}, "", service.Invalid},
		"once is not on offer": {`"BootSourceOverrideEnabled@Redfish.AllowableValues":["Disabled","Continuous"]`,
			service.Boot{Enabled: "Once"}, "", service.Invalid},
	}
	for name, test := range tests {
		got := ""
		f := startFake(t, map[string]http.HandlerFunc{
			"GET " + node1: reply(200, `{"Boot":{`+test.has+`}}`),
			"PATCH " + node1: func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				got = string(b)
				w.WriteHeader(http.StatusOK)
			},
		})
		err := f.open(t, redfish.Options{}).SetBoot(t.Context(), node1, test.boot)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got != test.want {
			t.Errorf("%s: sent %s, want %s", name, got, test.want)
		}
	}
}

// TestFind walks a collection of two pages, in which some machines are gone or
// cannot be read.
func TestFind(t *testing.T) {
	t.Parallel()
	const mine = `{"Description":"x [valence:` + nodeUUID + `]"}`
	pages := map[string]http.HandlerFunc{
		"GET /redfish/v1/Nodes": reply(200, `{"Members":[{"@odata.id":"/redfish/v1/Nodes/1"},{"@odata.id":"/redfish/v1/Nodes/gone"}],
			"Members@odata.nextLink":"/redfish/v1/Nodes?page=2"}`),
		"GET /redfish/v1/Nodes/1": reply(200, `{"Description":"[valence:other]"}`),
		"GET /redfish/v1/Nodes/2": reply(200, `{"Description":null}`),
		"GET /redfish/v1/Nodes/3": reply(200, mine),
	}
	second := func(members string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery != "" {
				reply(200, members)(w, r)
				return
			}
			pages["GET /redfish/v1/Nodes"](w, r)
		}
	}
	tests := map[string]struct {
		second, node2 string
		status2       int
		code          service.Code
	}{
		"found":                     {`{"Members":[{"@odata.id":"/redfish/v1/Nodes/2"},{"@odata.id":"/redfish/v1/Nodes/3/"}]}`, "{}", 200, ""},
		"found beside a broken one": {`{"Members":[{"@odata.id":"/redfish/v1/Nodes/2"},{"@odata.id":"/redfish/v1/Nodes/3"}]}`, "", 500, ""},
		"not there":                 {`{"Members":[{"@odata.id":"/redfish/v1/Nodes/2"}]}`, "{}", 200, service.NotFound},
		"perhaps the broken one":    {`{"Members":[{"@odata.id":"/redfish/v1/Nodes/2"}]}`, "", 500, service.PodFailed},
		"a circle":                  {`{"Members":[],"Members@odata.nextLink":"/redfish/v1/Nodes?page=2"}`, "{}", 200, service.PodFailed},
		"a member without a link":   {`{"Members":[{}]}`, "{}", 200, service.PodFailed},
		"no members":                {`{}`, "{}", 200, service.PodFailed},
	}
	for name, test := range tests {
		answers := maps.Clone(pages)
		answers["GET /redfish/v1/Nodes"] = second(test.second)
		answers["GET /redfish/v1/Nodes/2"] = reply(test.status2, test.node2)
		answers["GET /redfish/v1/Nodes/3/"] = reply(200, mine)
		f := startFake(t, answers)
		ref, err := f.open(t, redfish.Options{}).Find(t.Context(), nodeUUID)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if ref != "/redfish/v1/Nodes/3" || err != nil {
			t.Errorf("%s: %q, %v", name, ref, err)
		}
	}
}

// TestBounds counts the requests that the pod manager has at a time from one
// call.
func TestBounds(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	var links []string
	for i := range 60 {
		links = append(links, fmt.Sprint("/redfish/v1/Many/", i))
	}
	list, _, _ := strings.Cut(strings.TrimPrefix(collectionOf(links...), `{"Members":`), `,"Actions"`)
	f := startFake(t, map[string]http.HandlerFunc{
		"GET /redfish/v1":         reply(200, hwRoot),
		"GET /redfish/v1/Nodes":   reply(200, collectionOf(links...)),
		"GET /redfish/v1/Systems": reply(200, collectionOf(links...)),
		"GET /redfish/v1/Chassis": reply(200, collectionOf(links...)),
		"GET " + node1:            reply(200, `{"Links":{"Processors":`+list+`,"Memory":`+list+`,"Storage":`+list+`}}`),
		"GET /redfish/v1/Many/{id}": func(w http.ResponseWriter, r *http.Request) {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(5 * time.Millisecond)
			now.Add(-1)
			reply(200, "{}")(w, r)
		},
	})
	const atMost = 8
	pod := f.open(t, redfish.Options{FanOut: atMost})
	for name, call := range map[string]func() error{
		"Find":    func() error { _, err := pod.Find(t.Context(), nodeUUID); return err },
		"Machine": func() error { _, err := pod.Machine(t.Context(), node1); return err },
		"Systems": func() error { _, err := pod.Systems(t.Context()); return err },
	} {
		most.Store(0)
		if err := call(); err != nil && service.CodeOf(err) != service.NotFound {
			t.Errorf("%s: %v", name, err)
		}
		if got := most.Load(); got > atMost || got < 2 {
			t.Errorf("%s: %d requests at a time, want 2 to %d", name, got, atMost)
		}
	}
	for _, l := range links {
		if n := f.count("GET " + l); n != 1+3+2 {
			t.Errorf("%s was read %d times, want once for each list that it is on", l, n)
		}
	}
}
