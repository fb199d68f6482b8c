package composition

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

// offered is what a collection of systems says of one capability.
func offered(useCase, template string) map[string]string {
	return map[string]string{
		systems: `{"Members":[],"@Redfish.CollectionCapabilities":{"Capabilities":[{"CapabilitiesObject":{"@odata.id":"` + systems + `/C"},
			"UseCase":"` + useCase + `","Links":{"TargetCollection":{"@odata.id":"` + systems + `"}}}]}}`,
		systems + "/C": template,
	}
}

func merged(all ...map[string]string) map[string]string {
	sum := map[string]string{}
	for _, one := range all {
		maps.Copy(sum, one)
	}
	return sum
}

const (
	mark    = "[valence:" + nodeUUID + "]"
	madeRef = systems + "/Made"
	madeDoc = `{"Name":"web-1 ` + mark + `","SystemType":"Composed"}`
)

// TestRequests pins what is sent to compose one machine.
func TestRequests(t *testing.T) {
	t.Parallel()
	cpus, dimms := []string{"cpu8", "cpu8"}, []string{"dimm8", "dimm8", "dimm8"}
	one := map[string]string{"A": compute("Compute", "", cpus, dimms)}
	links := `"Links":{"ResourceBlocks":` + list(blocks+"/A") + `}`
	oldest := strings.Replace(oneZone(one, nil)[zone1], `{"Id"`, `{"@Redfish.CollectionCapabilities":{"Capabilities":[{
		"CapabilitiesObject":{"@odata.id":"`+systems+`/T"},"UseCase":"ComputerSystemComposition",
		"Links":{"TargetCollection":{"@odata.id":"`+systems+`"}}}]},"Id"`, 1)
	tests := map[string]struct {
		blocks map[string]string
		more   map[string]string
		wants  string // the requests, one a line
	}{
		"nothing said": {one, nil, `POST /redfish/v1/Systems {"Description":"front end",` + links + `,"Name":"web-1 ` + mark + `"}`},
		"no description": {one, offered(useSpecific, `{"Name@Redfish.RequiredOnCreate":true}`),
			`POST /redfish/v1/Systems {` + links + `,"Name":"web-1 ` + mark + `"}`},
		"more is required": {one, offered(useSpecific, `{"Name@Redfish.OptionalOnCreate":true,"HostName@Redfish.RequiredOnCreate":true,
			"SKU@Redfish.RequiredOnCreate":true,"SKU@Redfish.AllowableValues":["S1","S2"],"Links@Redfish.RequiredOnCreate":true}`),
			`POST /redfish/v1/Systems {"HostName":"` + nodeUUID + `",` + links + `,"Name":"web-1 ` + mark + `","SKU":"S1"}`},
		"constrained": {one, offered(useConstrained, `{"Name@Redfish.RequiredOnCreate":true}`),
			`POST /redfish/v1/Systems {"Memory":{"Members":[{"@Redfish.RequestedCount":3,"CapacityMiB":8192,"MemoryDeviceType":"DDR4","MemoryType":"DRAM"}]},` +
				`"Name":"web-1 ` + mark + `","Processors":{"Members":[{"@Redfish.RequestedCount":2,"Model":"Xeon","ProcessorType":"CPU","TotalCores":8}]}}`},
		"of an oldest service, with its network": {
			map[string]string{"A": one["A"], "T": `{"Id":"T","ResourceBlockType":["Network"],"CompositionStatus":{"CompositionState":"ComposedAndAvailable"}}`},
			map[string]string{
				zone1:          strings.Replace(oldest, list(blocks+"/A"), list(blocks+"/A", blocks+"/T"), 1),
				systems + "/T": `{"Id@Redfish.RequiredOnCreate":true,"Id@Redfish.AllowableValues":["T"],"Name@Redfish.RequiredOnCreate":true}`},
			`POST /redfish/v1/Systems {"Id":"T","Links":{"ResourceBlocks":` + list(blocks+"/A", blocks+"/T") + `},"Name":"web-1 ` + mark + `"}`},
		"signed": {map[string]string{"A": compute("Compute", `,"Client":"VCF"`, cpus, dimms)}, nil,
			`PATCH ` + blocks + `/A {"Client":"VCF ` + mark + `","CompositionStatus":{"Reserved":true}}
POST /redfish/v1/Systems {"Description":"front end",` + links + `,"Name":"web-1 ` + mark + `"}
PATCH ` + blocks + `/A {"Client":"VCF","CompositionStatus":{"Reserved":false}}`},
	}
	for name, test := range tests {
		f := startFake(t, oneZone(test.blocks, merged(parts(), map[string]string{madeRef: madeDoc}, test.more)), map[string]http.HandlerFunc{
			"POST " + systems: reply(201, "", "Location", "http://elsewhere.example"+madeRef),
		})
		ref, err := openAt(t, f.url, Options{}).Allocate(t.Context(), service.Allocation{
			NodeUUID: nodeUUID, Name: "web-1", Description: "front end",
			Requirements: service.Requirements{Processor: service.ProcessorRequirement{TotalCores: 12, Model: "xeon"}},
		})
		if ref != madeRef || err != nil {
			t.Errorf("%s: %q, %v", name, ref, err)
		}
		if diff := cmp.Diff(test.wants, f.sent()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestAnswers reads what services answer to a request that worked, or did not.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const manifest = `{"Manifest":{"Stanzas":[{"Response":`
	tests := map[string]struct {
		answer http.HandlerFunc
		listed bool // the machine can be found
		code   service.Code
	}{
		"a Location":           {reply(201, "", "Location", madeRef), false, ""},
		"a Location, and 204":  {reply(204, "", "Location", madeRef+"/"), false, ""},
		"the system":           {reply(200, `{"@odata.id":"`+madeRef+`"}`), false, ""},
		"a manifest":           {reply(200, manifest+`{"@odata.id":"`+madeRef+`"}}]}}`), false, ""},
		"an echo":              {reply(201, `{"Name":"web-1"}`), true, ""},
		"text":                 {reply(200, "created"), true, ""},
		"a Location elsewhere": {reply(201, "", "Location", "/redfish/v1/TaskService/Tasks/1"), true, ""},
		"nothing":              {reply(201, ""), false, service.PodFailed},
		"a manifest that failed": {reply(200, manifest+`{"error":{"message":"no","@Message.ExtendedInfo":[{"Message":"NetworkCard1 is\nnot valid"}]}}}]}}`),
			false, service.NoCapacity},
		"a task that failed":    {reply(200, `{"TaskState":"Exception","Messages":[{"Message":"on fire"}]}`), false, service.PodFailed},
		"no Redfish, but taken": {reply(409, `{"Error":"in use"}`), false, service.NoCapacity},
		"full":                  {reply(507, ""), false, service.NoCapacity},
		"a bare string":         {reply(400, `"Missing attribute: Id"`), false, service.Invalid},
		"forbidden":             {reply(403, ""), false, service.PodFailed},
	}
	for name, test := range tests {
		more := map[string]string{madeRef: madeDoc}
		if test.listed {
			more[systems] = `{"Members":` + list(madeRef) + `}`
		}
		f := startFake(t, oneZone(map[string]string{"A": compute("Compute", "", []string{"cpu8"}, []string{"dimm8"})}, merged(parts(), more)),
			map[string]http.HandlerFunc{"POST " + systems: test.answer})
		ref, err := openAt(t, f.url, Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Name: "web-1"})
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if ref != madeRef || err != nil {
			t.Errorf("%s: %q, %v", name, ref, err)
		}
		if n := strings.Count(f.sent(), "POST"); n != 1 {
			t.Errorf("%s: %d requests for a machine", name, n)
		}
	}
}

// TestNeverTwice loses the answer to a request that worked: although its block
// is taken now, and another one is free, no second machine is asked for.
func TestNeverTwice(t *testing.T) {
	t.Parallel()
	free := compute("Compute", "", []string{"cpu8"}, []string{"dimm8"})
	larger := compute("Compute", "", []string{"cpu8", "cpu8"}, []string{"dimm8"})
	f := startFake(t, oneZone(map[string]string{"A": free, "B": larger}, parts()), nil)
	f.answers = map[string]http.HandlerFunc{"POST " + systems: func(w http.ResponseWriter, r *http.Request) {
		f.becomes(map[string]string{blockA: strings.Replace(free, "Unused", "Composed", 1)})
		w.WriteHeader(http.StatusServiceUnavailable)
	}}
	_, err := openAt(t, f.url, Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Name: "web-1"})
	wantCode(t, "Allocate", err, service.Unavailable)
	if n := strings.Count(f.sent(), "POST"); n != 1 {
		t.Errorf("%d requests for one machine", n)
	}
}

// TestAiling leaves hardware alone that is not well, or not ours.
func TestAiling(t *testing.T) {
	t.Parallel()
	for status, code := range map[string]service.Code{
		`{"State":"Enabled","Health":"Critical"}`: service.NoCapacity, `{"State":"Disabled","Health":"OK"}`: service.NoCapacity,
		`{"State":"Enabled","Health":"Warning"}`: "", `null`: "", `null,"Pool":"Free"`: "", `null,"Pool":"Unassigned"`: service.NoCapacity,
	} {
		block := compute("Compute", `,"Status":`+status, []string{"cpu8"}, []string{"dimm8"})
		f := startFake(t, oneZone(map[string]string{"A": block}, merged(parts(), map[string]string{madeRef: madeDoc})),
			map[string]http.HandlerFunc{"POST " + systems: reply(201, "", "Location", madeRef)})
		_, err := openAt(t, f.url, Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Name: "web-1"})
		if code != "" {
			wantCode(t, status, err, code)
		} else if err != nil {
			t.Errorf("%s: %v", status, err)
		}
	}
}
