package rsd

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

// TestDialects tells versions apart by what they say and, where they say
// nothing, by what they link.
func TestDialects(t *testing.T) {
	t.Parallel()
	const nodes = `"Nodes":{"@odata.id":"/n"}`
	for root, want := range map[string]dialect{
		`{"Oem":{"Intel_RackScale":{"ApiVersion":"1.2.0"}}}`: rsd12(),
		`{"Oem":{"Intel_RackScale":{"ApiVersion":"1.2.5"}}}`: rsd12(),
		`{"Oem":{"Intel_RackScale":{"ApiVersion":"2.0.0"}}}`: rsd2(),
		`{"Oem":{"Intel_RackScale":{"ApiVersion":"2.3.0"}}}`: rsd2(),
		`{"Oem":{"Intel_RackScale":{"ApiVersion":"2.4.0"}}}`: rsd24(),
		`{"Oem":{"Intel_RackScale":{"ApiVersion":"2.10"}}}`:  rsd24(),
		`{` + nodes + `}`: rsd12(),
		`{` + nodes + `,"Fabrics":{"@odata.id":"/f"},"SessionService":{"@odata.id":"/s"}}`: rsd2(),
		`{"Fabrics":{"@odata.id":"/f"},"Oem":{"Intel_RackScale":{` + nodes + `}}}`:         rsd2(),
		`{"SessionService":{"@odata.id":"/s"},"Oem":{"Intel_RackScale":{` + nodes + `}}}`:  rsd24(),
		`{"Oem":{"Intel_RackScale":{"ApiVersion":"1.1.0"}}}`:                               {},
		`{"Oem":{"Intel_RackScale":{"ApiVersion":"12"}}}`:                                  {},
	} {
		var doc rootDocument
		if err := json.Unmarshal([]byte(root), &doc); err != nil {
			t.Fatal(err)
		}
		got, known := dialectOf(doc)
		if known != (want.states != nil) || fmt.Sprint(comparable(got)) != fmt.Sprint(comparable(want)) {
			t.Errorf("%s: dialect %+v, %t; want %+v", root, got, known, want)
		}
	}
}

// comparable is a dialect without its functions.
func comparable(d dialect) dialect {
	d.allocations = nil
	return d
}

// TestAllocationsOf12 spreads cores over processors.
func TestAllocationsOf12(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cores int
		model string
		want  []string
	}{
		{0, "", []string{`{}`}},
		{0, "X", []string{`{"Processors":[{"Model":"X"}]}`}},
		{1, "", []string{`{"Processors":[{"TotalCores":1}]}`}},
		{3, "X", []string{
			`{"Processors":[{"Model":"X","TotalCores":3}]}`,
			`{"Processors":[{"Model":"X","TotalCores":2},{"Model":"X","TotalCores":2}]}`,
		}},
		{9, "", []string{
			`{"Processors":[{"TotalCores":9}]}`, `{"Processors":[{"TotalCores":5},{"TotalCores":5}]}`,
			`{"Processors":[{"TotalCores":3},{"TotalCores":3},{"TotalCores":3},{"TotalCores":3}]}`,
		}},
	} {
		a := service.Allocation{NodeUUID: nodeUUID, Requirements: service.Requirements{
			Processor: service.ProcessorRequirement{TotalCores: tt.cores, Model: tt.model},
		}}
		var got []string
		for _, body := range allocations12(a) {
			b, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, strings.Replace(string(b), `"Description":"[valence:`+nodeUUID+`]"`, "", 1))
		}
		for i := range got {
			got[i] = strings.Replace(got[i], "{,", "{", 1)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%d cores of %q (-want +got):\n%s", tt.cores, tt.model, diff)
		}
	}
}
