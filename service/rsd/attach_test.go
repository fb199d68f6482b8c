package rsd

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

const (
	drive1  = "/redfish/v1/Chassis/PCIe/Drives/1"
	attach1 = "/redfish/v1/Nodes/1/Actions/Attach"
	detach1 = "/redfish/v1/Nodes/1/Actions/Detach"
)

// node is a machine with links and the two actions, under the names of a
// version.
func node(links, suffix string) http.HandlerFunc {
	return reply(200, `{"ComposedNodeState":"Assembled","Links":{`+links+`},"Actions":{
		"#ComposedNode.Attach`+suffix+`":{"target":"`+attach1+`"},"#ComposedNode.Detach`+suffix+`":{"target":"`+detach1+`"}}}`)
}

func linksIn(name string, refs ...string) string {
	list, _, _ := strings.Cut(strings.TrimPrefix(collectionOf(refs...), `{"Members":`), `,"Actions"`)
	return `"` + name + `":` + list
}

// TestAttachForms attaches and detaches with what the versions offer, and for
// the ways in which they link what is attached.
func TestAttachForms(t *testing.T) {
	t.Parallel()
	const endpoint = "/redfish/v1/Fabrics/1/Endpoints/1"
	tests := map[string]struct {
		suffix, links string
		attached      bool
		sends         string // what Detach names
	}{
		"2.3, not attached":    {"Resource", linksIn("Storage"), false, ""},
		"2.3, attached":        {"Resource", linksIn("Storage", "/x", drive1), true, drive1},
		"2.3, by its endpoint": {"Resource", linksIn("Storage", endpoint), true, endpoint},
		"2.3, both":            {"Resource", linksIn("Storage", endpoint, drive1+"/"), true, drive1},
		"2.3, accelerator":     {"Resource", linksIn("Storage") + "," + linksIn("Processors", drive1), true, drive1},
		"2.1, not attached":    {"Endpoint", linksIn("LocalDrives") + "," + linksIn("RemoteDrives"), false, ""},
		"2.1, attached":        {"Endpoint", linksIn("LocalDrives", drive1), true, drive1},
		"2.1, remote":          {"Endpoint", linksIn("RemoteDrives", drive1), true, drive1},
		"nothing is said":      {"Endpoint", "", false, drive1},
	}
	for name, test := range tests {
		var sent []string
		record := func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			sent = append(sent, string(body))
			w.WriteHeader(http.StatusNoContent)
		}
		f := startFake(t, map[string]http.HandlerFunc{
			"GET " + node1:    node(test.links, test.suffix),
			"GET " + drive1:   reply(200, `{"Links":{"Endpoints":[{"@odata.id":"`+endpoint+`"}]}}`),
			"POST " + attach1: record, "POST " + detach1: record,
		})
		pod := f.open(t, redfish.Options{})
		check := func(call string, err error, want string) {
			if err != nil {
				t.Errorf("%s: %s: %v", name, call, err)
			}
			if want != "" {
				want = `{"Resource":{"@odata.id":"` + want + `"}}`
			}
			if got := strings.Join(sent, "; "); got != want {
				t.Errorf("%s: %s sent %q, want %q", name, call, got, want)
			}
			sent = nil
		}
		wants := drive1
		if test.attached {
			wants = ""
		}
		check("Attach", pod.Attach(t.Context(), node1, drive1), wants)
		check("Detach", pod.Detach(t.Context(), node1, drive1), test.sends)
	}
}

// TestAttachRefused has the pod manager refuse, and the machine be in the state
// that was asked for when it is looked at again.
func TestAttachRefused(t *testing.T) {
	t.Parallel()
	with, without := node(linksIn("Storage", drive1), "Resource"), node(linksIn("Storage"), "Resource")
	tests := map[string]struct {
		first, then http.HandlerFunc
		call        func(context.Context, service.Pod) error
		status      int
		code        service.Code
	}{
		"attached after all":   {without, with, attach, 409, ""},
		"attached, says 400":   {without, with, attach, 400, ""},
		"attached elsewhere":   {without, without, attach, 409, service.Conflict},
		"not to be attached":   {without, without, attach, 400, service.Invalid},
		"attached, but fails":  {without, with, attach, 500, service.PodFailed},
		"detached after all":   {with, without, detach, 409, ""},
		"not detached":         {with, with, detach, 409, service.Conflict},
		"who knows":            {with, reply(200, `{}`), detach, 409, service.Conflict},
		"gone with it":         {with, reply(404, ""), detach, 404, ""},
		"gone before":          {reply(404, ""), reply(404, ""), detach, 204, ""},
		"attach to what's not": {reply(404, ""), reply(404, ""), attach, 204, service.NotFound},
	}
	for name, test := range tests {
		f := startFake(t, map[string]http.HandlerFunc{
			"GET " + node1:    replies(test.first, test.then),
			"GET " + drive1:   reply(200, `{}`),
			"POST " + attach1: reply(test.status, ""),
			"POST " + detach1: reply(test.status, ""),
		})
		err := test.call(t.Context(), f.open(t, redfish.Options{}))
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func attach(ctx context.Context, p service.Pod) error { return p.Attach(ctx, node1, drive1) }
func detach(ctx context.Context, p service.Pod) error { return p.Detach(ctx, node1, drive1) }

// TestMachineStorage tells drives from what is attached, whatever they are
// linked as.
func TestMachineStorage(t *testing.T) {
	t.Parallel()
	const sys, fab = "/redfish/v1/Systems/9", "/redfish/v1/Fabrics/1/Endpoints"
	f := startFake(t, map[string]http.HandlerFunc{
		"GET " + node1: reply(200, `{"Links":{`+linksIn("Processors", sys+"/P/1", "/redfish/v1/Chassis/PCIe/Processors/1")+`,`+
			linksIn("Storage", "/redfish/v1/Chassis/1/Drives/1", drive1, fab+"/1", fab+"/2", "/redfish/v1/StorageServices/1/Volumes/2", "/gone")+`}}`),
		"GET " + sys + "/P/1":                       reply(200, `{"ProcessorType":"CPU","TotalCores":8}`),
		"GET /redfish/v1/Chassis/PCIe/Processors/1": reply(200, `{"ProcessorType":"FPGA","Links":{"Endpoints":[{"@odata.id":"`+fab+`/9"}]}}`),
		"GET /redfish/v1/Chassis/1/Drives/1":        reply(200, `{"Name":"built in","CapacityBytes":240000000000,"Links":{"Endpoints":[]}}`),
		"GET " + drive1: reply(200, `{"@odata.type":"#Drive.v1_2_0.Drive","Name":"pooled",
			"Links":{"Endpoints":{"@odata.id":"`+fab+`/2"}}}`),
		"GET " + fab + "/1": reply(200, `{"@odata.type":"#Endpoint.v1_1_0.Endpoint","ConnectedEntities":[
			{"EntityRole":"Initiator","EntityLink":{"@odata.id":"`+sys+`"}},null,
			{"EntityRole":"Target","EntityLink":{"@odata.id":"/redfish/v1/StorageServices/1/Volumes/1"}}]}`),
		"GET " + fab + "/2": reply(200, `{"ConnectedEntities":[{"EntityLink":{"@odata.id":"`+drive1+`"}}]}`),
		"GET /redfish/v1/StorageServices/1/Volumes/{id}": reply(200, `{"@odata.type":"#Volume.v1_1_0.Volume"}`),
	})
	m, err := f.open(t, redfish.Options{}).Machine(t.Context(), node1)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Processors) != 1 || len(m.Drives) != 2 || m.Drives[0].Pooled || !m.Drives[1].Pooled || *m.Drives[0].CapacityBytes != 240000000000 {
		t.Errorf("the machine is %+v", m)
	}
	const want = "/redfish/v1/Chassis/PCIe/Processors/1 " + drive1 + " /redfish/v1/StorageServices/1/Volumes/1 /redfish/v1/StorageServices/1/Volumes/2"
	if got := strings.Join(m.Attached, " "); got != want {
		t.Errorf("attached are %s\nwant %s", got, want)
	}
}
