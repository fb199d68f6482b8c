package composition

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

const (
	rack   = systems + "/Rack"
	blockA = blocks + "/A"
)

// bound is a block with processors that is bound to a physical system.
func bound(state, more string) string {
	return strings.Replace(compute("Compute", `,"Links":{"ComputerSystems":`+list(rack)+`}`+more, []string{"cpu8"}, []string{"dimm8"}),
		"Unused", state, 1)
}

func physical(more string) string {
	return `{"Name":"Rack","SystemType":"Physical","AssetTag":"T1","Links":{"ResourceBlocks":` + list(blockA) + `}` + more + `}`
}

// TestPhysicalSystem composes with a block that is bound to a physical system:
// its mark is written before the request is sent, and stays.
func TestPhysicalSystem(t *testing.T) {
	t.Parallel()
	post := `POST /redfish/v1/Systems {"Links":{"ResourceBlocks":` + list(blockA) + `},"Name":"web-1 ` + mark + `"}`
	sign := `PATCH ` + blockA + ` {"Client":"` + mark + `","CompositionStatus":{"Reserved":true}}`
	tag := `PATCH ` + rack + ` {"AssetTag":"T1 ` + mark + `"}`
	tests := map[string]struct {
		more    string // of the block
		answers map[string]http.HandlerFunc
		wants   []string
		code    service.Code
	}{
		"a Client": {`,"Client":null,"@odata.type":"#ResourceBlock.v1_4_3.ResourceBlock"`, nil, []string{
			sign, post, `PATCH ` + blockA + ` {"Client":"` + mark + `","CompositionStatus":{"Reserved":false}}`}, ""},
		"an asset tag":       {"", nil, []string{tag, post}, ""},
		"no Client in truth": {`,"Client":""`, map[string]http.HandlerFunc{"PATCH " + blockA: reply(400, "")}, []string{sign, tag, post}, ""},
		"nothing": {`,"Client":""`, map[string]http.HandlerFunc{"PATCH " + blockA: reply(400, ""), "PATCH " + rack: reply(405, "")},
			[]string{sign, tag}, service.PodFailed},
		"refused": {`,"Client":"x"`, map[string]http.HandlerFunc{"POST " + systems: reply(400, "")}, []string{
			strings.Replace(sign, `"Client":"`, `"Client":"x `, 1), post,
			strings.Replace(post, `,"Name":"web-1 `+mark+`"`, "", 1), // perhaps it takes no name
			`PATCH ` + blockA + ` {"Client":"x","CompositionStatus":{"Reserved":false}}`}, service.Invalid},
		"lost": {`,"Client":""`, map[string]http.HandlerFunc{"POST " + systems: reply(503, "")}, []string{sign, post}, service.Unavailable},
	}
	for name, test := range tests {
		answers := map[string]http.HandlerFunc{"POST " + systems: reply(201, "", "Location", rack)}
		for pattern, answer := range test.answers {
			answers[pattern] = answer
		}
		f := startFake(t, oneZone(map[string]string{"A": bound("Unused", test.more)}, merged(parts(), map[string]string{rack: physical("")})), answers)
		ref, err := openAt(t, f.url, Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Name: "web-1"})
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if ref != rack || err != nil {
			t.Errorf("%s: %q, %v", name, ref, err)
		}
		if diff := cmp.Diff(strings.Join(test.wants, "\n"), f.sent()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestChosenForUs has a service choose a physical system although it was asked
// for what is in a block of no system: it is marked when that is known.
func TestChosenForUs(t *testing.T) {
	t.Parallel()
	f := startFake(t, oneZone(map[string]string{"A": compute("Compute", "", []string{"cpu8"}, []string{"dimm8"})},
		merged(parts(), offered(useConstrained, `{}`), map[string]string{rack: physical("")})),
		map[string]http.HandlerFunc{"POST " + systems: reply(201, "", "Location", rack)})
	if ref, err := openAt(t, f.url, Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Name: "web-1"}); ref != rack || err != nil {
		t.Fatalf("%q, %v", ref, err)
	}
	if _, sent, _ := strings.Cut(f.sent(), "\n"); sent != `PATCH `+rack+` {"AssetTag":"T1 `+mark+`"}` {
		t.Errorf("after the request it sent %q", sent)
	}
}

// TestFind looks for a machine in all the places where a mark may be.
func TestFind(t *testing.T) {
	t.Parallel()
	signed := `,"Client":"VCF ` + mark + `"`
	tagged := strings.Replace(physical(""), `"T1"`, `"T1 `+mark+`"`, 1)
	composed := `{"Name":"Made","SystemType":"Composed","Links":{"ResourceBlocks":` + list(blockA) + `}}`
	ofMade := func(state string) string { return strings.Replace(bound(state, signed), rack, madeRef, 1) }
	tests := map[string]struct {
		block   string
		systems map[string]string
		ref     string
		code    service.Code
	}{
		"in the name":              {bound("Unused", ""), map[string]string{madeRef: madeDoc}, madeRef, ""},
		"in another's name":        {bound("Unused", ""), map[string]string{madeRef: strings.Replace(madeDoc, mark, mark+" x", 1)}, "", service.NotFound},
		"in an asset tag":          {bound("Composed", ""), map[string]string{rack: tagged}, rack, ""},
		"in that of what is free":  {bound("Unused", ""), map[string]string{rack: tagged}, "", service.NotFound},
		"in a block":               {bound("Composed", signed), map[string]string{rack: physical("")}, rack, ""},
		"in a free block":          {bound("Unused", signed), map[string]string{rack: physical("")}, "", service.NotFound},
		"in a block of a new one":  {ofMade("Composed"), map[string]string{madeRef: composed}, madeRef, ""},
		"still being composed":     {bound("Composing", signed), map[string]string{rack: physical("")}, "", service.Unavailable},
		"perhaps in a broken one":  {bound("Unused", ""), map[string]string{madeRef: "[]"}, "", service.PodFailed},
		"beside a broken one":      {bound("Composed", signed), map[string]string{rack: physical(""), madeRef: "[]"}, rack, ""},
		"a block of a broken one":  {ofMade("Composed"), map[string]string{madeRef: "[]"}, "", service.PodFailed},
		"nobody says what it is":   {bound("Unused", ""), map[string]string{madeRef: `{"Name":"x ` + mark + `"}`}, "", service.PodFailed},
		"a system that has gone":   {ofMade("Composed"), map[string]string{}, "", service.PodFailed},
		"in a name, not a machine": {bound("Unused", ""), map[string]string{rack: strings.Replace(physical(""), `"Rack"`, `"Rack `+mark+`"`, 1)}, "", service.NotFound},
	}
	for name, test := range tests {
		var refs []string
		for ref := range test.systems {
			refs = append(refs, ref)
		}
		f := startFake(t, oneZone(map[string]string{"A": test.block}, merged(parts(), test.systems, map[string]string{systems: `{"Members":` + list(refs...) + `}`})), nil)
		ref, err := openAt(t, f.url, Options{}).Find(t.Context(), nodeUUID)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if ref != test.ref || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, ref, err, test.ref)
		}
	}
}

// TestReservedByWhom leaves what others have reserved alone, and takes what a
// process of ours has left behind.
func TestReservedByWhom(t *testing.T) {
	t.Parallel()
	reserved := func(client string) string {
		return strings.Replace(compute("Compute", `,"Client":"`+client+`"`, []string{"cpu8"}, []string{"dimm8"}),
			`"Unused"`, `"Unused","Reserved":true`, 1)
	}
	for client, code := range map[string]service.Code{"": service.NoCapacity, "somebody": service.NoCapacity, "x [valence:6f1d9a52]": ""} {
		f := startFake(t, oneZone(map[string]string{"A": reserved(client)}, merged(parts(), map[string]string{madeRef: madeDoc})),
			map[string]http.HandlerFunc{"POST " + systems: reply(201, "", "Location", madeRef)})
		_, err := openAt(t, f.url, Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Name: "web-1"})
		if code != "" {
			wantCode(t, client, err, code)
		} else if err != nil || !strings.Contains(f.sent(), `PATCH `+blockA+` {"Client":"x","CompositionStatus":{"Reserved":false}}`) {
			t.Errorf("%s: %v, or the reservation was not taken off", client, err)
		}
	}
}
